"""The label maps that a test predicts, as files."""

from pathlib import Path
from typing import Any

import numpy as np
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from mmadvent.engine.hooks.image_places import places_of
from mmadvent.io.writing import write_png


@HOOKS.register_module()
class LabelMapHook(Hook):
    """Write the predicted label map of each image of a test: no label of it is needed.

    Each is a PNG of class indices at the image's place below ``out_dir``: sub-folders stay. Where
    the data set has ``reduce_zero_label``, they are the ids of its labels, as mmseg writes them.

    Args:
        out_dir: the folder.
    """

    def __init__(self, out_dir: str) -> None:
        self.out_dir = Path(out_dir)
        self._places: dict[str, str] = {}

    def before_test(self, runner: Runner) -> None:
        """Look where the images lie."""
        self._places = places_of(runner.test_dataloader.dataset)

    def after_test_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        for sample in outputs:
            labels = sample.pred_sem_seg.data[0].cpu().numpy().astype(np.uint8)
            if sample.get("reduce_zero_label"):
                labels = labels + 1
            write_png(self.out_dir / self._places[sample.img_path], labels)
