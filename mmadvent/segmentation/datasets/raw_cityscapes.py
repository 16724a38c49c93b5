"""Cityscapes from the files of its publisher."""

from typing import Any

from mmseg.registry import DATASETS

from mmadvent.checks import check_choice
from mmadvent.segmentation.datasets.cityscapes_classes import LABEL_IDS, METAINFO, TRAIN_IDS
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset

TABLES = {"labelIds": LABEL_IDS, "labelTrainIds": TRAIN_IDS}


@DATASETS.register_module()
class RawCityscapesDataset(LabelIdDataset):
    """Labelled Cityscapes as it is unpacked, without a conversion step.

    mmseg's ``CityscapesDataset`` needs ``labelTrainIds``, which a script has to make first.

    Args:
        split: ``train`` or ``val``, the folder below ``leftImg8bit`` and ``gtFine``.
        label_format: ``labelIds``, as published, or ``labelTrainIds``, as that script makes them.
        kwargs: of :class:`LabelIdDataset`.

    Raises:
        InputError: if ``label_format`` is another one.

    Source: Cordts et al., The Cityscapes Dataset, CVPR 2016.
    """

    METAINFO = METAINFO
    HOLDS = (
        "Cityscapes' images ('leftImg8bit/<split>/<city>/*_leftImg8bit.png', with labels in "
        "'gtFine/', Cordts et al. 2016), unpacked from its publisher's archives"
    )

    def __init__(self, split: str = "val", label_format: str = "labelIds", **kwargs: Any) -> None:
        check_choice("label_format", label_format, tuple(TABLES))
        kwargs.setdefault(
            "data_prefix", dict(img_path=f"leftImg8bit/{split}", seg_map_path=f"gtFine/{split}")
        )
        super().__init__(
            label_ids=TABLES[label_format],
            img_suffix="_leftImg8bit.png",
            seg_map_suffix=f"_gtFine_{label_format}.png",
            **kwargs,
        )
