"""The config for one's own boxes: it is the one that the page shows, and it trains."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import DATASETS, init_default_scope
from PIL import Image

from tests.tools.commands import CONFIGS, ROOT, refused, run_tool

OWN_DATA = CONFIGS / "advent" / "ssd300_vgg16_own_data.py"
CLASSES = ("crate", "plank")
SMALL = {
    "train_dataloader.batch_size": 2,
    "target_dataloader.batch_size": 2,
    "train_cfg.max_iters": 2,
    "train_cfg.val_interval": 2,
    "model.backbone.init_cfg": None,
    "model.adaptation.0.discriminator.type": "SelfInfoDiscriminator",
    "model.adaptation.0.discriminator.base_channels": 4,
} | {
    f"{name}_dataloader.{key}": value
    for name in ("train", "target", "val")
    for key, value in (("num_workers", 0), ("persistent_workers", False))
}
OPTIONS = [f"{key}={value}" for key, value in SMALL.items()]


def write_own(root: Path, categories: tuple[str, ...] = CLASSES) -> None:
    """Squares and bars on noise; one labelled image has none."""
    rng = np.random.default_rng(0)
    for folder in ("labelled", "unlabelled/day", "test"):
        content: dict[str, list[dict[str, Any]]] = dict(images=[], annotations=[])
        for number in range(1, 4):
            image = rng.normal(110, 15, (60, 80, 3))
            name = f"{number}.jpg"
            content["images"].append(dict(id=number, file_name=name, width=80, height=60))
            for kind, (width, height) in enumerate(((24, 24), (44, 12))):
                x, y = int(rng.integers(0, 80 - width)), int(rng.integers(0, 60 - height))
                image[y : y + height, x : x + width] = ((200, 60, 40), (40, 90, 210))[kind]
                if (folder, number) != ("labelled", 3):
                    content["annotations"].append(
                        dict(
                            id=2 * number + kind,
                            image_id=number,
                            category_id=10 * (kind + 1),
                            bbox=[x, y, width, height],
                            area=width * height,
                        )
                    )
            (root / folder).mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.clip(0, 255).astype(np.uint8)).save(root / folder / name)
        named = [dict(id=10 * (i + 1), name=name) for i, name in enumerate(categories)]
        if not folder.startswith("unlabelled"):
            (root / f"{folder}.json").write_text(json.dumps(content | dict(categories=named)))


def test_its_settings_are_those_that_the_page_shows() -> None:
    settings = OWN_DATA.read_text().partition("# --- yours ---\n")[2].partition("\n\n")[0]
    assert settings.startswith("classes = ")
    assert settings in (ROOT / "docs/detection_data.md").read_text()


def test_its_boxes(tmp_path: Path) -> None:
    write_own(tmp_path)
    config = Config.fromfile(OWN_DATA)
    init_default_scope(config.default_scope)
    assert config.model.bbox_head.num_classes == len(config.classes) == 2
    for name, length in (("train", 2), ("val", 3), ("target", 3)):
        settings = config[f"{name}_dataloader"].dataset
        settings.data_root = str(tmp_path / "unlabelled" if name == "target" else tmp_path)
        dataset = DATASETS.build(settings)
        assert len(dataset) == length, name
        if name != "target":
            labels = [each["bbox_label"] for each in dataset.get_data_info(0)["instances"]]
            assert labels == [0, 1] and dataset.metainfo["classes"] == CLASSES
        else:
            assert dataset.get_data_info(0)["instances"] == []


def test_it_trains(tmp_path: Path) -> None:
    write_own(tmp_path / "data" / "mine")
    work_dir = tmp_path / "work"
    done = run_tool(
        "train", OWN_DATA, "--work-dir", work_dir, "--cfg-options", *OPTIONS, cwd=tmp_path
    )
    assert "voc07_11points/AP50.plank" in done.stdout + done.stderr
    assert (work_dir / "iter_2.pth").is_file()


@pytest.mark.parametrize("categories", [("plank", "crate"), ("crates", "planks")])
def test_classes_that_are_not_the_files_are_refused(
    categories: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    write_own(tmp_path / "data" / "mine", categories)
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, "train", OWN_DATA, "--cfg-options", *OPTIONS) == (
        "error: CocoDataset: 'data/mine/labelled.json' must have the classes crate, plank, in this "
        f"order, got {', '.join(categories)}"
    )
