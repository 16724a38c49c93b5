"""GTA5: frames of a game, labelled with Cityscapes' ids."""

from typing import Any

from mmseg.registry import DATASETS

from mmadvent.segmentation.datasets import camvid_classes
from mmadvent.segmentation.datasets.cityscapes_classes import IGNORE, LABEL_IDS, METAINFO
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset


@DATASETS.register_module()
class GTA5Dataset(LabelIdDataset):
    """GTA5 as it is unpacked: ``images/*.png`` and ``labels/*.png`` with Cityscapes' labelIds.

    Args:
        kwargs: of :class:`LabelIdDataset`.

    Source: Richter et al., Playing for Data, ECCV 2016. 24,966 frames of 1914x1052 pixels.
    """

    METAINFO = METAINFO
    LABEL_IDS = LABEL_IDS | {34: IGNORE}  # GTA5's number for licence plates
    HOLDS = (
        "the PNGs of GTA5 ('images/' and 'labels/' of 'Playing for Data', Richter et al. 2016), "
        "unpacked from its publisher's archives"
    )

    def __init__(self, img_suffix: str = ".png", **kwargs: Any) -> None:
        super().__init__(img_suffix=img_suffix, **kwargs)


@DATASETS.register_module()
class GTA5CamVidDataset(GTA5Dataset):
    """The same with the 11 classes of CamVid, by the table ``camvid_classes.FROM_CITYSCAPES``."""

    METAINFO = camvid_classes.METAINFO
    LABEL_IDS = camvid_classes.LABEL_IDS_TO_CAMVID
