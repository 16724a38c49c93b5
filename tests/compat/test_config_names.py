"""``mmadvent::`` in ``_base_``: upstream still refuses it, and we resolve it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.compat import find_own_configs, resolve_own_configs
from mmadvent.compat.config_names import PACKAGE
from mmadvent.errors import InputError

TEXT = '_base_ = "mmadvent::advent/deeplabv2_r101_gta2cs.py"\nwork_dir = "mine"\n'
PLAIN = """
import sys
from mmengine.config import Config
try:
    Config.fromfile(sys.argv[1])
except AssertionError as error:
    print(error)
"""


@pytest.fixture
def child(tmp_path: Path) -> Path:
    file = tmp_path / "mine.py"
    file.write_text(TEXT)
    return file


def test_upstream_knows_a_fixed_list_of_packages(
    child: Path, fresh_python: Callable[..., str]
) -> None:
    printed = fresh_python(PLAIN, str(child))
    assert printed.strip().endswith("mmengine does not support to load mmadvent config.")


def test_a_base_by_the_packages_name(child: Path) -> None:
    resolve_own_configs()
    resolve_own_configs()
    config = Config.fromfile(child)
    assert config.model.type == "DomainAdaptSegmentor" and config.work_dir == "mine"
    assert "_scope_" not in config.pretty_text


def test_a_base_that_is_not_there(child: Path) -> None:
    child.write_text('_base_ = "mmadvent::advent/none.py"\n')
    with pytest.raises(FileNotFoundError, match="configs/advent/none.py"):
        Config.fromfile(child)


def test_upstreams_own_names_go_to_upstream(child: Path) -> None:
    child.write_text('_base_ = "mmseg::_base_/schedules/schedule_20k.py"\n')
    assert Config.fromfile(child).train_cfg.max_iters == 20000


def test_the_wheels_configs_come_before_those_of_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_own_configs() in (PACKAGE / ".mim", PACKAGE.parent)
    package = tmp_path / "site" / "mmadvent"
    monkeypatch.setattr("mmadvent.compat.config_names.PACKAGE", package)
    with pytest.raises(InputError, match="^mmadvent was installed without its configs: "):
        find_own_configs()
    (package.parent / "configs").mkdir(parents=True)
    assert find_own_configs() == package.parent
    (package / ".mim" / "configs").mkdir(parents=True)
    assert find_own_configs() == package / ".mim"
