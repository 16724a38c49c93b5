"""Which classes of a config are this package's own, and their source as a module of its own."""

import ast
import inspect
import sys
from collections.abc import Iterator
from typing import Any

from mmadvent.errors import InputError

PACKAGE = "mmadvent"
REGISTRATION = "@MODELS.register_module()"
# So that the module can be imported beside mmadvent, which has the same classes.
FORCED_REGISTRATION = "@MODELS.register_module(force=True)"


def classes_of(config: Any, registry: Any) -> Iterator[type]:
    """The registered classes that a config names, at any depth."""
    if isinstance(config, dict):
        kind = config.get("type")
        found = registry.get(kind) if isinstance(kind, str) else kind
        if inspect.isclass(found):
            yield found
    if isinstance(config, (dict, list, tuple)):
        for value in config.values() if isinstance(config, dict) else config:
            yield from classes_of(value, registry)


def own_classes(config: Any, registry: Any) -> list[type]:
    """Those of them that upstream lacks, because they are of this package."""
    with registry.switch_scope_and_registry(None) as scoped:  # upstream's, a child of mmengine's
        found = dict.fromkeys(classes_of(config, scoped))
    return [
        cls
        for cls in found
        if cls.__module__.partition(".")[0] == PACKAGE and not _stands_in_for_upstreams(cls)
    ]


def _stands_in_for_upstreams(cls: type) -> bool:
    """Whether upstream has a class of this name, which this one extends."""
    return any(base.__name__ == cls.__name__ for base in cls.__mro__[1:])


def modules_source(classes: list[type], library: str) -> str:
    """One module with the source of ``classes`` and the imports of their modules.

    Raises:
        InputError: if a class needs more of this package than itself.
    """
    imports: dict[str, set[str]] = {}
    bodies = []
    for cls in classes:
        for node in ast.parse(inspect.getsource(sys.modules[cls.__module__])).body:
            if isinstance(node, ast.ImportFrom):
                names = {ast.unparse(name) for name in node.names}
                imports.setdefault(f"from {node.module} import", set()).update(names)
            elif isinstance(node, ast.Import):
                imports.setdefault("import", set()).update(ast.unparse(name) for name in node.names)
        body = inspect.getsource(cls).strip()
        bodies.append(body.replace(REGISTRATION, FORCED_REGISTRATION))
    lines = [f"{start} {', '.join(sorted(names))}" for start, names in sorted(imports.items())]
    if any(PACKAGE in line for line in lines):
        raise InputError(
            f"a model can be exported if its classes need only torch and {library}, got "
            + ", ".join(cls.__name__ for cls in classes)
        )
    header = f'"""Classes of an exported model that {library} lacks."""'
    return "\n\n\n".join([header + "\n\n" + "\n".join(lines), *bodies]) + "\n"
