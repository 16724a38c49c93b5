"""Pictures of what a test predicts."""

from pathlib import Path
from typing import Any

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from mmadvent.engine.hooks.image_places import places_of
from mmadvent.io.load_image import load_picture


@HOOKS.register_module()
class PredictionPictureHook(Hook):
    """Draw the prediction of each image of a test, beside its label if it has one.

    mmseg's and mmdet's hooks name a picture after its image alone, so that images of one name in
    two folders overwrite each other. Here sub-folders stay.

    Args:
        out_dir: the folder.
        options: of the visualizer's ``add_datasample``, such as ``pred_score_thr`` of mmdet's.
    """

    def __init__(self, out_dir: str, options: dict[str, Any] | None = None) -> None:
        self.out_dir = Path(out_dir)
        self.options = options or {}
        self._places: dict[str, str] = {}

    def before_test(self, runner: Runner) -> None:
        """Look where the images lie, and give classes without a name their numbers."""
        self._places = places_of(runner.test_dataloader.dataset)
        meta = dict(runner.visualizer.dataset_meta or {})
        head = getattr(getattr(runner.model, "module", runner.model), "decode_head", None)
        if head is not None and not meta.get("classes"):
            names = [str(index) for index in range(head.num_classes)]
            runner.visualizer.dataset_meta = meta | dict(
                classes=names, palette=index_colors(len(names))
            )

    def after_test_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        for sample in outputs:
            image = load_picture(sample.img_path)
            file = str(self.out_dir / self._places[sample.img_path])
            runner.visualizer.add_datasample(
                file, image, data_sample=sample, show=False, out_file=file, **self.options
            )


def index_colors(number: int) -> list[list[int]]:
    """Colors that lie apart."""
    return [[index * 67 % 256, index * 151 % 256, index * 211 % 256] for index in range(number)]
