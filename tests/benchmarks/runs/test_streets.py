"""The benchmark's command line over a few small pictures and iterations."""

from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from PIL import Image
from torch import nn

from benchmarks.runs.segmentation_methods import GROUP_NORM_METHODS, METHODS
from mmadvent.results.method_titles import TITLES
from tests.tools.commands import module_refused, run_module
from tests.toys import CONFIGS

SMALL = ("--source", 4, "--target", 4, "--val", 2, "--iterations", 2, 2, "--pictures", 1)


def test_an_unknown_method(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert module_refused(capsys, "benchmarks.runs.streets", "--methods", "magic") == (
        "error: --methods must be among source_only, adabn, fourier, minent, minent_er, "
        "minent_cp, adaptsegnet, advent, advent_averaged, advent_cp, advent_minent, "
        "self_training, cbst, esl, mean_teacher, source_free, adabn_at_test, batch_statistics, "
        "tent, oracle, got magic"
    )


def test_an_unknown_direction(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert module_refused(capsys, "benchmarks.runs.streets", "--directions", "gta5", "carla") == (
        "error: --directions must be one of gta5, synthia, got 'carla'"
    )


def test_group_norms_are_for_one_direction(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert module_refused(capsys, "benchmarks.runs.streets", "--norm", "group_norm") == (
        "error: --directions must be one of gta5, got 'synthia'"
    )
    assert module_refused(capsys, "benchmarks.runs.streets", "--norm", "layer_norm") == (
        "error: --norm must be one of batch_norm, group_norm, got 'layer_norm'"
    )


@pytest.mark.parametrize("method", GROUP_NORM_METHODS)
def test_no_norm_holds_statistics_of_a_domain(method: str) -> None:
    config = Config.fromfile(CONFIGS / method / "deeplabv2_r18_streets_group_norm.py")
    init_default_scope("mmseg")
    model = MODELS.build(
        config.model | dict(adaptation=[]) if method.endswith("_cp") else config.model
    )
    assert any(isinstance(module, nn.GroupNorm) for module in model.modules())
    assert not any(hasattr(module, "running_mean") for module in model.modules())


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["gta5", "synthia"])
def test_all_methods_end_in_a_table_and_a_sheet(direction: str, tmp_path: Path) -> None:
    options = (*SMALL, "--directions", direction)
    done = run_module("benchmarks.runs.streets", *options, cwd=tmp_path)
    out = tmp_path / "work_dirs/streets" / direction
    table = (out / "table.md").read_text()
    assert table in done.stdout
    names = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert names == [TITLES[name] for name in METHODS]
    assert ("mIoU*" in table) == (direction == "synthia")
    sheet = np.asarray(Image.open(out / "sheet.png"))
    assert sheet.std() > 10
    again = run_module("benchmarks.runs.streets", *options, cwd=tmp_path)
    assert "Iter(train)" not in again.stdout
    assert table in again.stdout
