"""Work over files that an interruption does not undo."""

import os
from pathlib import Path

import pytest

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
    NotedMap(Count(), files, notes).run(1)
    Path(files["c"]).write_text("55555")
    os.utime(files["a"], ns=(0, 0))  # of the same size
    again = Count()
    assert NotedMap(again, files, notes).run(1) == {"c": 5, "a": 1, "b": 2}
    assert again.asked == ["c", "a"]


def test_notes_of_files_that_are_no_longer_asked_for_are_dropped(
    files: dict[str, str], notes: Path
) -> None:
    NotedMap(Count(), files, notes).run(1)
    del files["a"]
    assert NotedMap(Count(), files, notes).run(1) == {"c": 3, "b": 2}
    assert '"name": "a"' not in notes.read_text()
