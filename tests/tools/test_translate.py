"""The translated source: written in parallel, gone on with, and a source for every other tool."""

import shutil
from pathlib import Path

import pytest
import torch

from tests.tools.commands import TOOLS, refused, run_here
from tests.toys import toy_training, write_domains
from tests.translation_toys import build_translator, translator_training


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A translator's config and its checkpoint, in the working directory."""
    monkeypatch.chdir(tmp_path)
    config = translator_training(write_domains(Path("data")), Path("work"))
    config.dump("config.py")
    torch.save(dict(state_dict=build_translator(config.model).state_dict()), "x.pth")
    return "config.py", "x.pth"


def test_every_tool_takes_it_for_a_source(
    run: tuple[str, str], capsys: pytest.CaptureFixture
) -> None:
    tool = TOOLS / "translate.py"
    run_here(tool, *run, "out", "--workers", 1)
    assert "out: 5 images translated, 0 were there" in capsys.readouterr().out
    before = Path("out/images/00003.png").read_bytes()
    Path("out/images/00003.png").unlink()
    Path("out/labels/00002.png").unlink()
    run_here(tool, *run, "out", "--workers", 2, "--batch-size", 2)
    assert "out: 2 images translated, 3 were there" in capsys.readouterr().out
    assert Path("out/images/00003.png").read_bytes() == before
    labels = Path("out/labels"), Path("data/GTA5/labels")
    assert [{p.name: p.read_bytes() for p in folder.iterdir()} for folder in labels[:1]] == [
        {p.name: p.read_bytes() for p in labels[1].iterdir()}
    ]

    moved = ("--cfg-options", "train_dataloader.dataset.data_root=out")
    toy_training(Path("data"), Path("trained"), 1).dump("training.py")
    run_here(TOOLS / "class_prior.py", "training.py", "prior.json", *moved)
    browse = ("--output-dir", "pictures", "--not-show")
    run_here(TOOLS / "browse_dataset.py", "training.py", *browse, *moved)
    assert len(list(Path("pictures").iterdir())) == 5
    run_here(TOOLS / "train.py", "training.py", *moved)
    assert Path("trained/iter_1.pth").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--labels", "move"), "--labels must be one of link, symlink, copy, got 'move'"),
        (("--batch-size", 0), "--batch-size must be 1 or more, got 0"),
        (("--workers", 0), "workers must be 1 or more, got 0"),
        (("--scale", 64, 64), "--scale needs a step Resize in the source's pipeline, got none"),
    ],
)
def test_words(
    run: tuple[str, str], capsys: pytest.CaptureFixture, words: tuple, sentence: str
) -> None:
    assert refused(capsys, "translate", *run, "out", *words) == f"error: {sentence}"


def test_a_source_without_labels_and_a_checkpoint_of_another_kind(
    run: tuple[str, str], capsys: pytest.CaptureFixture
) -> None:
    torch.save(dict(state_dict={"backbone.weight": torch.zeros(1)}), "other.pth")
    assert refused(capsys, "translate", run[0], "other.pth", "out") == (
        "error: the checkpoint 'other.pth' is not of a translator: it has no weights of a "
        "generator ('generators.target.*')"
    )
    Path("data/GTA5/labels/00004.png").unlink()
    assert "1 of 5 images have no label" in refused(capsys, "translate", *run, "out")


def test_another_checkpoint_does_not_go_on(
    run: tuple[str, str], capsys: pytest.CaptureFixture
) -> None:
    run_here(TOOLS / "translate.py", *run, "out", "--workers", 1)
    content = torch.load("x.pth")
    content["meta"] = dict(iter=1)
    torch.save(content, "y.pth")
    found = refused(capsys, "translate", run[0], "y.pth", "out")
    assert found.startswith("error: 'out' holds translated images of other settings (checkpoint ")


def test_another_source_of_the_same_names_does_not_go_on(
    run: tuple[str, str], capsys: pytest.CaptureFixture
) -> None:
    run_here(TOOLS / "translate.py", *run, "out", "--workers", 1)
    shutil.copytree("data", "other")
    moved = ("--cfg-options", "train_dataloader.dataset.data_root=other/GTA5")
    found = refused(capsys, "translate", *run, "out", *moved)
    assert f"source {Path('data/GTA5').resolve()} instead of " in found
    assert f"source {Path('other/GTA5').resolve()}): choose another folder" in found
