"""What the command says of what came out; conversions are checked over published layouts."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mmadvent.cli.convert_weights import RELEASES, run, summary
from mmadvent.errors import InputError
from mmadvent.segmentation.published_weights import ADDED_BRANCHES
from tests.cli.parsing import parse


def test_its_help_names_the_releases_that_there_are() -> None:
    assert tuple(ADDED_BRANCHES) == RELEASES


def test_summary_of_a_network_and_of_a_backbone() -> None:
    network: Any = SimpleNamespace(
        title="a network", levels=1, num_classes=19, config="c.py", options=["a=1", "b=2"]
    )
    assert summary(network, Path("o.pth")) == [
        "o.pth: a network, 1 level, 19 classes",
        "fits c.py with --cfg-options a=1 b=2",
    ]
    network.levels = 0
    assert summary(network, Path("o.pth")) == [
        "o.pth: a network, a backbone without a classifier",
        "fits c.py with --cfg-options model.backbone.init_cfg.checkpoint=o.pth",
    ]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    out = tmp_path / "o.pth"
    out.write_bytes(b"mine")
    with pytest.raises(InputError) as error:
        run(parse("convert-weights", "source.pth", out))
    assert str(error.value) == f"the file to write must not exist, got '{out}'"
