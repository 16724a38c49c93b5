"""Work over files that an interruption does not undo."""

import os
import resource
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.io.noted_map import NotedMap


class Count:
    """The number of characters of a file; it remembers whom it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, path: str) -> int:
        if Path(path).read_text() == "broken":
            raise RuntimeError(path)
        self.asked.append(Path(path).name)
        return len(Path(path).read_text())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Three files, named in another order than the alphabet's."""
    for name, text in (("c", "333"), ("a", "1"), ("b", "22")):
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in "cab"}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes" / ".notes"


def test_results_are_in_the_order_of_the_files(files: dict[str, str], notes: Path) -> None:
    steps: list[int] = []
    work = NotedMap(Count(), files, notes)
    assert work.left == 3
    found = work.run(1, progress=lambda: steps.append(work.left))
    assert list(found.items()) == [("c", 3), ("a", 1), ("b", 2)]
    assert steps == [2, 1, 0]  # each is noted as soon as it is there
    work.forget()
    assert not notes.exists() and work.left == 3


def test_notes_that_cannot_be_written(files: dict[str, str], notes: Path) -> None:
    notes.parent.mkdir()
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, room[1]))  # as on a full disk
    try:
        with pytest.raises(InputError) as error:
            NotedMap(Count(), files, notes).run(1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)
    assert str(error.value).startswith(f"the notes cannot be written to '{notes}': File too large")


def test_an_interrupted_run_goes_on_from_its_notes(files: dict[str, str], notes: Path) -> None:
    Path(files["b"]).write_text("broken")
    with pytest.raises(RuntimeError):
        NotedMap(Count(), files, notes).run(1)
    with notes.open("a") as half:
        half.write('{"name": "b", "st')  # the process was killed while it wrote
    Path(files["b"]).write_text("4444")
    again = Count()
    work = NotedMap(again, files, notes)
    assert work.left == 1
    assert work.run(1) == {"c": 3, "a": 1, "b": 4}
    assert again.asked == ["b"]
    assert all(line.endswith("}") for line in notes.read_text().splitlines())


def test_files_that_changed_are_looked_at_again(files: dict[str, str], notes: Path) -> None:
    """By their contents: neither size nor time tells."""
    NotedMap(Count(), files, notes).run(1)
    status = os.stat(files["c"])
    Path(files["c"]).write_text("4\n4")
    os.utime(files["c"], ns=(status.st_atime_ns, status.st_mtime_ns))
    os.utime(files["a"], ns=(0, 0))
    again = Count()
    assert NotedMap(again, files, notes).run(1) == {"c": 3, "a": 1, "b": 2}
    assert again.asked == ["c"]


def test_notes_of_other_settings_do_not_count(files: dict[str, str], notes: Path) -> None:
    NotedMap(Count(), files, notes, dict(classes=["road", "sky"])).run(1)
    for settings, asked in ((["sky", "road"], "cab"), (["sky", "road"], ""), (["road"], "cab")):
        again = Count()
        NotedMap(again, files, notes, dict(classes=settings)).run(1)
        assert "".join(again.asked) == asked


@pytest.mark.parametrize(
    "line",
    [
        b"5",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"name": "c", "stamp": [3, 0], "result": 7}',
        b'{"name": ["c"], "result": 7, "digest": ""}',
        b'{"name": "c", "result": 7, "digest": null}',
        b"[" * 100000,
    ],
)
def test_lines_that_are_no_notes(files: dict[str, str], notes: Path, line: bytes) -> None:
    NotedMap(Count(), files, notes).run(1)
    whole = notes.read_bytes().splitlines()
    notes.write_bytes(b"\n".join([line, *whole[1:]]))
    again = Count()
    assert NotedMap(again, files, notes).run(1) == {"c": 3, "a": 1, "b": 2}
    assert again.asked == ["c"]


def test_a_result_that_was_changed_does_not_count(files: dict[str, str], notes: Path) -> None:
    NotedMap(Count(), files, notes).run(1)
    notes.write_text(notes.read_text().replace('"result": 3', '"result": 4'))
    again = Count()
    assert NotedMap(again, files, notes).run(1)["c"] == 3
    assert again.asked == ["c"]


def test_two_runs_at_once_both_end(files: dict[str, str], notes: Path) -> None:
    other = NotedMap(Count(), files, notes)

    def between() -> None:
        if notes.exists():
            assert other.run(1) == {"c": 3, "a": 1, "b": 2}
            other.forget()

    one = NotedMap(Count(), files, notes)
    assert one.run(1, between) == {"c": 3, "a": 1, "b": 2}
    one.forget()
    assert not notes.exists()


def test_digest_is_of_settings_names_and_contents(files: dict[str, str], notes: Path) -> None:
    first = NotedMap(Count(), files, notes).digest()
    assert first == NotedMap(Count(), dict(reversed(files.items())), notes).digest()
    renamed = {name + "x": path for name, path in files.items()}
    others = [NotedMap(Count(), files, notes, 1), NotedMap(Count(), renamed, notes)]
    Path(files["a"]).write_text("2")
    others.append(NotedMap(Count(), files, notes))
    assert len({first, *(other.digest() for other in others)}) >= 4
    Path(files["a"]).unlink()
    with pytest.raises(InputError) as error:
        NotedMap(Count(), files, notes).digest()
    assert str(error.value) == f"'{files['a']}' cannot be read: No such file or directory"


def test_notes_of_files_that_are_no_longer_asked_for_are_dropped(
    files: dict[str, str], notes: Path
) -> None:
    NotedMap(Count(), files, notes).run(1)
    del files["a"]
    assert NotedMap(Count(), files, notes).run(1) == {"c": 3, "b": 2}
    assert '"name": "a"' not in notes.read_text()
