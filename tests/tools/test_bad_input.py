import subprocess
import sys
from pathlib import Path

import pytest
from mmengine.registry import MODELS

from mmadvent.models.adaptations import Adaptation
from tests.tools.commands import TOOLS, files_below, refused
from tests.tools.toy_config import write_child

CHECKED_WEIGHT = "loss_weight must be a finite number >= 0, got "
SOURCE_FREE = (
    "train_cfg.source_free=True needs methods in model.adaptation that learn from the target "
    "alone, such as InformationMaximization, got "
)
METHODS = sorted(name for name, kind in MODELS.module_dict.items() if issubclass(kind, Adaptation))

# What is changed in a good config -> the sentence about it.
TRAINING = {
    "train_dataloader = dict(dataset=dict(data_root='nowhere'))": (
        "GTA5Dataset: the folder 'nowhere/images' does not exist; it should hold the PNGs of GTA5 "
        "('images/' and 'labels/' of 'Playing for Data', Richter et al. 2016), unpacked from its "
        "publisher's archives"
    ),
    "model = dict(adaptation=[dict(type='AdvEntt')])": (
        "model.adaptation must be a list of dicts whose type is one of "
        f"{', '.join(METHODS)}, got 'AdvEntt'"
    ),
    "discriminator = dict(type='SelfInfoDiscriminator', in_channels=18)\n"
    "model = dict(adaptation=[dict(type='AdvEnt', discriminator=discriminator)])": (
        "discriminator.in_channels must be the number of channels of the self-information of "
        "'decode', 19, got 18"
    ),
    "model = dict(decode_head=dict(num_classes=7), auxiliary_head=dict(num_classes=7))": (
        "model.decode_head.num_classes must be the number of classes of GTA5Dataset, 19, got 7"
    ),
    "model = dict(decode_head=dict(ignore_index=254))": (
        "model.decode_head.ignore_index must be that of GTA5Dataset, 255, got 254"
    ),
    "model = dict(decode_head=dict(ignore_index=None))": (
        "the head 'decode' must have an ignore_index for source pixels without a class "
        "(mmseg's is 255), got None"
    ),
    "target_dataloader = None": (
        "target_dataloader must be the dataloader of the unlabelled target images, got None"
    ),
    "train_cfg = dict(source_free=True)": SOURCE_FREE + "AdvEnt",
    "train_cfg = dict(source_free=True)\nmodel = dict(adaptation=[])": SOURCE_FREE + "none",
    "model = dict(adaptation=[dict(type='AdvEnt', loss_weight=-1)])": CHECKED_WEIGHT + "-1",
    "model = dict(adaptation=[dict(type='MinEnt', loss_weight=float('nan'))])": (
        CHECKED_WEIGHT + "nan"
    ),
    "load_from = 'no.pth'": "the checkpoint 'no.pth' does not exist",
    "weights = dict(_delete_=True, type='Pretrained', checkpoint='no.pth')\n"
    "model = dict(backbone=dict(init_cfg=weights))": (
        "the initial weights 'no.pth' cannot be fetched (no.pth can not be found.): pass a local "
        "file with --cfg-options model.backbone.init_cfg.checkpoint=FILE, or start from random "
        "weights with --cfg-options model.backbone.init_cfg=None"
    ),
    "optim_wrapper = None": (
        "a config for training must have model, train_dataloader, train_cfg, optim_wrapper, "
        "got no optim_wrapper"
    ),
}


@pytest.mark.parametrize("change", TRAINING)
def test_training(change: str, toy_folder: Path, here: Path, capsys: pytest.CaptureFixture) -> None:
    child = write_child(here, change, base=str(toy_folder / "toy.py"))
    assert refused(capsys, "train", child) == f"error: {TRAINING[change]}"


