import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.streets.command import main

COMMAND = (sys.executable, "-m", "benchmarks.streets")
ROOT = Path(__file__).resolve().parents[3]


def test_the_tool_renders_and_says_what_it_wrote(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, str(tmp_path), "--gta5", "1", "--val", "1", "--workers", "1",
         "--gta5-size", "64x36", "--real-size", "64x32"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"     1 pictures in {tmp_path / 'GTA5'}",
        f"     1 pictures in {tmp_path / 'cityscapes'}",
    ]
    assert (tmp_path / "GTA5/images/00001.png").is_file()


def test_labels_for_the_train_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--train", "1", "--labelled-train", "--real-size", "64x32", "--workers", "1"]
    assert main([str(tmp_path), *arguments]) == 0
    assert capsys.readouterr().out == f"     1 pictures in {tmp_path / 'cityscapes'}\n"
    labels = tmp_path / "cityscapes/gtFine/train/alder"
    assert (labels / "alder_000000_000019_gtFine_instanceIds.png").is_file()


def test_the_tool_refuses_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, str(tmp_path / "new"), "--val", "1", "--gap", "-1"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "python -m benchmarks.streets: gap must lie in [0, 10], got -1.0\n"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "nothing to render: gta5, synthia, train and val are all 0"),
        (["--gta5", "-3"], "gta5 must be 0 or more, got -3"),
        (["--gta5", "1", "--workers", "0"], "workers must be 1 or more, got 0"),
        (
            ["--gta5", "1", "--gta5-size", "64"],
            "argument --gta5-size: a size is WIDTHxHEIGHT, like 512x256, got '64'",
        ),
        (["--gta5", "x"], "argument --gta5: invalid int value: 'x'"),
    ],
)
def test_bad_arguments_write_nothing(
    arguments: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new"
    try:
        code = main([str(out), *arguments])
    except SystemExit as stop:
        code = int(str(stop.code))
    assert code == 2
    assert capsys.readouterr().err.endswith(f": {text}\n")
    assert not out.exists()


def test_a_file_in_the_way_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "taken"
    out.write_text("")
    assert main([str(out), "--gta5", "1", "--workers", "1"]) == 2
    assert capsys.readouterr().err.endswith(f"{out} must be a folder or free, found a file\n")
