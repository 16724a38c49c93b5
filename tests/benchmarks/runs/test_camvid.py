"""The benchmark of real pictures over a few small ones, in the layout of CamVid."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config, DictAction

from benchmarks.runs.camvid import (
    CONFIG,
    DUSK,
    R18,
    ROOT,
    STREETS,
    VGG16,
    methods_of,
    options,
    parse_args,
)
from benchmarks.runs.recipes import moved_data
from mmadvent.results.method_titles import TITLES
from mmadvent.segmentation.backbones import DeepLabVGG
from tests.segmentation.datasets.files import one_image
from tests.tools.commands import module_refused, run_module

NAME = "benchmarks.runs.camvid"
CONFIGURED = [name for name in methods_of(DUSK, VGG16) if name != "advent_minent"]  # the sum of two
AT_TEST = ("batch_statistics", "tent")  # of the source's network
FRAMES = ("train/0006R0_1", "train/0016E5_1", "train/0001TP_1", "val/0016E5_2", "test/0001TP_2")


def with_options(method: str, pair: str, split: str) -> Config:
    words = ["--pair", pair, "--split", split, "--weights", __file__, "--scale", "240", "180"]
    arguments = parse_args(words)
    config = config_of(method, pair)
    texts = [*moved_data(config, Path("/elsewhere")), *options(arguments, 5, config)]
    pairs = (text.split("=", 1) for text in texts)
    config.merge_from_dict({key: DictAction._parse_iterable(value) for key, value in pairs})
    return config


def config_of(method: str, pair: str, network: str = VGG16) -> Config:
    row = methods_of(pair, network)[method]
    pattern = row.config or CONFIG.format(network=network, pair=pair)
    path = ROOT / pattern.format(method=row.of or method)
    return Config.fromfile(path, import_custom_modules=False)


@pytest.mark.parametrize("split", ["test", "val"])
@pytest.mark.parametrize("pair", [DUSK, STREETS])
@pytest.mark.parametrize("method", CONFIGURED)
def test_options_reach_every_config(method: str, pair: str, split: str) -> None:
    config = with_options(method, pair, split)
    assert config.model.backbone.init_cfg.checkpoint == __file__
    assert config.model.backbone.pretrained_std is None
    for name in ("train", "target", "val", "test"):
        dataset = config[f"{name}_dataloader"].dataset
        rendered = (name, pair) == ("train", STREETS) and method != "oracle"
        streets = "data/streets_to_camvid/seed5/GTA5"
        assert dataset.data_root == (streets if rendered else "/elsewhere")
        steps = {step.type: step for step in dataset.pipeline}
        assert tuple(steps["Resize"].scale) == (240, 180)
        assert ("FourierAdaptation" in steps) == (name == "train" and "fourier" in method)
        if "FourierAdaptation" in steps:
            assert steps["FourierAdaptation"].data_root == "/elsewhere"
            assert steps["FourierAdaptation"].pattern == ("0001TP_*" if pair == DUSK else "*")
        if name in ("val", "test"):
            assert dataset.split == split
            dusk = (split, pair) == ("test", DUSK)
            assert dataset.sequences == (["0001TP"] if dusk else None)


@pytest.mark.parametrize("pair", [DUSK, STREETS])
@pytest.mark.parametrize("method", [name for name in methods_of(DUSK, R18) if name not in AT_TEST])
def test_the_network_with_norms_has_the_same_data(method: str, pair: str) -> None:
    config, other = config_of(method, pair, R18), config_of("minent", pair)
    assert config.model.backbone.norm_cfg.type == "BN" and config.model.backbone.init_cfg is None
    assert config.target_dataloader == other.target_dataloader
    assert config.test_dataloader == other.test_dataloader
    if method in methods_of(pair, VGG16):
        same = config_of(method, pair)
        assert config.train_dataloader == same.train_dataloader
        ours, theirs = (part.model.get("adaptation", []) for part in (config, same))
        if method != "mean_teacher":
            assert [p.get("loss_weight") for p in ours] == [p.get("loss_weight") for p in theirs]


@pytest.mark.parametrize("pair", [DUSK, STREETS])
def test_source_free_training_keeps_the_classifier_and_reads_no_source(pair: str) -> None:
    config = config_of("source_free", pair, R18)
    assert config.train_cfg.source_free is True
    assert config.optim_wrapper.paramwise_cfg.custom_keys.decode_head.lr_mult == 0.0


@pytest.mark.parametrize("method", CONFIGURED)
def test_only_the_oracle_sees_labels_of_dusk(method: str) -> None:
    config = config_of(method, DUSK)
    dusk, day = ["0001TP"], ["0006R0", "0016E5"]
    source, tested = config.train_dataloader.dataset, config.test_dataloader.dataset
    assert (source.split, source.sequences) == ("train", dusk if method == "oracle" else day)
    assert (tested.split, tested.sequences) == ("test", dusk)
    target = config.target_dataloader.dataset
    assert (target.type, target.pattern) == ("UnlabelledImagesDataset", "0001TP_*")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--pair", "x"), "--pair must be one of camvid_day_to_dusk, streets_to_camvid, got 'x'"),
        (("--network", "r50"), "--network must be one of vgg16, r18, got 'r50'"),
        (("--split", "dusk"), "--split must be one of test, val, got 'dusk'"),
        (("--weights", "no.pth"), "--weights must be a file, but 'no.pth' does not exist"),
        (
            ("--network", "r18", "--weights", "no.pth"),
            "--weights is for --network vgg16, got --network r18",
        ),
        (
            ("--source", "9"),
            "--source is for --pair streets_to_camvid, got --pair camvid_day_to_dusk",
        ),
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
@pytest.mark.parametrize("pair", [DUSK, STREETS])
def test_seeds_in_calls_of_their_own_end_in_one_table(pair: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for frame in FRAMES:
        split, _, name = frame.partition("/")
        ids = rng.integers(0, 12, (45, 60), dtype=np.uint8)
        one_image(tmp_path / "data/camvid", f"{frame}.jpg", f"{split}annot/{name}.png", ids)
    torch.save(DeepLabVGG().features.state_dict(prefix="features."), tmp_path / "vgg.pth")
    words = ("--pair", pair, "--iterations", 1, 1, "--scale", 60, 45, "--weights", "vgg.pth")
    small = (*words, "--source", 2, "--pictures", 0)
    methods = ("source_only", "oracle")
    run_module(NAME, "--seeds", 1, *small, "--methods", "source_only", cwd=tmp_path)
    done = run_module(NAME, "--seeds", 0, 1, *small, "--methods", *methods, cwd=tmp_path)
    assert done.stdout.count("seed1/source_only is complete") == 1
    table = (tmp_path / "work_dirs/camvid" / pair / "table.md").read_text()
    assert table in done.stdout
    names = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert names == [TITLES[name] for name in methods]