def test_mixed_precision_without_an_accelerator(
    toy_folder: Path,
    here: Path,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mmadvent.engine.preflight.whole_config.get_device", lambda: "cpu")
    option = "optim_wrapper.type=AmpOptimWrapper"
    assert refused(capsys, "train", toy_folder / "toy.py", "--cfg-options", option) == (
        "error: optim_wrapper.type='AmpOptimWrapper' needs an accelerator such as a CUDA GPU, but "
        "this machine offers 'cpu'; --amp takes what fits a processor"
    )


def test_launcher_without_torchrun(
    toy_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    assert refused(capsys, "train", toy_folder / "toy.py", "--launcher", "pytorch") == (
        "error: --launcher pytorch needs what torchrun sets, for example 'torchrun "
        "--nproc_per_node=2 tools/train.py CONFIG --launcher pytorch', but RANK, WORLD_SIZE, "
        "MASTER_ADDR, MASTER_PORT is not set"
    )


@pytest.mark.parametrize("tool", ["test", "export"])
def test_checkpoint(tool: str, toy_folder: Path, here: Path, capsys: pytest.CaptureFixture) -> None:
    more = ["out"] if tool == "export" else []
    sentence = refused(capsys, tool, toy_folder / "toy.py", "no.pth", *more)
    assert sentence == "error: the checkpoint 'no.pth' does not exist"
    (here / "bad.pth").write_bytes(b"not a checkpoint")
    sentence = refused(capsys, tool, toy_folder / "toy.py", "bad.pth", *more)
    assert sentence.startswith("error: the checkpoint 'bad.pth' cannot be read: ")


def test_options_of_the_test(toy_folder: Path, here: Path, capsys: pytest.CaptureFixture) -> None:
    base = str(toy_folder / "toy.py")
    child = write_child(here, "default_hooks = dict(visualization=None)", base)
    assert refused(capsys, "test", child, "no.pth", "--show-dir", "pictures") == (
        "error: --show and --show-dir need default_hooks.visualization in the config"
    )


def test_browsing_a_target_that_is_not_there(
    toy_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    child = write_child(here, "target_dataloader = None", str(toy_folder / "toy.py"))
    arguments = [child, "--domain", "target", "--not-show", "--output-dir", "out"]
    assert refused(capsys, "browse_dataset", *arguments) == (
        "error: --domain target needs target_dataloader in the config, got none"
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        (
            "browse_dataset",
            ["--not-show", "--number", "0"],
            "--number must be 1 or more, got 0",
        ),
        (
            "confusion_matrix",
            ["maps", "out", "--color-theme", "none"],
            "--color-theme must be a colour map of matplotlib, got 'none'",
        ),
        (
            "get_flops",
            ["--cfg-options", "model=3"],
            "model must be a dict, got 3",
        ),
        (
            "browse_dataset",
            ["--not-show", "--cfg-options", "train_dataloader.dataset.type=None"],
            "train_dataloader.dataset cannot be built: type must be a str or valid type, but got "
            "<class 'NoneType'>",
        ),
    ],
)
def test_options_of_the_other_tools(
    tool: str,
    arguments: list[str],
    sentence: str,
    toy_folder: Path,
    here: Path,
    capsys: pytest.CaptureFixture,
) -> None:
    assert refused(capsys, tool, toy_folder / "toy.py", *arguments) == f"error: {sentence}"


def test_predictions_that_are_not_there(
    toy_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    sentence = refused(capsys, "confusion_matrix", toy_folder / "toy.py", "none", "out")
    file = "none/aachen/aachen_000000_000019_leftImg8bit.png"
    assert sentence.startswith(f"error: the prediction '{file}'")


def test_a_whole_process_prints_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, str(TOOLS / "train.py"), "no.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=580)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "error: the config 'no.py' does not exist"
    assert "Traceback" not in done.stderr
    assert not files_below(tmp_path)


def test_pseudo_labels_that_are_not_there(
    toy_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    change = 'model = dict(adaptation=[dict(type="PseudoLabel")])'
    child = write_child(here, change, base=str(toy_folder / "toy.py"))
    assert refused(capsys, "train", child) == (
        "error: PseudoLabel needs the target's pseudo-labels: set "
        "target_dataloader.dataset.pseudo_labels to the folder that "
        "tools/make_pseudo_labels.py wrote, and have LoadPseudoLabels and PackTargetInputs in its "
        "pipeline"
    )
