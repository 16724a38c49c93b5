"""What a report of a fault should tell of the environment: ``python -m mmadvent.collect_env``.

It works where the versions do not fit each other, and says so.
"""

import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from mmadvent.compat.versions import COMMON, LINES, VersionError, check_versions
from mmadvent.version import __version__

__all__ = ["environment"]


def environment(find: Callable[[str], str] = version) -> str:
    """Versions of Python, mmadvent and what it stands on, and whether they are tested together.

    Args:
        find: gives a distribution's version or raises ``PackageNotFoundError``.
    """
    lines = [
        f"mmadvent: {__version__}",
        f"Python: {platform.python_version()} ({sys.executable})",
        f"platform: {platform.platform()}",
    ]
    for name in (*COMMON, *(name for line in LINES.values() for name in line), "setuptools"):
        try:
            lines.append(f"{name}: {find(name)}")
        except PackageNotFoundError:
            continue
    try:
        check_versions(find)
    except VersionError as error:
        return "\n".join([*lines, f"versions: {error}"])
    return "\n".join([*lines, "versions: tested together", *machine()])


def machine() -> list[str]:
    """What mmengine tells of compilers, accelerators and torch's build."""
    from mmengine.utils.dl_utils import collect_env

    found = {name: str(value).strip() for name, value in collect_env().items()}
    return [f"{name}: {found[name]}" for name in found if name not in ("sys.platform", "Python")]


if __name__ == "__main__":
    print(environment())
