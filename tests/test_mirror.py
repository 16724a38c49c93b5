"""tests/ mirrors mmadvent/: the tests of ``mmadvent/a/b.py`` are ``tests/a/test_b.py``."""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parent / "mmadvent"
# Tests of whole runs and of what is beside the package; so are the files right below tests/ that
# mirror no module.
WHOLES = ("benchmarks", "distributed", "examples", "faults", "parity", "tools", "training")


def has_code(module: Path) -> bool:
    """Whether a module defines a function or a method: constants alone need no test."""
    return any(
        isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(module.read_text()))
    )


def mirror_of(module: Path) -> str:
    """Where a module's tests are, as seen from tests/."""
    return str(module.relative_to(PACKAGE).with_name(f"test_{module.name}"))


MODULES = {mirror_of(path): path for path in PACKAGE.rglob("*.py") if path.stem != "__init__"}


def test_every_module_has_its_tests() -> None:
    missing = [
        f"tests/{name} of mmadvent/{path.relative_to(PACKAGE)}"
        for name, path in sorted(MODULES.items())
        if has_code(path) and not (TESTS / name).exists()
    ]
    assert not missing, f"these tests are missing: {', '.join(missing)}"


def test_every_test_in_a_room_has_its_module() -> None:
    found = {str(path.relative_to(TESTS)) for path in TESTS.glob("*/**/test_*.py")}
    strays = [
        f"tests/{name}"
        for name in sorted(found - MODULES.keys())
        if not name.startswith(tuple(f"{folder}/" for folder in WHOLES))
    ]
    assert not strays, (
        f"no module of mmadvent/ is tested by {', '.join(strays)}: tests of whole runs lie in "
        f"{', '.join(WHOLES)}"
    )
