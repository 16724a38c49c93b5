"""The command that exports hands on what it was told."""

from pathlib import Path

import pytest

from mmadvent.cli.export import check_format, run
from mmadvent.errors import InputError
from tests.cli.parsing import parse


@pytest.mark.parametrize(("scope", "library"), [("mmseg", "mmseg"), ("mmdet", "mmdet")])
def test_the_configs_half_names_the_library(
    scope: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "toy.py"
    config.write_text(f"default_scope = '{scope}'\nmodel = dict(depth=3)\n")
    exported: list[tuple] = []
    monkeypatch.setattr(
        "mmadvent.export.plain.export", lambda *arguments: exported.append(arguments)
    )
    run(parse("export", config, "weights.pth", "out", "--cfg-options", "model.depth=5"))
    ((chosen, read, *others),) = exported
    assert chosen.name == library and read.model.depth == 5
    assert others == ["toy", "weights.pth", Path("out")]


@pytest.mark.parametrize("words", [[], ["a.py"], ["a.py", "a.pth"]])
def test_all_three_must_be_told(words: list[str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        parse("export", *words)
    assert stop.value.code == 2 and " out" in capsys.readouterr().err


def test_one_file_is_asked_for_by_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    config = tmp_path / "toy.py"
    config.write_text("default_scope = 'mmseg'\nmodel = dict(depth=3)\n")
    asked: list[tuple] = []
    monkeypatch.setattr(
        "mmadvent.export.one_file.export_one_file", lambda *words: asked.append(words) or 2e-6
    )
    run(parse("export", config, "weights.pth", "model.onnx", "--format", "onnx"))
    ((_, *others),) = asked
    assert others == ["weights.pth", Path("model.onnx"), "onnx"]
    assert capsys.readouterr().out == "wrote model.onnx; its logits are torch's to 2e-06\n"


@pytest.mark.parametrize(
    ("form", "library", "text"),
    [
        (
            "onnx",
            "mmdet",
            "--format onnx is for segmentors: mmdet decodes and suppresses a detector's boxes in "
            "Python, which torch's exporters cannot follow; export for mmdet and deploy that with "
            "MMDeploy",
        ),
        (
            "tflite",
            "mmseg",
            "--format must be one of mmseg, torchscript, onnx for this config, got 'tflite'",
        ),
        (
            "mmdet",
            "mmseg",
            "--format must be one of mmseg, torchscript, onnx for this config, got 'mmdet'",
        ),
    ],
)
def test_other_formats_are_refused(form: str, library: str, text: str) -> None:
    with pytest.raises(InputError) as error:
        check_format(form, library)
    assert str(error.value) == text
