"""The command line over files of the published layouts."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.segmentation.published_weights.plain_networks import VGG16, ResNet101, weightless
from tests.tools.commands import CONFIGS, TOOLS, refused, run_here
from tests.toys import write_domains

TOOL = "convert_weights"
SKY = 10
MODELS = "configs/_base_/models"


def save(name: str, classifiers: dict[str, int], prefix: str = "") -> dict[str, Tensor]:
    """A ResNet-101 that sees the sky everywhere."""
    with torch.device("meta"):
        network = ResNet101(classifiers, 19)
    weights = weightless(network)
    for layer in classifiers:
        weights[f"{layer}.conv2d_list.0.bias"] = torch.eye(19)[SKY]
    torch.save({prefix + name: value for name, value in weights.items()}, name)
    return weights


def save_vgg(name: str) -> None:
    with torch.device("meta"):
        network = VGG16(19)
    torch.save(weightless(network), name)


def test_two_levels(here: Path, capsys: pytest.CaptureFixture) -> None:
    weights = save("source.pth", {"layer5": 3, "layer6": 4})
    run_here(TOOLS / f"{TOOL}.py", "source.pth", "new/out.pth", "--released-by", "advent")
    assert capsys.readouterr().out.splitlines() == [
        "new/out.pth: DeepLab-V2 on ResNet-101, 2 levels, 19 classes",
        f"fits {MODELS}/deeplabv2_r101.py",
    ]
    assert [file.name for file in (here / "new").iterdir()] == ["out.pth"]
    written = torch.load("new/out.pth", weights_only=True)
    assert written.keys() == {"state_dict", "meta"}
    assert len(written["state_dict"]) == len(weights)
    assert written["meta"]["dataset_meta"]["classes"][SKY] == "sky"
    main = written["state_dict"]["decode_head.branches.0.bias"]
    assert torch.equal(main, weights["layer6.conv2d_list.0.bias"])


def test_initial_weights_need_no_release(here: Path, capsys: pytest.CaptureFixture) -> None:
    save("source.pth", {"layer5": 4}, prefix="Scale.")
    run_here(TOOLS / f"{TOOL}.py", "source.pth", "out.pth")
    assert capsys.readouterr().out.splitlines() == [
        "out.pth: Caffe's ResNet-101 for DeepLab-V2, a backbone without a classifier",
        f"fits {MODELS}/deeplabv2_r101.py with --cfg-options "
        "model.backbone.init_cfg.checkpoint=out.pth",
    ]
    run_here(TOOLS / f"{TOOL}.py", "source.pth", "again.pth", "--released-by", "advent")
    assert capsys.readouterr().out.splitlines()[-1] == (
        "--released-by advent had no effect: it is about classifiers, and the one in the file is "
        "of other classes and was left out"
    )


def test_converted_weights_are_tested_as_the_page_says(
    here: Path, capsys: pytest.CaptureFixture
) -> None:
    save("source.pth", {"layer6": 4})
    run_here(TOOLS / f"{TOOL}.py", "source.pth", "out.pth", "--released-by", "advent")
    option = "model.auxiliary_head=None"
    assert capsys.readouterr().out.splitlines() == [
        "out.pth: DeepLab-V2 on ResNet-101, 1 level, 19 classes",
        f"fits {MODELS}/deeplabv2_r101.py with --cfg-options {option}",
    ]
    write_domains(here / "data")
    small = [
        "test_dataloader.num_workers=0",
        "test_dataloader.persistent_workers=False",
        "test_dataloader.dataset.pipeline.1.scale=(96,64)",
    ]
    config = CONFIGS / "advent/deeplabv2_r101_gta2cs.py"
    outputs = ["--out", "labels", "--work-dir", "work"]
    options = ["--cfg-options", option, *small]
    run_here(TOOLS / "test.py", config, "out.pth", *outputs, *options)
    predictions = [np.asarray(Image.open(file)) for file in (here / "labels").rglob("*.png")]
    assert len(predictions) == 2
    assert all((prediction == SKY).all() for prediction in predictions)


def test_bad_input_writes_nothing(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert refused(capsys, TOOL, "no.pth", "out.pth") == (
        "error: the weights 'no.pth' do not exist"
    )
    save_vgg("source.pth")
    assert refused(capsys, TOOL, "source.pth", "out.pth") == (
        "error: --released-by must be one of advent, esl, adaptsegnet (the names in the file are "
        "the same, but adaptsegnet adds up two branches of four), got None"
    )
    Path("out.pth").touch()
    assert refused(capsys, TOOL, "source.pth", "out.pth", "--released-by", "adaptsegnet") == (
        "error: the file to write must not exist, got 'out.pth'"
    )
    assert Path("out.pth").read_bytes() == b""


def test_an_interrupted_write_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_vgg("source.pth")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_here(TOOLS / f"{TOOL}.py", "source.pth", "out.pth", "--released-by", "esl")
    assert [file.name for file in here.iterdir()] == ["source.pth"]
