"""The plan of the rooms: who may import whom, and where upstream's private names are touched."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "mmadvent"
VALUES = ("errors", "compat", "functional", "structures", "checks")
LOSSES = (*VALUES, "models.class_shares")
METHODS = (*LOSSES, "models.losses", "models.discriminators")
MODELS = (*METHODS, "models.adaptations", "io", "models")
HALVES = (*MODELS, "engine", "translation")

# From the bottom to the top: a room imports itself and what its row names, all of it above.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "version": (),
    "compat": ("errors",),
    "functional": ("errors",),
    "structures": ("errors", "functional"),
    "checks": ("errors",),
    "io": VALUES,
    "models.class_shares": VALUES,
    "models.losses": LOSSES,
    "models.discriminators": LOSSES,
    "models.adaptations": METHODS,
    "models": (*METHODS, "models.adaptations", "io"),
    "engine": MODELS,
    "translation": (*MODELS, "engine"),
    "": ("version", "compat"),  # mmadvent/__init__.py
    "collect_env": ("compat", "version"),
    "segmentation": ("", *HALVES),
    "detection": ("", *HALVES),
    # They read what runs left behind and build models by their configs.
    "results": (*VALUES, "io", "engine"),
    "export": (*HALVES, "segmentation", "detection"),
    "cli": (
        *HALVES,
        *("segmentation", "detection", "results", "export", "collect_env", "version"),
    ),
    "__main__": ("cli",),
}
# Who may import a package that the rest of mmadvent does without.
ONLY_IN = {
    "mmseg": ("segmentation", "compat", "cli"),
    "mmdet": ("detection", "compat", "cli", "results.detection_sheet"),
    "matplotlib": ("results", "cli"),
    "mmcv": ("io", "translation", "segmentation", "detection", "compat", "cli"),
    "benchmarks": (),
    "examples": (),
    "tools": (),
    "tests": (),
}
TORCH_ALONE = ("errors", "functional", "structures", "checks")


def modules(folder: str) -> dict[str, Path]:
    """The files below a folder of the checkout by their dotted names."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


OURS = modules(PACKAGE)
EVERYWHERE = OURS | modules("tools") | modules("benchmarks")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imports(module: str) -> Iterator[str]:
    """What a module imports, at its top or later, by absolute names of modules."""
    path = OURS[module]
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            inner = [f"{base}.{name.name}" for name in node.names]
            known = [name for name in inner if name in OURS]
            yield from known
            if len(known) < len(inner):
                yield base


def inside(module: str) -> str:
    """A module's name without the package's."""
    return module.removeprefix(PACKAGE).removeprefix(".")


def room(module: str) -> str:
    """The innermost room that a module of the package is in."""
    name = inside(module)
    while name not in MAY_IMPORT:
        assert name, f"{module} is in no room"
        name = name.rpartition(".")[0]
    assert name or module == PACKAGE, f"{module} is in no room"
    return name


def is_ours(name: str) -> bool:
    return name.partition(".")[0] == PACKAGE


def test_no_room_imports_one_above_it() -> None:
    above = list(MAY_IMPORT)
    for number, allowed in enumerate(MAY_IMPORT.values()):
        assert set(allowed) <= set(above[:number]), above[number]


@pytest.mark.parametrize("module", OURS)
def test_a_room_imports_what_its_row_allows(module: str) -> None:
    own = room(module)
    others = {room(name) for name in imports(module) if is_ours(name)} - {own, *MAY_IMPORT[own]}
    assert others == set()


def test_no_circle_of_modules() -> None:
    graph = {
        module: {name for name in imports(module) if name in OURS and name != module}
        for module in OURS
    }
    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_package_is_imported_only_where_it_may(package: str) -> None:
    found = {inside(m) for m in OURS if any(n.partition(".")[0] == package for n in imports(m))}
    allowed = ONLY_IN[package]
    assert [m for m in found if not any(f"{m}.".startswith(f"{room}.") for room in allowed)] == []


def test_pure_rooms_need_torch_alone() -> None:
    needed = {
        name.partition(".")[0]
        for module in OURS
        if room(module) in TORCH_ALONE
        for name in imports(module)
    }
    assert needed - sys.stdlib_module_names - {PACKAGE} == {"torch"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def defined(module: ast.Module) -> set[str]:
    """Names of functions, classes, variables and attributes that a file itself makes."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
            names.add(node.attr)  # a subclass's own, even where its base made it
    return names


def foreign_private_names(module: ast.Module) -> Iterator[str]:
    """Private names that belong to somebody else."""
    own = defined(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names if is_private(name.name))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr"):
            name = node.args[1]
            if isinstance(name, ast.Constant) and is_private(str(name.value)):
                yield ast.unparse(node)


def test_private_names_of_others_are_touched_in_compat_alone() -> None:
    found = {
        module: names
        for module, path in EVERYWHERE.items()
        if not module.startswith(f"{PACKAGE}.compat")
        if (names := list(foreign_private_names(tree(path))))
    }
    assert found == {}
