"""The tested versions of what mmadvent stands on; others are refused in one sentence.

OpenMMLab exists as two lines that share import names and exclude each other: the official one and
its maintained forks, which other distribution names (``onedl-*``) tell apart.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from packaging.specifiers import SpecifierSet

from mmadvent.errors import InputError

__all__ = ["COMMON", "LINES", "NEEDS", "VersionError", "check_versions", "installed_line"]

# Distribution -> allowed versions. One that is not installed is not asked for.
COMMON = {"torch": ">=2.6,<2.16", "numpy": ">=2,<3"}
LINES: dict[str, dict[str, str]] = {
    "openmmlab": {
        "mmengine": ">=0.10.7,<0.11",
        "mmengine-lite": ">=0.10.7,<0.11",
        # mmsegmentation and mmdet assert at import that mmcv is below 2.2.
        "mmcv": ">=2.1.0,<2.2",
        "mmcv-lite": ">=2.1.0,<2.2",
        "mmsegmentation": ">=1.2.2,<1.3",
        "mmdet": ">=3.3.0,<3.4",
    },
    "onedl": {
        "onedl-mmengine": ">=0.10.12,<0.11",
        "onedl-mmcv": ">=2.3.6,<2.4",
        "onedl-mmsegmentation": ">=1.4.2,<1.5",
        "onedl-mmdetection": ">=3.5.1,<3.6",
    },
}
# What a line needs besides: its mmengine imports pkg_resources, gone from setuptools 82.
NEEDS: dict[str, dict[str, str]] = {"openmmlab": {"setuptools": "<82"}, "onedl": {}}


class VersionError(InputError, ImportError):
    """A package is missing, of an untested version, or of the other line."""


def installed_line(find: Callable[[str], str] = version) -> str:
    """Which line of OpenMMLab is installed: ``'openmmlab'`` or ``'onedl'``.

    Args:
        find: gives a distribution's version or raises ``PackageNotFoundError``.

    Raises:
        VersionError: if none is installed, or packages of both are.
    """
    found = {line: _installed(packages, find) for line, packages in LINES.items()}
    if not any(found.values()):
        raise VersionError(
            "mmadvent needs OpenMMLab's packages, but found neither mmengine nor onedl-mmengine: "
            "install 'mmadvent[openmmlab]' or 'mmadvent[onedl]'"
        )
    if all(found.values()):
        one, other = (", ".join(f"{k} {v}" for k, v in some.items()) for some in found.values())
        raise VersionError(
            "OpenMMLab's packages and their onedl forks exclude each other, but found "
            f"{one} beside {other}: make a new environment with one of the two"
        )
    return next(line for line, some in found.items() if some)


def check_versions(find: Callable[[str], str] = version) -> None:
    """Refuse versions outside the tested range.

    Raises:
        VersionError: one sentence with the package, the allowed versions and the one found.
    """
    line = installed_line(find)
    allowed = COMMON | LINES[line] | NEEDS[line]
    for name, found in _installed(allowed, find).items():
        # The part after '+' names a build, such as 2.13.0+cpu.
        if not SpecifierSet(allowed[name]).contains(found.partition("+")[0], prereleases=True):
            raise VersionError(
                f"mmadvent is tested with {name}{allowed[name]}, but found {name} {found}: "
                f"pip install '{name}{allowed[name]}'"
            )


def _installed(names: Iterable[str], find: Callable[[str], str]) -> dict[str, str]:
    """The versions of those distributions that are installed."""
    found = {}
    for name in names:
        with suppress(PackageNotFoundError):
            found[name] = find(name)
    return found
