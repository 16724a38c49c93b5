"""The sheet is drawn from real checkpoints and shows what it should."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.results.detection_sheet import distinct_colors, draw_sheet
from mmadvent.results.picture_sheet import Column
from tests.detection_toys import build_detector, toy_ssd
from tests.tools.toy_detection import write_domains

DPI = 100
CELL = 3 * DPI


@pytest.fixture
def columns(tmp_path: Path) -> list[Column]:
    """Two columns of the same SSD, which has learnt nothing, over two images."""
    data = write_domains(tmp_path / "data")
    model_config = toy_ssd(adaptation=[dict(type="MinEnt")])
    model_config.bbox_head.num_classes = 8
    model = build_detector(model_config)
    torch.save({"state_dict": model.state_dict()}, tmp_path / "weights.pth")
    pipeline = [
        dict(type="LoadImageFromFile"),
        dict(type="Resize", scale=(64, 64), keep_ratio=False),
        dict(type="LoadAnnotations", with_bbox=True),
        dict(type="PackDetInputs"),
    ]
    dataset = dict(
        type="CityscapesDataset",
        data_root=str(data),
        ann_file="annotations/instances_val.json",
        data_prefix=dict(img="leftImg8bit_foggy/val"),
        test_mode=True,
        pipeline=pipeline,
    )
    dataset["data_prefix"] = dict(img="leftImg8bit/val")
    config = Config(dict(model=model_config, test_dataloader=dict(dataset=dataset)))
    return [Column(title, config, tmp_path / "weights.pth") for title in ("a", "b")]


def drawn(columns: list[Column], out: Path, score: float) -> np.ndarray:
    draw_sheet(columns, [0, 1], out, score, dpi=DPI)
    return np.asarray(Image.open(out).convert("RGB")).astype(int)


def saturated(pixels: np.ndarray) -> int:
    """Number of pixels in a class's color, which the images and their objects lack."""
    colors = np.rint(255 * distinct_colors(8))
    return int((np.abs(pixels[..., None, :] - colors).max(axis=-1) < 3).any(axis=-1).sum())


def test_a_row_an_image_and_a_column_a_model(columns: list[Column], tmp_path: Path) -> None:
    sheet = drawn(columns, tmp_path / "pictures" / "sheet.png", score=0.0)
    assert sheet.shape[1] == 3 * CELL
    height = sheet.shape[0] - int(0.8 * DPI)  # without the legend and most of the titles
    assert 2 * CELL * 64 / 96 * 0.8 < height < 2 * CELL * 64 / 96 * 1.3
    for column in range(3):
        assert saturated(sheet[:height, column * CELL : (column + 1) * CELL]) > 20
    first, second = (sheet[:, column * CELL + 10 : (column + 1) * CELL - 10] for column in (1, 2))
    assert saturated(first) > saturated(sheet[:, 10 : CELL - 10])


def test_padding_is_no_part_of_the_picture(columns: list[Column], tmp_path: Path) -> None:
    """Boxes are in pixels of the file, over which the image is stretched."""
    pipeline = columns[0].config.test_dataloader.dataset.pipeline
    plain = drawn(columns[:1], tmp_path / "plain.png", score=1.0)
    padding = dict(type="Pad", size=(160, 128), pad_val=dict(img=(0, 0, 255)))
    columns[0].config.test_dataloader.dataset.pipeline = [*pipeline[:2], padding, *pipeline[2:]]
    assert np.array_equal(drawn(columns[:1], tmp_path / "padded.png", score=1.0), plain)


def test_boxes_below_the_score_are_left_out(columns: list[Column], tmp_path: Path) -> None:
    sheet = drawn(columns, tmp_path / "sheet.png", score=1.0)
    body = sheet[: -int(0.4 * DPI)]  # without the legend
    assert saturated(body[:, :CELL]) > 20
    assert saturated(body[:, CELL:]) == 0


def test_an_image_that_is_not_there(columns: list[Column], tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        draw_sheet(columns, [0, 2], tmp_path / "sheet.png")
    assert str(error.value) == ("indices must be in [0, 1], the images of the test set, got [0, 2]")
    assert not (tmp_path / "sheet.png").exists()


@pytest.mark.parametrize("count", [1, 8, 9, 20, 80])
def test_colors_can_be_told_apart(count: int) -> None:
    colors = distinct_colors(count)
    assert colors.shape == (count, 3) and len(np.unique(colors, axis=0)) == count
    distance = np.linalg.norm(colors[:, None] - colors[None], axis=2) + np.eye(count)
    assert count > 9 or distance.min() > 0.25
