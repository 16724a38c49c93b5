"""The last step of a target pipeline."""

from collections.abc import Sequence

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.datasets.transforms import PackSegInputs
from mmseg.registry import TRANSFORMS


@TRANSFORMS.register_module()
class PackTargetInputs(PackSegInputs):
    """mmseg's ``PackSegInputs`` that also packs pseudo-labels, where there are any.

    They become ``pseudo_sem_seg`` of the data sample, (1, H, W) uint8, and never ``gt_sem_seg``:
    nothing that reads labels takes them for such.

    Args:
        meta_keys: of :class:`mmseg.datasets.transforms.PackSegInputs`; upstream's by default. The
            file of the pseudo-labels is always among them, for the errors.
    """

    def __init__(self, meta_keys: Sequence[str] | None = None) -> None:
        super().__init__(**({} if meta_keys is None else dict(meta_keys=meta_keys)))
        self.meta_keys: tuple[str, ...] = (*self.meta_keys, "pseudo_label_path")

    def transform(self, results: dict) -> dict:
        """Pack the image and, if they were loaded, the pseudo-labels."""
        packed = super().transform(results)
        labels = results.get("pseudo_seg_map")
        if labels is not None:
            # A flip leaves a view, whose strides torch does not take.
            data = torch.from_numpy(np.ascontiguousarray(labels))[None]
            packed["data_samples"].pseudo_sem_seg = PixelData(data=data)
        return packed
