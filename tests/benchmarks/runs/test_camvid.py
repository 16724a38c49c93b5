"""The benchmark of real pictures over a few small ones, in the layout of CamVid."""

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config, DictAction

from benchmarks.runs.camvid import CONFIG, METHODS, ROOT, options
from benchmarks.runs.recipes import moved_data
from mmadvent.results.method_titles import TITLES
from mmadvent.segmentation.backbones import DeepLabVGG
from tests.segmentation.datasets.files import one_image
from tests.tools.commands import module_refused, run_module

NAME = "benchmarks.runs.camvid"
FRAMES = ("train/0006R0_1", "train/0016E5_1", "train/0001TP_1", "val/0016E5_2", "test/0001TP_2")


def with_options(method: str, split: str) -> Config:
    arguments = argparse.Namespace(
        split=split,
        weights=Path("vgg.pth"),
        scale=(240, 180),
        cfg_options=["optim_wrapper.dtype=bfloat16"],
    )
    config = Config.fromfile(ROOT / CONFIG.format(method=method), import_custom_modules=False)
    texts = [*moved_data(config, Path("/elsewhere")), *options(arguments)]
    pairs = (text.split("=", 1) for text in texts)
    config.merge_from_dict({key: DictAction._parse_iterable(value) for key, value in pairs})
    return config


@pytest.mark.parametrize("split", ["test", "val"])
@pytest.mark.parametrize("method", METHODS)
def test_options_reach_every_config(method: str, split: str) -> None:
    config = with_options(method, split)
    assert config.model.backbone.init_cfg.checkpoint == "vgg.pth"
    assert config.model.backbone.pretrained_std is None
    assert config.optim_wrapper.dtype == "bfloat16"
    for name in ("train", "target", "val", "test"):
        dataset = config[f"{name}_dataloader"].dataset
        assert dataset.data_root == "/elsewhere"
        (resize,) = [step for step in dataset.pipeline if step.type == "Resize"]
        assert tuple(resize.scale) == (240, 180)
        if name in ("val", "test"):
            measured = (dataset.split, dataset.sequences)
            assert measured == (("val", None) if split == "val" else ("test", ["0001TP"]))


@pytest.mark.parametrize("method", METHODS)
def test_only_the_oracle_sees_labels_of_dusk(method: str) -> None:
    config = Config.fromfile(ROOT / CONFIG.format(method=method), import_custom_modules=False)
    dusk, day = ["0001TP"], ["0006R0", "0016E5"]
    source, tested = config.train_dataloader.dataset, config.test_dataloader.dataset
    assert (source.split, source.sequences) == ("train", dusk if method == "oracle" else day)
    assert (tested.split, tested.sequences) == ("test", dusk)
    target = config.target_dataloader.dataset
    assert (target.type, target.pattern) == ("UnlabelledImagesDataset", "0001TP_*")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--split", "dusk"), "--split must be one of test, val, got 'dusk'"),
        (("--weights", "no.pth"), "--weights must be a file, but 'no.pth' does not exist"),
        (
            (),
            "--data must be the folder 'CamVid' of SegNet's tutorial, but 'data/camvid/train' does "
            "not exist; docs/camvid.md says how to get it",
        ),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...], sentence: str, here: Path, capsys: pytest.CaptureFixture
) -> None:
    assert module_refused(capsys, NAME, *words) == f"error: {sentence}"


@pytest.mark.slow
def test_seeds_in_calls_of_their_own_end_in_one_table(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for frame in FRAMES:
        split, _, name = frame.partition("/")
        ids = rng.integers(0, 12, (45, 60), dtype=np.uint8)
        one_image(tmp_path / "data/camvid", f"{frame}.jpg", f"{split}annot/{name}.png", ids)
    torch.save(DeepLabVGG().features.state_dict(prefix="features."), tmp_path / "vgg.pth")
    small = ("--iterations", 1, 1, "--scale", 60, 45, "--weights", "vgg.pth", "--pictures", 1)
    run_module(NAME, "--seeds", 1, *small, "--methods", "source_only", cwd=tmp_path)
    done = run_module(NAME, "--seeds", 0, 1, *small, cwd=tmp_path)
    assert done.stdout.count("is complete") == 1
    table = (tmp_path / "work_dirs/camvid/table.md").read_text()
    assert table in done.stdout
    names = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert names == [TITLES[name] for name in METHODS]
