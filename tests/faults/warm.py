"""Command lines in forks of one process that has imported everything: a second each, not twenty."""

import ctypes
import os
import resource
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NoReturn

from tests.tools.commands import TOOLS

LIMIT = 150  # seconds of one command line, on a busy machine
MEMORY = 24 * 2**30  # of addresses, most of which libraries reserve only
# linux/capability.h: the version, CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
CAPABILITIES, OVERRIDE, READ_SEARCH = 0x20080522, 1 << 1, 1 << 2
HANGS = "hangs"
# Beside our own modules: what they import when it is asked for.
MODULES = ("mmseg.visualization", "mmdet.visualization", "matplotlib.pyplot")


def tools() -> dict[str, Path]:
    """Every command line of ``tools/``, by name."""
    return {path.stem: path for path in sorted(TOOLS.glob("*.py"))}


def import_all() -> None:
    """What the command lines import: their forks then need not."""
    os.environ.update(CUDA_VISIBLE_DEVICES="", MPLBACKEND="Agg", OMP_NUM_THREADS="1")
    import torch

    import mmadvent

    torch.set_num_threads(1)
    own = (module.name for module in walk_packages(mmadvent.__path__, "mmadvent."))
    for name in (*own, *MODULES):
        import_module(name)


@dataclass(frozen=True)
class Job:
    """A command line to be run.

    Attributes:
        name: for the outcome.
        tool: of ``tools/``.
        arguments: after its name.
        folder: to run in.
        before: what the fork does first: drop rights, set limits.
        variables: of the environment.
        tag: tells jobs in one folder apart.
    """

    name: str
    tool: str
    arguments: tuple[str, ...]
    folder: Path
    before: Callable[[], None] | None = None
    variables: tuple[tuple[str, str], ...] = ()
    tag: str = ""

    @property
    def output(self) -> Path:
        """What it prints, beside its folder."""
        return self.folder.with_name(f"{self.folder.name}{self.tag}.output")


def start(job: Job) -> int:
    """Fork, run the command line in the fork, and return its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setpgid(0, 0)
        _redirect(job)
        code = _run(job)
    except BaseException:
        traceback.print_exc()
    finally:
        _end(code)


def _end(code: int) -> NoReturn:
    """Leave the fork, whatever happens: what called :func:`start` goes on in its parent only."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _redirect(job: Job) -> None:
    output = os.open(job.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(old, new)
    # pytest may have put its own in place.
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)


def _run(job: Job) -> int:
    scratch = job.folder.with_name(f"{job.folder.name}.scratch")
    scratch.mkdir(exist_ok=True)
    scratch.chmod(0o777)
    os.environ.update({"TMPDIR": str(scratch), **dict(job.variables)})
    os.chdir(job.folder)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if job.before:
        job.before()
    script = str(TOOLS / f"{job.tool}.py")
    sys.argv = [script, *job.arguments]
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            return stop.code or 0
        print(stop.code, file=sys.stderr)
        return 1
    return 0


def run(jobs: Iterable[Job], at_once: int = 2) -> Iterator[tuple[Job, int | str]]:
    """Each job with its exit status, or :data:`HANGS`, in the order in which they end."""
    running: dict[int, tuple[Job, float]] = {}
    waiting = iter(jobs)
    more = True
    while more or running:
        while more and len(running) < at_once:
            job = next(waiting, None)
            more = job is not None
            if job is not None:
                running[start(job)] = (job, time.monotonic())
        for pid in list(running):
            job, begin = running[pid]
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                running.pop(pid)
                yield job, os.waitstatus_to_exitcode(status)
            elif time.monotonic() - begin > LIMIT:
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                running.pop(pid)
                yield job, HANGS
        time.sleep(0.01)


def run_well(jobs: Iterable[Job]) -> None:
    """Run command lines that must work."""
    for job, status in run(jobs):
        text = job.output.read_text(errors="replace")
        assert status == 0, f"{job.tool} {' '.join(job.arguments)}: {status}\n{text[-3000:]}"


def without_privileges() -> None:
    """Give up what lets the superuser read and write whatever a file's mode says."""
    libc = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    # Effective, permitted and inheritable ones, the lower 32 bits first.
    data = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, data) == 0
    for index in (0, 1):  # access(2) asks by those that are permitted
        data[index] &= ~(OVERRIDE | READ_SEARCH)
    assert libc.capset(header, data) == 0


def on_a_full_disk() -> None:
    """Let no file grow beyond 100 bytes: writing fails as on a full disk."""
    read, write = os.pipe()  # what the tool prints is no file
    pid = os.fork()
    if pid:
        os.close(write)
        while printed := os.read(read, 1 << 16):
            os.write(1, printed)
        _end(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os.dup2(write, 1)
    os.dup2(write, 2)
    os.close(write)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
