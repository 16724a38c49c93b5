"""What the README shows is what is there, and its config for own data trains."""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from tests.tools.commands import run_tool
from tests.toys import CONFIGS, ROOT, write_image

OWN_DATA = CONFIGS / "advent" / "deeplabv2_r101_own_data.py"
README = (ROOT / "README.md").read_text()


def test_the_config_for_own_data_is_the_one_shown() -> None:
    code = OWN_DATA.read_text()
    assert code[code.index("_base_") :] in README


def test_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert len(links) > 10
    files = [link for link in links if not link.startswith("#")]
    assert [link for link in files if not (ROOT / link).exists()] == []
    titles = {
        line.strip("# ").lower().replace(" ", "-")
        for line in README.splitlines()
        if line[:2] == "##"
    }
    assert {link[1:] for link in links if link.startswith("#")} <= titles
    # Commands name files that exist.
    for path in re.findall(r"(?:tools|configs)/[\w/]+\.py", README):
        assert (ROOT / path).is_file(), path


def test_own_data_trains(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    mine = tmp_path / "data" / "mine"
    for folder in ("labelled", "test"):
        for index in range(2):
            write_image(mine / folder / "images" / f"{index}.jpg", 80, 64, rng)
            (mine / folder / "labels").mkdir(exist_ok=True)
            ids = rng.choice([0, 1, 2, 3, 4, 5, 255], (64, 80)).astype(np.uint8)
            Image.fromarray(ids).save(mine / folder / "labels" / f"{index}.png")
        write_image(mine / "unlabelled" / "day" / f"{folder}.JPG", 80, 64, rng)
    pipelines = {
        "train_dataloader.dataset.pipeline.2.scale": "(96,64)",
        "train_cfg.target_dataloader.dataset.pipeline.2.scale": "(96,64)",
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
