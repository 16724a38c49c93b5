"""What the command hands on to the training."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.cli import train as command
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_options_reach_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "toy.py"
    file.write_text("optim_wrapper = dict(type='OptimWrapper')\n")
    trained: list[tuple[Config, str, int]] = []
    monkeypatch.setattr(command, "train", lambda *arguments: trained.append(arguments))
    monkeypatch.setattr(command, "use_amp", lambda config: config.update(amp=True))
    options = ["--resume", "--amp", "--work-dir", "w", "--launcher", "slurm", "--local-rank", 1]
    command.run(parse("train", file))
    command.run(parse("train", file, *options))
    (first, *_), (second, *launched) = trained
    assert not first.resume and "amp" not in first
    assert second.resume and second.amp and second.work_dir == "w"
    assert launched == ["slurm", 1]


@pytest.mark.parametrize(("rank", "told"), [(None, True), ("0", True), ("1", False)])
def test_the_first_process_tells_at_once_that_it_begins(
    rank: str | None, told: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    if rank is not None:
        monkeypatch.setenv("RANK", rank)
    with pytest.raises(InputError, match="does not exist"):
        command.run(parse("train", "none.py"))
    assert capsys.readouterr().err == "checking none.py before the run\n" * told
