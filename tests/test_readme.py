"""What the README shows is what is there, and its config for own data trains."""

import re
from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.registry import DATASETS, init_default_scope
from PIL import Image

from tests.tools.commands import run_tool
from tests.toys import CONFIGS, ROOT, write_image

OWN_DATA = CONFIGS / "advent" / "deeplabv2_r101_own_data.py"
README = (ROOT / "README.md").read_text()


def test_the_settings_for_own_data_are_those_shown() -> None:
    code = OWN_DATA.read_text()
    settings = code.partition("# --- yours ---\n")[2].partition("\n\n")[0]
    assert settings.startswith("classes = ") and settings in README


def test_commands_name_files_that_exist() -> None:
    for path in re.findall(r"(?:tools|configs)/[\w/]+\.py", README):
        assert (ROOT / path).is_file(), path


def write_own_label(path: Path, width: int, height: int, rng: np.random.Generator) -> None:
    """Indices of six classes, and 255."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = rng.choice([0, 1, 2, 3, 4, 5, 255], (height, width)).astype(np.uint8)
    Image.fromarray(ids).save(path)


def test_own_data_keeps_its_aspect_ratio(tmp_path: Path) -> None:
    """No image is squeezed, whatever its shape; the test's labels stay as they are on disk."""
    config = Config.fromfile(OWN_DATA)
    init_default_scope(config.default_scope)
    rng = np.random.default_rng(0)
    # 4:3, a panorama and a portrait, and what fits into 1280x720 and into 720x1280.
    shapes = {(320, 240): (960, 720), (400, 100): (1280, 320), (90, 160): (720, 1280)}
    for index, (width, height) in enumerate(shapes):
        write_image(tmp_path / "images" / f"{index}.jpg", width, height, rng)
        write_own_label(tmp_path / "labels" / f"{index}.png", width, height, rng)
    for name in ("train", "target", "val"):
        settings = config[f"{name}_dataloader"].dataset
        settings.data_root = str(tmp_path)
        if name == "target":
            settings.data_prefix.img_path = "images"
        dataset = DATASETS.build(settings)
        assert len(dataset) == 3
        for index, ((width, height), (wider, higher)) in enumerate(shapes.items()):
            sample = dataset[index]
            assert sample["inputs"].shape == (3, higher, wider), name
            assert wider / higher == width / height
            if name != "target":
                label = sample["data_samples"].gt_sem_seg.data
                own = (height, width) if name == "val" else (higher, wider)
                assert label.shape == (1, *own), name


def test_own_data_trains(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    mine = tmp_path / "data" / "mine"
    for folder in ("labelled", "test"):
        for index in range(2):
            write_image(mine / folder / "images" / f"{index}.jpg", 80, 64, rng)
            write_own_label(mine / folder / "labels" / f"{index}.png", 80, 64, rng)
        write_image(mine / "unlabelled" / "day" / f"{folder}.JPG", 80, 64, rng)
    pipelines = {
        "train_dataloader.dataset.pipeline.2.scale": "(96,64)",
        "target_dataloader.dataset.pipeline.2.scale": "(96,64)",
        "val_dataloader.dataset.pipeline.1.scale": "(96,64)",
        "train_cfg.max_iters": 2,
        "train_cfg.val_interval": 2,
        "model.backbone.init_cfg": None,
        "model.adaptation.0.discriminator.type": "SelfInfoDiscriminator",
        "model.adaptation.0.discriminator.base_channels": 4,
    }
    options = [f"{key}={value}" for key, value in pipelines.items()]
    work_dir = tmp_path / "work"
    done = run_tool(
        "train", OWN_DATA, "--work-dir", work_dir, "--cfg-options", *options, cwd=tmp_path
    )
    assert "IoU.vegetation" in done.stdout + done.stderr
    assert (work_dir / "iter_2.pth").is_file()
    # The tutorial's first command: the source alone.
    tutorial = (ROOT / "docs" / "tutorial.md").read_text()
    (line,) = (line for line in tutorial.splitlines() if "model.adaptation=[]" in line)
    alone = [*line.partition("--cfg-options ")[2].split(), *options[:-2]]
    source = tmp_path / "source"
    done = run_tool("train", OWN_DATA, "--work-dir", source, "--cfg-options", *alone, cwd=tmp_path)
    log = done.stdout + done.stderr
    assert "loss_ce" in log and "advent.decode" not in log
    assert (source / "iter_2.pth").is_file()


def test_own_network_trains(tmp_path: Path) -> None:
    """The config of the README as it stands, but for sizes, and then with a discriminator."""
    (block,) = (code for code in blocks(README) if "_base_" in code)
    assert block in blocks((ROOT / "docs" / "tutorial.md").read_text())
    (optimizer,) = re.findall("`(optim_wrapper = .*?)`", README)
    config = tmp_path / "mine.py"
    more = 'model["adaptation"].append(dict(type="AdvEnt", loss_weight=0.001))'
    config.write_text(f"{block}{more}\n{optimizer}\n")
    rng = np.random.default_rng(0)
    write_image(tmp_path / "data" / "mine" / "unlabelled" / "a.jpg", 80, 40, rng)
    cityscapes = tmp_path / "data" / "cityscapes"
    for split in ("train", "val"):
        name = f"{split}/city/a"
        write_image(cityscapes / "leftImg8bit" / f"{name}_leftImg8bit.png", 128, 64, rng)
        label = cityscapes / "gtFine" / f"{name}_gtFine_labelTrainIds.png"
        write_own_label(label, 128, 64, rng)
    log = train_own_network(config, tmp_path)
    assert "minent.decode.loss_ent" in log and "advent.decode.acc_dis" in log


def test_own_network_trains_on_own_labels(tmp_path: Path) -> None:
    """The tutorial's two blocks together."""
    tutorial = blocks((ROOT / "docs" / "tutorial.md").read_text())
    network, labels = (code for code in tutorial if "target_dataloader" in code or "ids =" in code)
    config = tmp_path / "mine.py"
    config.write_text(network + labels)
    rng = np.random.default_rng(0)
    mine = tmp_path / "data" / "mine"
    write_image(mine / "unlabelled" / "a.jpg", 80, 40, rng)
    for folder in ("labelled", "test"):
        write_image(mine / folder / "images" / "a.jpg", 128, 64, rng)
        write_own_label(mine / folder / "labels" / "a.png", 128, 64, rng)
    assert "| vegetation |" in train_own_network(config, tmp_path)


def train_own_network(config: Path, tmp_path: Path) -> str:
    """The log of two iterations of SegFormer at a small size."""
    small = {
        "model.backbone.init_cfg": None,
        "model.data_preprocessor.size": "(64,64)",
        "model.test_cfg.mode": "whole",
        "train_dataloader.dataset.pipeline.2.scale": "(128,64)",
        "train_dataloader.dataset.pipeline.3.crop_size": "(64,64)",
        "target_dataloader.dataset.pipeline.1.scale": "(64,32)",
        "val_dataloader.dataset.pipeline.1.scale": "(128,64)",
        "train_cfg.max_iters": 2,
        "train_cfg.val_interval": 2,
        "default_hooks.logger.interval": 1,
    }
    options = [f"{key}={value}" for key, value in small.items()]
    work_dir = tmp_path / "work"
    done = run_tool(
        "train", config, "--work-dir", work_dir, "--cfg-options", *options, cwd=tmp_path
    )
    assert (work_dir / "iter_2.pth").is_file()
    return done.stdout + done.stderr


def blocks(page: str) -> list[str]:
    """The Python code of a page."""
    return re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
