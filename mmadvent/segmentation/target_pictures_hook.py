"""Pictures of the target in the logs: how predictions and their entropy change in training."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch import Tensor

from mmadvent.engine.hooks.prediction_picture_hook import index_colors
from mmadvent.errors import InputError
from mmadvent.functional import entropy


@HOOKS.register_module()
class TargetPicturesHook(Hook):
    """Log, at each validation, some images of the target with what the network makes of them.

    Each is one picture of three parts: the image, the prediction in the classes' colors, and the
    map of the prediction's entropy, dark where it is 0 and bright where it is 1. It goes to every
    backend of the visualizer (files, TensorBoard, WandB, ...) as ``target_NUMBER``, with the
    iteration as its step. Labels are not shown.

    Args:
        batches: which batches of the validation to take the first image of; the loader's order is
            fixed, and so are the images.

    Raises:
        InputError: if a number is negative.
    """

    priority = "NORMAL"

    def __init__(self, batches: Sequence[int] = (0, 1, 2)) -> None:
        if not all(isinstance(number, int) and number >= 0 for number in batches):
            raise InputError(f"batches must be integers >= 0, got {list(batches)}")
        self.batches = frozenset(batches)

    def after_val_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Sequence[Any] | None = None,
    ) -> None:
        """Draw the first image of the batch, if it is one of those chosen."""
        if batch_idx in self.batches and outputs and data_batch is not None:
            palette = _palette(runner, len(outputs[0].seg_logits.data))
            drawn = target_picture(data_batch["inputs"][0], outputs[0], palette)
            runner.visualizer.add_image(f"target_{batch_idx}", drawn, step=runner.iter)


def _palette(runner: Runner, channels: int) -> np.ndarray:
    """Colors of the validation's classes; of the source's, or any, for a folder of images."""
    known = (runner.visualizer.dataset_meta, runner.train_loop.dataloader.dataset.metainfo)
    palettes = (meta.get("palette") or [] for meta in known)
    fitting = (palette for palette in palettes if len(palette) >= channels)
    return np.asarray(next(fitting, index_colors(channels)), dtype=np.uint8)


def target_picture(image: Tensor, result: Any, palette: np.ndarray) -> np.ndarray:
    """The image, the prediction and its entropy map side by side.

    Args:
        image: (3, h, w), BGR in [0, 255].
        result: a data sample with ``pred_sem_seg`` (1, H, W) and ``seg_logits`` (C, H, W).
        palette: (C, 3), RGB.

    Returns:
        (H, 3 W, 3) uint8, RGB.
    """
    labels = result.pred_sem_seg.data[0].cpu().numpy()
    height, width = labels.shape
    rgb = image.flip(0).permute(1, 2, 0).cpu().numpy().astype(np.uint8)
    uncertain = entropy(result.seg_logits.data[None].float())[0].cpu().numpy()
    levels = np.rint(255 * uncertain).astype(np.uint8)
    heat = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)[..., ::-1]
    return np.concatenate([cv2.resize(rgb, (width, height)), palette[labels], heat], axis=1)
