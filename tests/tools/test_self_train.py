"""The command line of self-training: what it refuses, and two short rounds."""

import json
from pathlib import Path

import pytest
import torch

from mmadvent.cli.command_line import load_config
from mmadvent.cli.training import train
from mmadvent.segmentation.pseudo_labels.rounds import round_rules, self_train
from tests.tools.commands import ToyRun, refused, run_tool
from tests.tools.toy_config import write_child

COMMON = ("--work-dir", "rounds", "--rule")
CHILD = """
load, resize = _base_.load, _base_.resize
steps = [load, dict(type="LoadPseudoLabels"), resize, dict(type="PackTargetInputs")]
target_dataloader = dict(dataset=dict(pipeline=steps))
weights = dict(decode=1.0, aux=0.1)
method = dict(type="PseudoLabel", level_weights=weights)
model = dict(adaptation=[*_base_.model.adaptation, method])
"""


@pytest.mark.slow
def test_rounds_of_labels_and_training(toy_run: ToyRun, here: Path) -> None:
    child = write_child(here, CHILD, base=str(toy_run.config))
    command = (child, toy_run.checkpoint, *COMMON, "class_balanced", "--portions", 0.2, 0.5)
    options = ("--cfg-options", "train_cfg.max_iters=2", "train_cfg.val_interval=2")
    done = run_tool("self_train", *command, *options, cwd=here)
    first, second = here / "rounds/round1", here / "rounds/round2"
    notes = [
        json.loads((x / "pseudo_labels/pseudo_labels.json").read_text()) for x in (first, second)
    ]
    assert notes[0]["checkpoint"]["file"] == str(toy_run.checkpoint)
    assert notes[1]["checkpoint"]["file"] == "rounds/round1/train/iter_2.pth"
    assert [note["rule"]["portion"] for note in notes] == [0.2, 0.5]
    log = (second / "train").glob("*/vis_data/scalars.json")
    entry = json.loads(next(log).read_text().splitlines()[0])
    assert entry["pseudolabel.decode.loss_pseudo"] > 0
    assert 0 < entry["pseudolabel.labelled"] < 1
    table = done.stdout.splitlines()[-4:]
    assert table[0] == "| round | rule | labelled % | mIoU |"
    again = run_tool("self_train", *command, *options, cwd=here)
    assert again.stdout.splitlines() == [
        "rounds/round1 is complete",
        "rounds/round2 is complete",
        *table,
    ]


@pytest.mark.slow
def test_the_function_gives_what_the_command_lines_give_by_hand(
    toy_run: ToyRun, here: Path
) -> None:
    child = write_child(here, CHILD, base=str(toy_run.config))
    short = {"train_cfg.max_iters": 2, "train_cfg.val_interval": 2}
    options = [f"{key}={value}" for key, value in short.items()]
    rules = round_rules("class_balanced", [0.2, 0.5])
    rounds = self_train(
        load_config(str(child), short), toy_run.checkpoint, Path("rounds"), rules, train
    )
    start = toy_run.checkpoint
    for number, portion in ((1, 0.2), (2, 0.5)):
        ours, labels, work_dir = here / f"rounds/round{number}", f"labels{number}", f"by{number}"
        rule = ("--rule", "class_balanced", "--portion", portion)
        run_tool(
            "make_pseudo_labels", child, start, labels, *rule, "--cfg-options", *options, cwd=here
        )
        given = (f"target_dataloader.dataset.pseudo_labels={labels}", f"load_from={start}")
        run_tool(
            "train", child, "--work-dir", work_dir, "--cfg-options", *options, *given, cwd=here
        )
        by_hand = sorted((here / labels / "aachen").iterdir())
        assert len(by_hand) == 4
        for path in by_hand:
            assert (ours / "pseudo_labels/aachen" / path.name).read_bytes() == path.read_bytes()
        notes = [
            json.loads((folder / "pseudo_labels.json").read_text())
            for folder in (ours / "pseudo_labels", here / labels)
        ]
        for note in notes:
            del note["checkpoint"]  # its file holds the time
        assert notes[0] == notes[1]
        start = here / work_dir / "iter_2.pth"
        weights = [
            torch.load(path, weights_only=False)["state_dict"]
            for path in (ours / "train/iter_2.pth", start)
        ]
        assert weights[0].keys() == weights[1].keys()
        for name, value in weights[0].items():
            assert torch.equal(value, weights[1][name]), name
        (log,) = (ours / "train").glob("*/vis_data/scalars.json")  # each run's in its own folder
        assert len(log.read_text().splitlines()) == 3
    assert [one.checkpoint for one in rounds] == [
        Path("rounds/round1/train/iter_2.pth"), Path("rounds/round2/train/iter_2.pth")
    ]  # fmt: skip


BAD = {
    ("magic",): "rule must be one of entropy, confidence, class_balanced, got 'magic'",
    ("entropy", "--rounds", 0): "--rounds must be 1 or more, got 0",
    ("entropy", "--rounds", 3, "--portions", 0.2, 0.3): (
        "--portions must be one for each of the 3 rounds, got 2"
    ),
    ("class_balanced", "--portions", 0.2, 0): "portion must be in (0, 1], got 0.0",
    ("entropy",): "the config 'no.py' does not exist",
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_arguments(arguments: tuple, here: Path, capsys: pytest.CaptureFixture) -> None:
    command = ("no.py", "no.pth", *COMMON, *arguments)
    assert refused(capsys, "self_train", *command) == f"error: {BAD[arguments]}"


def test_bad_input(toy_folder: Path, here: Path, capsys: pytest.CaptureFixture) -> None:
    base = str(toy_folder / "toy.py")
    assert refused(capsys, "self_train", base, "no.pth", *COMMON, "entropy") == (
        "error: self-training needs dict(type='PseudoLabel') in model.adaptation, got AdvEnt"
    )
    child = write_child(here, CHILD, base=base)
    assert refused(capsys, "self_train", child, "no.pth", *COMMON, "entropy") == (
        "error: the checkpoint 'no.pth' does not exist"
    )
    none = ("--cfg-options", "model.adaptation=[]")
    assert refused(capsys, "self_train", child, "no.pth", *COMMON, "entropy", *none) == (
        "error: self-training needs dict(type='PseudoLabel') in model.adaptation, got no method"
    )
