"""Reading of pseudo-labels, and whether the steps after it keep them on their image."""

from collections.abc import Iterator, Sequence
from typing import Any

import mmcv
import numpy as np
from mmcv import transforms
from mmseg.datasets.transforms import Albu, RandomFlip, Resize, ResizeToMultiple
from mmseg.registry import TRANSFORMS
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.io.reading import open_image

KEY = "pseudo_seg_map"
MODES = ("L", "P")
# mmcv's know ``gt_seg_map`` alone; mmseg's subclasses know all of ``seg_fields``.
MOVING = (transforms.RandomFlip, transforms.Resize, transforms.CenterCrop)


@TRANSFORMS.register_module()
class LoadPseudoLabels(transforms.BaseTransform):
    """Read the pseudo-labels of a target image, where its data set has them.

    They are brought to the image's size, nearest, so that the transforms after this one move both
    alike; where the next step is mmseg's ``Resize`` to a scale, straight to the size that it brings
    the image to. Labels of the network input's size so come out as they were written, whatever the
    backend of ``Resize``: OpenCV's nearest pixel is not the one that lies nearest.

    Required keys: ``ori_shape``, ``seg_fields``, ``pseudo_label_path``; without the last it passes.
    Where there is one, ``next_resize``, the step.
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
        size = _size_after(results.get("next_resize"), *results["ori_shape"][::-1])
        with open_image(path, "pseudo-label") as image:
            if image.mode not in MODES:
                raise InputError(
                    f"the pseudo-label '{path}' must hold one 8-bit class index a pixel (a PNG of "
                    f"mode {' or '.join(MODES)}), got mode {image.mode}"
                )
            if image.size != size:
                image = image.resize(size, Image.Resampling.NEAREST)
            labels = np.array(image)
        results[KEY] = labels
        results["seg_fields"].append(KEY)
        return results

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def next_resize(steps: Sequence[Any]) -> Resize | None:
    """The step right after :class:`LoadPseudoLabels` if it is mmseg's ``Resize`` to a scale.

    Args:
        steps: the built steps of a pipeline.

    Raises:
        InputError: if a step would move the image otherwise than its labels. Steps that neither
            mmcv nor mmseg has are not looked into.
    """
    places = [place for place, step in enumerate(steps) if isinstance(step, LoadPseudoLabels)]
    if not places:
        return None
    before, after = steps[: places[0]], list(steps[places[0] + 1 :])
    resize = after[0] if after and type(after[0]) is Resize and after[0].scale else None
    for name, _ in _walk(before):
        if name == "Albu" or name.startswith("Random"):
            raise _moved_apart(f"{name} comes before LoadPseudoLabels: put it after that")
    for name, step in _walk(after[1:] if resize else after):
        if isinstance(step, MOVING) and not isinstance(step, (RandomFlip, Resize)):
            kind = f"{type(step).__module__}.{type(step).__name__}"
            advice = "take mmseg.RandomFlip, mmseg.Resize or mmseg.RandomCrop"
            raise _moved_apart(f"{kind} moves the image alone: {advice}")
        if isinstance(step, Albu) and KEY not in step.keymap_to_albu:
            mapped = f"keymap=dict(img='image', {KEY}='mask')"
            raise _moved_apart(f"Albu moves the image alone: set its {mapped}")
        if isinstance(step, ResizeToMultiple):
            raise _moved_apart(f"{name} shifts the labels by up to a pixel: leave it out")
        if isinstance(step, Resize) and step.backend != "pillow":
            raise _moved_apart(
                f"{name} with backend={step.backend!r} shifts the labels by up to a pixel: set "
                "backend='pillow'"
            )
    return resize


def _moved_apart(reason: str) -> InputError:
    return InputError(
        "the target's pipeline must move pseudo-labels together with their image, but " + reason
    )


def _walk(steps: Any) -> Iterator[tuple[str, Any]]:
    """Steps and those inside of them; a step that resizes by another one gives it its own name."""
    for step in steps if isinstance(steps, (list, tuple)) else [steps]:
        if isinstance(step, (list, tuple)):
            yield from _walk(step)
            continue
        yield type(step).__name__, step
        yield from _walk(getattr(step, "transforms", ()))
        if hasattr(step, "resize"):
            yield type(step).__name__, step.resize


def _size_after(resize: Resize | None, width: int, height: int) -> tuple[int, int]:
    if resize is None:
        return width, height
    if resize.keep_ratio:
        return mmcv.rescale_size((width, height), resize.scale)
    return tuple(resize.scale)
