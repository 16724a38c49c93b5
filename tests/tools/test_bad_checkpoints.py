"""Checkpoints that are not what a command line needs: a sentence, and nothing is written."""

from pathlib import Path

import pytest
import torch

from mmadvent.io import work_dir
from mmadvent.io.work_dir import owned_work_dir
from tests.tools.commands import refused
from tests.tools.toy_config import write_child


def test_a_checkpoint_of_nothing_is_not_tested(
    toy_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    torch.save({}, "empty.pth")
    for tool, arguments in (
        ("test", [toy_folder / "toy.py", "empty.pth"]),
        ("test", [toy_folder / "toy.py", "empty.pth", "--tta"]),
        ("test_ensemble", ["--member", toy_folder / "toy.py", "empty.pth"]),
        ("export", [toy_folder / "toy.py", "empty.pth", "out"]),
    ):
        sentence = refused(capsys, tool, *arguments)
        assert sentence.startswith(
            "error: the checkpoint 'empty.pth' is not of the config's model: it lacks "
            "'backbone.conv1.weight' (8, 3, 7, 7) and "
        ), tool


def test_a_training_does_not_resume_from_what_is_none(
    toy_folder: Path, here: Path, capsys: pytest.CaptureFixture
) -> None:
    Path("run").mkdir()
    Path("run/iter_2.pth").write_bytes(b"PK\x03\x04")
    child = write_child(here, "", base=str(toy_folder / "toy.py"))
    pointer = Path("run/last_checkpoint")
    for text, sentence in (
        ("iter_2.pth", "error: the checkpoint 'run/iter_2.pth' cannot be read: "),
        ("", "error: 'run/last_checkpoint' must name a checkpoint in its own folder, got '': "),
        ("/etc/passwd", "error: 'run/last_checkpoint' must name a checkpoint in its own folder"),
        ("http://x/a", "error: 'run/last_checkpoint' must name a checkpoint in its own folder"),
    ):
        pointer.write_text(text)
        assert refused(capsys, "train", child, "--work-dir", "run", "--resume").startswith(sentence)


def test_a_work_directory_of_another_run_is_left_alone(
    toy_folder: Path,
    here: Path,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work_dir, "PATIENCE_SECONDS", 0.0)
    child = write_child(here, "", base=str(toy_folder / "toy.py"))
    with owned_work_dir("run"):
        assert refused(capsys, "train", child, "--work-dir", "run") == (
            "error: the work directory 'run' must be of one run alone, but another run is using "
            "it: let that end or give another --work-dir"
        )
