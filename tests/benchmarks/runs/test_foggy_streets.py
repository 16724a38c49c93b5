"""The detection benchmark's command line over a few small pictures and iterations."""

from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config, DictAction
from PIL import Image

from benchmarks.runs.foggy_streets import PLAIN_METHODS, options
from tests.tools.commands import module_refused, run_module
from tests.toys import CONFIGS

METHODS = ("source_only", "minent", "minent_frozen_norms", "oracle")
SMALL = ("--train", 4, "--val", 2, "--iterations", 2, 1, "--pictures", 1, "--methods", *METHODS)


def test_an_unknown_method(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert module_refused(capsys, "benchmarks.runs.foggy_streets", "--methods", "magic") == (
        "error: --methods must be among source_only, adabn, minent, advent, oracle, "
        "source_free, minent_frozen_norms, advent_frozen_norms, got magic"
    )


def test_an_unknown_network_and_missing_weights(here: Path, capsys: pytest.CaptureFixture) -> None:
    module, ssd300 = "benchmarks.runs.foggy_streets", ("--network", "ssd300_vgg16")
    assert module_refused(capsys, module, "--network", "ssd512") == (
        "error: --network must be one of ssd_r18, ssd300_vgg16, got 'ssd512'"
    )
    assert module_refused(capsys, module, *ssd300, "--weights", "no.pth") == (
        "error: --weights must be a file, but 'no.pth' does not exist"
    )
    assert module_refused(capsys, module, "--weights", "no.pth") == (
        "error: --weights is for --network ssd300_vgg16, got --network ssd_r18"
    )


@pytest.mark.parametrize("method", PLAIN_METHODS)
def test_bgr_weights_get_the_images_that_they_take(method: str) -> None:
    path = CONFIGS / method / "ssd300_vgg16_foggy_streets.py"
    config = Config.fromfile(path, import_custom_modules=False)
    mean = config.model.data_preprocessor.mean
    texts = options(Namespace(weights=Path("vgg.pth")), 0, config)
    pairs = (text.split("=", 1) for text in texts)
    config.merge_from_dict({key: DictAction._parse_iterable(value) for key, value in pairs})
    assert config.model.backbone.init_cfg.checkpoint == "vgg.pth"
    assert config.model.data_preprocessor.mean == mean[::-1] != mean
    assert config.model.data_preprocessor.bgr_to_rgb is False
    assert options(Namespace(weights=None), 0, config) == []


@pytest.mark.slow
def test_methods_end_in_a_table_and_a_sheet(tmp_path: Path) -> None:
    done = run_module("benchmarks.runs.foggy_streets", *SMALL, cwd=tmp_path)
    table = (tmp_path / "work_dirs/foggy_streets/table.md").read_text()
    assert table in done.stdout
    names = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert names == ["source only", "MinEnt", "oracle", "MinEnt, norms frozen"]
    sheet = np.asarray(Image.open(tmp_path / "work_dirs/foggy_streets/sheet.png"))
    assert sheet.std() > 10
    again = run_module("benchmarks.runs.foggy_streets", *SMALL, cwd=tmp_path)
    assert again.stdout.count("is complete") == 5
    assert table in again.stdout
