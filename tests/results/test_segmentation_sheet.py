"""The sheet is drawn from real checkpoints and shows what it should."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.results.picture_sheet import Column
from mmadvent.results.segmentation_sheet import draw_sheet
from tests.toys import build_segmentor, toy_segmentor, write_domains


def column(root: Path, title: str) -> Column:
    model_config = toy_segmentor(19, adaptation=[dict(type="MinEnt")])
    model = build_segmentor(model_config)
    checkpoint = root / "weights.pth"
    torch.save({"state_dict": model.state_dict()}, checkpoint)
    pipeline = [
        dict(type="LoadImageFromFile", imdecode_backend="pillow"),
        dict(type="LoadLabelIds"),
        dict(type="PackSegInputs"),
    ]
    dataset = dict(
        type="RawCityscapesDataset", data_root=str(root / "cityscapes"), pipeline=pipeline
    )
    config = Config(dict(model=model_config, test_dataloader=dict(dataset=dataset)))
    return Column(title, config, checkpoint)


def test_two_rows_an_image_and_a_column_a_model(tmp_path: Path) -> None:
    write_domains(tmp_path)
    out = tmp_path / "pictures" / "sheet.png"
    draw_sheet([column(tmp_path, "a"), column(tmp_path, "b")], [0, 1], out, dpi=40)
    sheet = np.asarray(Image.open(out).convert("RGB"))
    assert sheet.shape[1] == 3 * 3 * 40
    assert sheet.shape[0] > 4 * 3 * 40  # four rows of square pictures, the titles and the legend
    road = (sheet == (128, 64, 128)).all(axis=2)
    assert road[:, : sheet.shape[1] // 3].any()  # the label, in Cityscapes' colours


def test_an_image_that_is_not_there(tmp_path: Path) -> None:
    write_domains(tmp_path)
    with pytest.raises(InputError, match=r"indices must be in \[0, 1\], .* got \[2\]"):
        draw_sheet([column(tmp_path, "a")], [2], tmp_path / "sheet.png")
    assert not (tmp_path / "sheet.png").exists()
