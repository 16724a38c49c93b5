"""The steps that load an image for a translation, by the config's own pipeline."""

import numpy as np
import pytest
from mmengine.config import Config
from PIL import Image

from mmadvent.cli.translate import loading_steps
from mmadvent.errors import InputError


def config(*steps: dict) -> Config:
    return Config(dict(train_dataloader=dict(dataset=dict(pipeline=list(steps)))))


LOAD = dict(type="LoadImageFromFile")
RESIZE = dict(type="Resize", scale=(12, 8), keep_ratio=False)
CROP = dict(type="RandomCrop", crop_size=(4, 4))


def test_loading_and_resizing_alone(tmp_path):
    path = tmp_path / "1.png"
    Image.fromarray(np.zeros((16, 32, 3), np.uint8)).save(path)
    steps, told = loading_steps(config(LOAD, dict(type="LoadLabelIds"), RESIZE, CROP), None)
    assert steps(dict(img_path=str(path)))["img"].shape == (8, 12, 3)
    assert told == dict(RESIZE, scale=[12, 8])
    steps, told = loading_steps(config(LOAD, RESIZE, CROP), [20, 16])
    assert steps(dict(img_path=str(path)))["img"].shape == (16, 20, 3)
    assert told["scale"] == [20, 16]
    steps, told = loading_steps(config(LOAD, CROP), None)
    assert steps(dict(img_path=str(path)))["img"].shape == (16, 32, 3) and told == {}


def test_pipelines_that_do_not_fit():
    with pytest.raises(InputError, match="the source's pipeline must begin with LoadImageFromFile"):
        loading_steps(config(CROP), None)
    with pytest.raises(InputError, match="^train_dataloader must be a dict, got none$"):
        loading_steps(Config({}), None)
    with pytest.raises(InputError, match=r"^train_dataloader.dataset.pipeline cannot be built: "):
        loading_steps(config(dict(LOAD, no_such_argument=1)), None)
    with pytest.raises(InputError, match="--scale needs a step Resize in the source's pipeline"):
        loading_steps(config(LOAD), [4, 4])
    with pytest.raises(InputError, match="must resize by a step Resize, got RandomResize$"):
        loading_steps(config(LOAD, dict(type="mmseg.RandomResize", scale=(4, 4))), None)
    with pytest.raises(InputError) as caught:
        loading_steps(config(LOAD, dict(CROP, type="mmseg.RandomCrop"), RESIZE), None)
    assert str(caught.value) == (
        "translated images are whole: the source's pipeline must resize before it crops, got "
        "RandomCrop before Resize"
    )


def test_a_scope_before_a_name(tmp_path):
    path = tmp_path / "1.png"
    Image.fromarray(np.zeros((16, 32, 3), np.uint8)).save(path)
    scoped = (dict(LOAD, type="mmcv.LoadImageFromFile"), dict(RESIZE, type="mmcv.Resize"))
    steps, _ = loading_steps(config(*scoped), None)
    assert steps(dict(img_path=str(path)))["img"].shape == (8, 12, 3)
