"""Every input and output of every command line, spoilt in every way that a path can be."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.faults import mutations
from tests.faults.case import EITHER, REFUSED, STOPPED, Case
from tests.faults.uses import FOLDER, IMAGE, JSON, LABEL, LOG, POINTER, USES, Use
from tests.faults.warm import on_a_full_disk, without_privileges

# A data set is what lies in its folder: one image less is another data set.
CAN_BE_MISSING = (IMAGE, LOG, POINTER)
# Met after the first figures are written.
READ_LATE = {"count classes", "make pseudo-labels", "self-train", "convert boxes", "make fog"}
READ_LATE |= {"translate"}


def cases() -> Iterator[Case]:
    for title, use in USES.items():
        yield Case("right call", title, use.tool, use.arguments, expect="fine")
        for path, kind in use.inputs.items():
            yield from _inputs(title, use, path, kind)
        for path, kind in use.outputs.items():
            yield from _outputs(title, use, path, kind)


def _inputs(title: str, use: Use, path: str, kind: str) -> Iterator[Case]:
    ways = mutations.FOLDERS if kind == FOLDER else mutations.FILES
    late = kind in (IMAGE, LABEL, JSON) and title in READ_LATE
    for name, way in ways.items():
        expect = STOPPED if late else REFUSED
        if kind in CAN_BE_MISSING and name in ("missing", "folder", "loop", "dangling", "empty"):
            expect = EITHER
        yield Case(
            kind,
            f"{title}: {path} {name}",
            use.tool,
            use.arguments,
            partial(_spoil, way, path),
            expect=expect,
            before=without_privileges if name == "unreadable" else None,
        )


def _spoil(way: mutations.Mutation, path: str, folder: Path) -> None:
    way(folder / path)


def _outputs(title: str, use: Use, path: str, kind: str) -> Iterator[Case]:
    other = mutations.file if kind == "folder" else mutations.folder
    for name, way in (("of the other kind", other), ("a loop", mutations.loop)):
        yield _output(
            f"{title}: {path} {name}", use, use.arguments, partial(_spoil, way, path), path
        )
    for name, way in (
        ("below a file", mutations.file),
        ("below a loop", mutations.loop),
        ("in a read-only folder", mutations.read_only),
    ):
        arguments = tuple(f"closed/{path}" if value == path else value for value in use.arguments)
        spoil = partial(_spoil, way, "closed")
        yield _output(f"{title}: {path} {name}", use, arguments, spoil, "closed")
    name = f"{title}: {path} on a full disk"
    yield Case("output", name, use.tool, use.arguments, expect=STOPPED, before=on_a_full_disk)


def _output(
    name: str, use: Use, arguments: tuple[str, ...], spoil: mutations.Mutation, named: str
) -> Case:
    return Case("output", name, use.tool, arguments, spoil, named, before=without_privileges)
