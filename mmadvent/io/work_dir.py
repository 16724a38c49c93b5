"""The folder of a run: whose it is, and which checkpoint it goes on from."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mmadvent.errors import InputError
from mmadvent.io.outputs import check_folder_to_write
from mmadvent.io.writing import write_bytes

LOCK = ".lock"
POINTER = "last_checkpoint"
LOGS_BYTES = 2**20
# A run that was ended may take this long to be gone.
PATIENCE_SECONDS = 5.0


def check_work_dir(path: str, room: int = 0) -> None:
    """Check that a run could write into a folder, which need not exist yet; writes nothing.

    Args:
        path: of the folder.
        room: bytes that the run needs at least, beside its logs.

    Raises:
        InputError: if it is no folder, if nothing can be written there, or if its disk is full.
    """
    check_folder_to_write(path, "the work directory")
    place = Path(path).absolute()
    while not place.exists():
        place = place.parent
    free, needed = shutil.disk_usage(place).free >> 20, -(-(room + LOGS_BYTES) // 2**20)
    if free < needed:
        raise InputError(
            f"the work directory '{path}' must be on a disk with at least {needed} MiB free, got "
            f"{free} MiB"
        )


@contextmanager
def owned_work_dir(path: str) -> Iterator[None]:
    """Own a work directory, which is made if it is missing: no other run gets in meanwhile.

    The system frees the lock of a process however it dies.

    Raises:
        InputError: if another run owns it, or if it cannot be written.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=PATIENCE_SECONDS)
        lock.acquire()
    except Timeout as error:
        raise InputError(
            f"the work directory '{path}' must be of one run alone, but another run is using it: "
            "let that end or give another --work-dir"
        ) from error
    except OSError as error:
        raise InputError(
            f"the work directory '{path}' cannot be written: {error.strerror or error}"
        ) from error
    try:
        yield
    finally:
        lock.release()


def last_checkpoint(work_dir: Path) -> Path | None:
    """The checkpoint that a work directory's ``last_checkpoint`` names; None without that file.

    It is a file of the work directory itself, wherever that lay when the checkpoint was written: of
    an absolute path, as a run writes it, all but the name is ignored, so a moved or copied work
    directory goes on from its own. A relative path into another folder was written by hand.

    Raises:
        InputError: if it names none that is there.
    """
    pointer = work_dir / POINTER
    try:
        text = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{pointer}' cannot be read: {error}") from error
    name = Path(text).name
    if not name or "\0" in text or not _is_own(Path(text), work_dir):
        raise InputError(
            f"'{pointer}' must name a checkpoint in its own folder, got '{text}': write the name "
            "of one that is there into it, or remove it to start anew"
        )
    return work_dir / name


def _is_own(path: Path, work_dir: Path) -> bool:
    """Whether a path names a file of the work directory, as seen from there or from here."""
    folders = (path.parent.resolve(), (work_dir / path).parent.resolve())
    own = path.is_absolute() or work_dir.resolve() in folders
    return own and (work_dir / path.name).is_file()


def note_last_checkpoint(work_dir: Path, checkpoint: str) -> None:
    """Write ``last_checkpoint``."""
    write_bytes(work_dir / POINTER, checkpoint.encode())
