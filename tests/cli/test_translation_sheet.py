"""The sheet of translations, from a config and a checkpoint."""

from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from PIL import Image

from mmadvent.cli import translation_sheet
from mmadvent.errors import InputError
from tests.toys import write_domains
from tests.translation_toys import build_translator, translator_training


@pytest.fixture
def run(tmp_path: Path) -> tuple[Path, Path]:
    """A config and a checkpoint."""
    config = translator_training(write_domains(tmp_path / "data"), tmp_path / "work")
    config.dump(tmp_path / "config.py")
    model = build_translator(config.model)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / "x.pth")
    return tmp_path / "config.py", tmp_path / "x.pth"


def draw(*words: object) -> None:
    parser = ArgumentParser()
    translation_sheet.add_arguments(parser)
    translation_sheet.run(parser.parse_args([str(word) for word in words]))


def test_a_row_for_each_image(run: tuple[Path, Path], tmp_path: Path) -> None:
    draw(*run, "--count", 2, "--out", tmp_path / "sheet.png")
    assert np.asarray(Image.open(tmp_path / "sheet.png")).std() > 10


def test_what_does_not_fit(run: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--count must be 1 or more, got 0"):
        draw(*run, "--count", 0)
    with pytest.raises(InputError, match="^--out '.*' must be a file, but it is a folder$"):
        draw(*run, "--out", tmp_path)
    option = ("--cfg-options", "target_dataloader=None")
    with pytest.raises(InputError, match="^target_dataloader must be a dict, got none$"):
        draw(*run, "--out", tmp_path / "sheet.png", *option)
    torch.save(dict(state_dict={"a": torch.zeros(1)}), run[1])
    with pytest.raises(InputError, match="is not of the config's model"):
        draw(*run, "--out", tmp_path / "sheet.png")
    assert not (tmp_path / "sheet.png").exists()


def test_images_are_spread() -> None:
    assert translation_sheet.spread(10, 3) == [0, 3, 6]
    assert translation_sheet.spread(2, 3) == [0, 1]


def test_images_are_whole_whatever_the_scope_of_a_crop(run: tuple[Path, Path]) -> None:
    config = Config.fromfile(run[0])
    for step in config.train_dataloader.dataset.pipeline:
        if step.type in translation_sheet.LEFT_OUT:
            step.type = f"mmseg.{step.type}"
    init_default_scope("mmseg")
    dataset = translation_sheet.open_images(config, "train_dataloader")
    assert dataset[0]["inputs"].shape == (3, 64, 96)
