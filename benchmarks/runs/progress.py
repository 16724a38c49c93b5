"""What a person sees of a benchmark's trainings: a line each; all else goes to a log."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

STEP = re.compile(r"Iter\(train\) \[ *(\d+)/(\d+)\]")
EVALUATION = re.compile(r"Iter\((?:val|test)\) \[ *(\d+)/(\d+)\]")
ETA = re.compile(r" eta: ((?:\d+ days?, )?\S+)")
SHOWN = {"loss": re.compile(r" loss: (-?[\d.a-z]+)"), "entropy": re.compile(r"\.entropy: ([\d.]+)")}
TENTHS = 10
BAR = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"


class Progress:
    """The state of all trainings of a benchmark.

    Args:
        iterations: of each training; their sum tells how long all take.
        at_once: trainings at the same time: their lines then say whose they are.
    """

    def __init__(self, iterations: Sequence[int], at_once: int = 1) -> None:
        self.iterations = list(iterations)
        self.at_once = at_once
        self._trainings: list[Training] = []
        self._start: float | None = None  # of the first that was not complete already

    @contextmanager
    def training(self, title: str, log: Path, iterations: int) -> Iterator["Training"]:
        """One training of so many iterations, whose output ``log`` gets."""
        log.parent.mkdir(parents=True, exist_ok=True)
        training = Training(self, title, log, iterations)
        self._trainings.append(training)
        number, count = len(self._trainings), len(self.iterations)
        _tell(f"{number} of {count}: {title}{self.left(', {} left of all')}; log: {log}")
        with training.bar:
            yield training
        training.ended = True

    def begin(self, start: float) -> None:
        """A training that began at ``start`` was not complete already."""
        if self._start is None:
            self._start = start

    def left(self, text: str) -> str:
        """How long all take from now on, in a text, once a training has told."""
        trained = sum(training.done for training in self._trainings)
        if not trained or self._start is None:
            return ""
        # One that was complete already tells nothing, and nothing of it is left.
        ended = sum(training.total for training in self._trainings if training.ended)
        running = sum(training.done for training in self._trainings if not training.ended)
        left = max(sum(self.iterations) - ended - running, 0)
        passed = time.monotonic() - self._start
        return text.format(tqdm.format_interval(passed * left / trained))


@dataclass
class Training:
    """The state of one training, from what its command lines print.

    On a terminal it is one line that is written anew; elsewhere it is a line each tenth.

    Attributes:
        of: all trainings.
        title: what it is called.
        log: what its output goes to.
        total: its iterations.
        start: when it began.
        bar: its line.
        ended: whether it has.
    """

    of: Progress
    title: str
    log: Path
    total: int
    start: float = field(default_factory=lambda: time.monotonic())
    bar: tqdm = field(init=False)
    ended: bool = False
    _before: int = 0  # iterations of earlier rounds
    _step: int = 0
    _told: int = 0

    def __post_init__(self) -> None:
        terminal = sys.stderr.isatty()
        self.bar = tqdm(total=self.total, bar_format=BAR, disable=not terminal, dynamic_ncols=True)
        if self.of.at_once > 1:
            self.bar.set_description_str(self.title)

    @property
    def done(self) -> int:
        """Iterations that this command has trained."""
        return self._before + self._step

    def read(self, line: str) -> None:
        """Take in a line of the training's output."""
        if found := STEP.search(line):
            step = int(found[1])
            if step < self._step:  # another round
                self._before += self._step
            self._step = step
            self._show(line)
        elif found := EVALUATION.search(line):
            self.bar.set_postfix_str(f"evaluates {found[1]}/{found[2]}")

    def _show(self, line: str) -> None:
        self.of.begin(self.start)
        values = {name: found[1] for name, of in SHOWN.items() if (found := of.search(line))}
        texts = [f"{name} {value}" for name, value in values.items()]
        self.bar.set_postfix_str(", ".join(texts) + self.of.left(", all {} left"))
        self.bar.update(self.done - self.bar.n)
        tenth = TENTHS * self.done // self.total
        if self.bar.disable and tenth > self._told:
            self._told = tenth
            texts += [f"{found[1]} left"] if (found := ETA.search(line)) else []
            whose = f"{self.title}: " if self.of.at_once > 1 else ""
            _tell(f"  {whose}{self.done} of {self.total}: {', '.join(texts)}")


def _tell(line: str) -> None:
    """Print a line above the bars, and whole where several trainings tell at once."""
    with tqdm.external_write_mode():
        print(line, flush=True)
