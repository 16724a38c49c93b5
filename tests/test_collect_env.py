"""What a report of a fault tells, also where versions do not fit."""

from importlib.metadata import PackageNotFoundError

from mmadvent.collect_env import environment
from mmadvent.version import __version__


def test_versions_and_the_machine() -> None:
    lines = environment().splitlines()
    assert lines[0] == f"mmadvent: {__version__}"
    assert "versions: tested together" in lines
    names = [line.partition(":")[0] for line in lines]
    assert {"Python", "platform", "torch", "numpy", "PyTorch", "OpenCV"} <= set(names)


def test_versions_that_do_not_fit_are_told() -> None:
    def find(name: str) -> str:
        if name in ("mmengine", "torch"):
            return "0.1"
        raise PackageNotFoundError(name)

    *_, torch, engine, verdict = environment(find).splitlines()
    assert (torch, engine) == ("torch: 0.1", "mmengine: 0.1")
    assert verdict.startswith("versions: mmadvent is tested with torch>=2.6")
