"""The names of the published files."""

from pathlib import Path

import pytest

from mmadvent.translation.fog.names import densities_in, foggy_name


@pytest.mark.parametrize(
    ("beta", "name"),
    [
        (0.02, "a/ulm_000000_000019_leftImg8bit_foggy_beta_0.02.png"),
        (0.010, "a/ulm_000000_000019_leftImg8bit_foggy_beta_0.01.png"),
        (0.005, "a/ulm_000000_000019_leftImg8bit_foggy_beta_0.005.png"),
    ],
)
def test_name(beta: float, name: str) -> None:
    assert foggy_name("a/ulm_000000_000019_leftImg8bit.png", beta) == name


def test_the_name_of_a_jpeg() -> None:
    assert foggy_name("b.JPG", 0.02) == "b_foggy_beta_0.02.png"


def test_densities(tmp_path: Path) -> None:
    (tmp_path / "ulm").mkdir()
    for name in ("ulm/a_foggy_beta_0.02.png", "ulm/b_foggy_beta_0.02.png", "a_foggy_beta_0.005.png",
                 "a_foggy_beta_0.1.txt", "ulm/a.png"):  # fmt: skip
        (tmp_path / name).touch()
    assert densities_in(str(tmp_path)) == ["0.005", "0.02"]
    assert densities_in(str(tmp_path / "none")) == []
