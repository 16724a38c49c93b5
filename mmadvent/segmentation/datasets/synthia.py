"""SYNTHIA-RAND-CITYSCAPES: rendered streets with ids of their own."""

from collections.abc import Mapping
from typing import Any

from mmseg.registry import DATASETS

from mmadvent.segmentation.datasets.cityscapes_classes import METAINFO, SYNTHIA_IDS
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset


@DATASETS.register_module()
class SYNTHIADataset(LabelIdDataset):
    """SYNTHIA-RAND-CITYSCAPES as it is unpacked: ``RGB/*.png`` and 16-bit ``GT/LABELS/*.png``.

    Load the labels with ``LoadLabelIds(channel='red')``. The common protocol trains on 16 classes:
    give them as ``metainfo=dict(classes=...)``; terrain, truck and train do not occur.

    Args:
        kwargs: of :class:`LabelIdDataset`.

    Source: Ros et al., The SYNTHIA Dataset, CVPR 2016. 9,400 images of 1280x760 pixels.
    """

    METAINFO = METAINFO
    LABEL_IDS = SYNTHIA_IDS
    HOLDS = (
        "the PNGs of SYNTHIA-RAND-CITYSCAPES ('RGB/' and 'GT/LABELS/', Ros et al. 2016), unpacked "
        "from its publisher's archive"
    )

    def __init__(
        self,
        data_prefix: Mapping[str, str] | None = None,
        img_suffix: str = ".png",
        **kwargs: Any,
    ) -> None:
        prefix = data_prefix or dict(img_path="RGB", seg_map_path="GT/LABELS")
        super().__init__(data_prefix=prefix, img_suffix=img_suffix, **kwargs)
