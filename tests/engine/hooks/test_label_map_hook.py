"""Label maps lie where their images lie."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from PIL import Image

from mmadvent.engine import LabelMapHook
from tests.engine.hooks.test_image_places import data

LABELS = torch.arange(6).view(1, 2, 3)


def sample(path: str, labels: torch.Tensor, **meta: object) -> SegDataSample:
    made = SegDataSample(metainfo=dict(img_path=path, **meta))
    made.pred_sem_seg = PixelData(data=labels)
    return made


def write(folder: Path, *samples: SegDataSample) -> None:
    paths = [one.img_path.removeprefix("r/") for one in samples]
    runner = SimpleNamespace(test_dataloader=SimpleNamespace(dataset=data("r", *paths)))
    hook = LabelMapHook(str(folder))
    hook.before_test(runner)
    hook.after_test_iter(runner, 0, None, samples)


def read(path: Path) -> list[list[int]]:
    return np.asarray(Image.open(path)).tolist()


def test_images_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    write(tmp_path, sample("r/a/1.png", LABELS), sample("r/b/1.jpg", LABELS + 1))
    assert read(tmp_path / "a/1.png") == LABELS[0].tolist()
    assert read(tmp_path / "b/1.png") == (LABELS[0] + 1).tolist()


def test_ids_from_one_on_are_written_as_the_labels_have_them(tmp_path: Path) -> None:
    write(tmp_path, sample("r/1.png", LABELS, reduce_zero_label=True))
    assert read(tmp_path / "1.png") == (LABELS[0] + 1).tolist()
