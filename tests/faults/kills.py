"""Kill trainings at random moments, resume them, and compare them with one that was left alone.

``python -m tests.faults.kills --series 5 --kills 5`` prints how many kills each kind of run took.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from mmadvent.io.evaluations import read_results
from tests.faults import warm
from tests.tools import toy_config, toy_detection
from tests.toys import write_domains
from tests.training.test_resume import assert_equal

ITERATIONS = 8
LAST = f"iter_{ITERATIONS}.pth"
# What a run of the same numbers has in common; times and paths differ.
COMPARED = ("state_dict", "optimizer", "param_schedulers", "ema_state_dict")
SCHEDULE = f"""
train_cfg = dict(max_iters={ITERATIONS}, val_interval=4)
default_hooks = dict(checkpoint=dict(interval=1, max_keep_ckpts=1))
"""
EMA = 'custom_hooks = [dict(type="EMAHook", momentum=0.1)]'


@dataclass(frozen=True)
class Kind:
    """A kind of training.

    Attributes:
        config: file of its config.
        measure: that its validation logs.
        options: of the command line.
        processes: in which it trains.
    """

    config: str
    measure: str
    options: tuple[str, ...] = ()
    processes: int = 1


KINDS = {
    "segmentation with EMA": Kind("ema.py", "mIoU"),
    "detection": Kind("det.py", "voc07_11points/mAP"),
    "mixed precision": Kind("seg.py", "mIoU", ("--amp",)),
    "two processes": Kind("seg.py", "mIoU", ("--launcher", "pytorch"), 2),
}


def build(root: Path) -> None:
    """The data and a config of each kind."""
    toy_detection.write_domains(root / "boxed")
    toy_detection.write_config(root, Path("boxed")).rename(root / "toy_det.py")
    write_domains(root / "data")
    toy_config.write_config(root, Path("data"))
    toy_config.write_child(root, SCHEDULE, name="seg.py")
    toy_config.write_child(root, SCHEDULE + EMA, name="ema.py")
    toy_config.write_child(root, SCHEDULE, base="toy_det.py", name="det.py")


class Run:
    """A training in one or more processes."""

    def __init__(self, kind: Kind, root: Path, work_dir: str) -> None:
        arguments = (kind.config, "--work-dir", work_dir, "--resume", *kind.options)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.jobs = []
        for rank in range(kind.processes):
            variables = dict(
                RANK=str(rank),
                LOCAL_RANK=str(rank),
                WORLD_SIZE=str(kind.processes),
                MASTER_ADDR="127.0.0.1",
                MASTER_PORT=port,
            )
            several = tuple(variables.items()) if kind.processes > 1 else ()
            self.jobs.append(
                warm.Job("run", "train", arguments, root, variables=several, tag=f"{rank}")
            )
        self.running = [warm.start(job) for job in self.jobs]

    def ended(self) -> bool:
        """Whether a process has ended; one that failed fails the test."""
        for pid in list(self.running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self.running.remove(pid)
                assert status == 0, self.output()
        return not self.running

    def wait(self) -> None:
        """Wait for all processes, which must not fail."""
        end = time.monotonic() + 2 * warm.limit()
        while not self.ended():
            assert time.monotonic() < end, f"it hangs\n{self.output()}"
            time.sleep(0.01)

    def kill(self, chance: random.Random) -> None:
        """Kill one process first, then, as a launcher does, those that are left."""
        first, *others = chance.sample(self.running, len(self.running))
        os.killpg(first, signal.SIGKILL)
        os.waitpid(first, 0)
        time.sleep(chance.uniform(0, 0.3) if others else 0)
        for pid in others:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.running = []

    def output(self) -> str:
        return "\n".join(job.output.read_text(errors="replace")[-3000:] for job in self.jobs)


def kill_and_resume(
    kind: Kind, root: Path, work_dir: str, kills: int, chance: random.Random
) -> int:
    """Train with so many kills on the way; returns how many there were before it was done."""
    done = 0
    while done < kills:
        run = Run(kind, root, work_dir)
        # At any moment, or around the next checkpoint: most of the time is spent before the first.
        wait_for_file = chance.random() < 0.7
        before = _newest(root / work_dir)
        end = time.monotonic() + (warm.limit() if wait_for_file else chance.uniform(0, 4))
        while time.monotonic() < end and not run.ended():
            if wait_for_file and _newest(root / work_dir) != before:
                time.sleep(chance.uniform(0, 0.4))
                break
            time.sleep(0.005)
        if run.ended():
            return done
        run.kill(chance)
        done += 1
        _check_last(root / work_dir)
    Run(kind, root, work_dir).wait()
    return done


def _newest(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("iter_*.pth"))


def _check_last(folder: Path) -> None:
    """What the run would be resumed from is whole at any moment."""
    pointer = folder / "last_checkpoint"
    if pointer.exists():
        last = folder / Path(pointer.read_text()).name
        assert "state_dict" in torch.load(last, weights_only=False), last


def compare(kind: Kind, root: Path, work_dir: str, whole: str) -> None:
    """Bit for bit, and the last validation."""
    ours, other = (torch.load(root / name / LAST, weights_only=False) for name in (work_dir, whole))
    for key in COMPARED:
        assert_equal(ours.get(key), other.get(key), key)
    ours, other = (
        read_results(root / name, kind.measure)[kind.measure] for name in (work_dir, whole)
    )
    assert ours == other or ours != ours and other != other, (kind.config, ours, other)


def run_kind(kind: Kind, root: Path, series: int, kills: int, chance: random.Random) -> int:
    """Series of kills, each compared with the run that was left alone; returns all kills.

    Another series follows where a run was done before it was killed often enough.
    """
    whole = f"whole_{kind.config}{kind.processes}{len(kind.options)}"
    Run(kind, root, whole).wait()
    total = 0
    while total < series * kills:
        wanted = min(kills, series * kills - total)
        total += kill_and_resume(kind, root, "killed", wanted, chance)
        compare(kind, root, "killed", whole)
        shutil.rmtree(root / "killed")
    return total


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=5, help="runs of each kind")
    parser.add_argument("--kills", type=int, default=5, help="of each run")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    warm.import_all()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        root.mkdir()
        build(root)
        counts = {
            name: run_kind(KINDS[name], root, args.series, args.kills, random.Random(args.seed))
            for name in args.kinds
        }
    told = ", ".join(f"{count} of {name}" for name, count in counts.items())
    print(
        f"{sum(counts.values())} kills ({told}): each run ended bit for bit as if left alone, "
        f"in {time.monotonic() - begin:.0f} s"
    )


if __name__ == "__main__":
    main()
