"""Reading of pseudo-labels."""

import numpy as np
from mmcv.transforms import BaseTransform
from mmseg.registry import TRANSFORMS
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.reading import open_image

MODES = ("L", "P")


@TRANSFORMS.register_module()
class LoadPseudoLabels(BaseTransform):
    """Read the pseudo-labels of a target image, where its data set has them.

    They are brought to the image's size, nearest, so that the transforms after this one move both
    alike. Labels of a smaller network input come out of the target's ``Resize`` as they were
    written; an image that is smaller than the network's input loses some of them.

    Required keys: ``ori_shape``, ``seg_fields``, ``pseudo_label_path``; without the last it passes.
    Added keys: ``pseudo_seg_map`` (H, W) uint8, class indices, 255 where there is none; its name in
    ``seg_fields``, by which mmseg's transforms know it. It is never ``gt_seg_map``.

    Raises:
        InputError: if the file cannot be read or is no picture of 8-bit class indices.
    """

    def transform(self, results: dict) -> dict:
        """Add ``pseudo_seg_map``."""
        path = results.get("pseudo_label_path")
        if path is None:
            return results
        height, width = results["ori_shape"]
        with open_image(path, "pseudo-label") as image:
            if image.mode not in MODES:
                raise InputError(
                    f"the pseudo-label '{path}' must hold one 8-bit class index a pixel (a PNG of "
                    f"mode {' or '.join(MODES)}), got mode {image.mode}"
                )
            if image.size != (width, height):
                image = image.resize((width, height), Image.Resampling.NEAREST)
            labels = np.array(image)
        results["pseudo_seg_map"] = labels
        results["seg_fields"].append("pseudo_seg_map")
        return results

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"
