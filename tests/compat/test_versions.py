"""Untested versions are refused in one sentence, on either line."""

import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mmadvent.compat.versions import COMMON, LINES, NEEDS, VersionError, check_versions
from mmadvent.compat.versions import installed_line as which_line
from mmadvent.errors import InputError

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
OFFICIAL = {
    "torch": "2.13.0+cpu",
    "numpy": "2.4.6",
    "setuptools": "81.0.0",
    "mmengine": "0.10.7",
    "mmcv-lite": "2.1.0",
    "mmsegmentation": "1.2.2",
    "mmdet": "3.3.0",
}
ONEDL = {
    "torch": "2.13.0",
    "numpy": "2.4.6",
    "setuptools": "84.0.0",
    "onedl-mmengine": "0.10.12",
    "onedl-mmcv": "2.3.6",
    "onedl-mmsegmentation": "1.4.2",
    "onedl-mmdetection": "3.5.1",
}


def finder(versions: dict[str, str]) -> Callable[[str], str]:
    def find(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    return find


def pins(name: str) -> list[Requirement]:
    lines = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_the_installed_versions_are_admitted() -> None:
    check_versions()


@pytest.mark.parametrize(("versions", "line"), [(OFFICIAL, "openmmlab"), (ONEDL, "onedl")])
def test_each_line_is_admitted_and_told_apart(versions: dict[str, str], line: str) -> None:
    check_versions(finder(versions))
    assert which_line(finder(versions)) == line


@pytest.mark.parametrize(
    ("base", "name", "found", "allowed"),
    [
        (OFFICIAL, "mmcv-lite", "2.2.0", ">=2.1.0,<2.2"),
        (OFFICIAL, "mmcv", "2.2.0", ">=2.1.0,<2.2"),
        (OFFICIAL, "mmengine", "0.7.4", ">=0.10.7,<0.11"),
        (OFFICIAL, "mmsegmentation", "0.30.0", ">=1.2.2,<1.3"),
        (OFFICIAL, "mmdet", "2.28.2", ">=3.3.0,<3.4"),
        (OFFICIAL, "numpy", "1.26.4", ">=2,<3"),
        (OFFICIAL, "torch", "2.4.1+cu121", COMMON["torch"]),
        (OFFICIAL, "setuptools", "82.0.0", "<82"),
        (ONEDL, "onedl-mmcv", "2.4.0", ">=2.3.6,<2.4"),
        (ONEDL, "onedl-mmdetection", "3.4.0", ">=3.5.1,<3.6"),
    ],
)
def test_an_untested_version_is_refused_in_one_sentence(
    base: dict[str, str], name: str, found: str, allowed: str
) -> None:
    with pytest.raises(VersionError) as refusal:
        check_versions(finder(base | {name: found}))
    assert str(refusal.value) == (
        f"mmadvent is tested with {name}{allowed}, but found {name} {found}: "
        f"pip install '{name}{allowed}'"
    )
    assert isinstance(refusal.value, ImportError)
    assert isinstance(refusal.value, InputError)


def test_mixed_lines_are_refused() -> None:
    mixed = {"mmengine": "0.10.7", "onedl-mmcv": "2.3.6", "onedl-mmdetection": "3.5.1"}
    sentence = (
        "OpenMMLab's packages and their onedl forks exclude each other, but found mmengine 0.10.7 "
        "beside onedl-mmcv 2.3.6, onedl-mmdetection 3.5.1: "
        "make a new environment with one of the two"
    )
    with pytest.raises(VersionError, match=f"^{re.escape(sentence)}$"):
        check_versions(finder(mixed))


def test_no_line_at_all_is_refused() -> None:
    sentence = (
        "mmadvent needs OpenMMLab's packages, but found neither mmengine nor onedl-mmengine: "
        "install 'mmadvent[openmmlab]' or 'mmadvent[onedl]'"
    )
    with pytest.raises(VersionError, match=f"^{re.escape(sentence)}$"):
        check_versions(finder({"torch": "2.13.0", "numpy": "2.4.6"}))


@pytest.mark.parametrize("line", LINES)
def test_what_the_requirements_install_is_admitted(line: str) -> None:
    allowed = COMMON | LINES[line] | NEEDS[line]
    exact = {pin.name: str(pin.specifier) for pin in pins(line) + pins("constraints")}
    checked = {name: found[2:] for name, found in exact.items() if name in allowed}
    assert {"torch", "numpy"} < set(checked)
    assert len(set(checked) & set(LINES[line])) == 4
    check_versions(finder(checked))


def test_the_ranges_are_those_of_the_requirements() -> None:
    runtime = {pin.name: pin.specifier for pin in pins("runtime")}
    for name, versions in COMMON.items():
        assert runtime[name] == Requirement(f"{name}{versions}").specifier
