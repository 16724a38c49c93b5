"""ACDC and Dark Zurich: streets in fog, rain and snow and at night, with Cityscapes' classes."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, ClassVar

from mmseg.registry import DATASETS

from mmadvent.checks import check_choice
from mmadvent.errors import InputError
from mmadvent.segmentation.datasets.cityscapes_classes import METAINFO, TRAIN_IDS
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset


@DATASETS.register_module()
class ACDCDataset(LabelIdDataset):
    """Labelled images of ACDC as it is unpacked: ``rgb_anon/fog/val/GOPR0476/*_rgb_anon.png``.

    The labels are ``gt/fog/val/GOPR0476/*_gt_labelTrainIds.png``: the classes of Cityscapes, 255
    elsewhere. Those of the test split are not published.

    Args:
        split: ``train`` (1,600 images of all conditions) or ``val`` (406).
        conditions: those to take of ``fog``, ``night``, ``rain`` and ``snow``; all by default.
        kwargs: of :class:`LabelIdDataset`.

    Raises:
        InputError: if there is no such split or condition, or no image of one.

    Source: Sakaridis et al., ACDC, ICCV 2021. 1920x1080 pixels.
    """

    METAINFO = METAINFO
    LABEL_IDS = TRAIN_IDS
    HOLDS = (
        "the images of ACDC ('rgb_anon/<condition>/<split>/<drive>/*_rgb_anon.png', with labels in "
        "'gt/', Sakaridis et al. 2021), unpacked from its publisher's archives"
    )
    SPLITS: ClassVar[tuple[str, ...]] = ("train", "val")
    CONDITIONS: ClassVar[tuple[str, ...]] = ("fog", "night", "rain", "snow")

    def __init__(
        self,
        split: str = "val",
        conditions: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        name = type(self).__name__
        check_choice(f"{name}.split", split, self.SPLITS)
        chosen = (conditions,) if isinstance(conditions, str) else conditions or self.CONDITIONS
        for condition in chosen:
            check_choice(f"{name}.conditions", condition, self.CONDITIONS)
        self.split, self.conditions = split, tuple(chosen)
        kwargs.setdefault("data_prefix", dict(img_path="rgb_anon", seg_map_path="gt"))
        super().__init__(
            img_suffix="_rgb_anon.png", seg_map_suffix="_gt_labelTrainIds.png", **kwargs
        )

    def choose_images(self, images: list[str]) -> list[str]:
        """Those of the split and of the conditions."""
        chosen = []
        for condition in self.conditions:
            wanted = {self.split, condition}
            found = [image for image in images if wanted <= set(PurePath(image).parts)]
            if not found:
                raise InputError(
                    f"{type(self).__name__}: the folder '{self.data_prefix['img_path']}' holds no "
                    f"image of the split '{self.split}' in the condition '{condition}'; it should "
                    f"hold {self.HOLDS}"
                )
            chosen += found
        return sorted(chosen)


@DATASETS.register_module()
class RawDarkZurichDataset(ACDCDataset):
    """Labelled images of Dark Zurich as it is unpacked: ``rgb_anon/val/night/GOPR0356/*.png``.

    50 images of ``val``; train (2,416 at night) has no labels, and those of test are not published.
    Otherwise as :class:`ACDCDataset`. mmseg's ``DarkZurichDataset`` takes each folder by itself and
    checks nothing.

    Source: Sakaridis et al., Guided Curriculum Model Adaptation, ICCV 2019. 1920x1080 pixels.
    """

    HOLDS = (
        "the images of Dark Zurich ('rgb_anon/<split>/night/<drive>/*_rgb_anon.png', with labels "
        "in 'gt/', Sakaridis et al. 2019), unpacked from its publisher's archives"
    )
    SPLITS = ("val",)
    CONDITIONS = ("night",)
