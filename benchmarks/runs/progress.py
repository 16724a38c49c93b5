"""What a person sees of a benchmark's trainings: a line each; all else goes to a log."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

STEP = re.compile(r"Iter\(train\) \[ *(\d+)/(\d+)\]")
EVALUATION = re.compile(r"Iter\((?:val|test)\) \[ *(\d+)/(\d+)\]")
ETA = re.compile(r" eta: (\S+)")
SHOWN = {"loss": re.compile(r" loss: ([\d.a-z]+)"), "entropy": re.compile(r"\.entropy: ([\d.]+)")}
TENTHS = 10
BAR = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"


class Progress:
    """The state of all trainings of a benchmark, from what their command lines print.

    On a terminal each training is one line that is written anew; elsewhere it is a line each tenth.

    Args:
        iterations: of each training, in their order; their sum tells how long all take.
    """

    def __init__(self, iterations: Sequence[int]) -> None:
        self.iterations = list(iterations)
        self.number = 0
        self.log = Path()
        self._trained, self._seconds = 0, 0.0  # of the trainings that have ended
        self._bar: tqdm | None = None
        self._before, self._step, self._told, self._start = 0, 0, 0, 0.0

    @contextmanager
    def training(self, title: str, log: Path) -> Iterator[None]:
        """Within it the lines are those of one training, which ``log`` gets."""
        self.number += 1
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        total = self.iterations[self.number - 1]
        self._before = self._step = self._told = 0
        self._start = time.monotonic()
        print(
            f"{self.number} of {len(self.iterations)}: {title}{self._of_all()}; log: {log}",
            flush=True,
        )
        terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, bar_format=BAR, disable=not terminal, dynamic_ncols=True)
        try:
            yield
        finally:
            self._bar.close()
            if self._step:  # one that was complete says nothing of the speed
                self._trained += self._before + self._step
                self._seconds += time.monotonic() - self._start

    def read(self, line: str) -> None:
        """Take in a line of the training's output."""
        found = STEP.search(line)
        if found:
            step = int(found[1])
            if step < self._step:  # another round
                self._before += self._step
            self._step = step
            self._show(line)
        elif self._bar is not None and (found := EVALUATION.search(line)):
            self._bar.set_postfix_str(f"evaluates {found[1]}/{found[2]}")

    def _show(self, line: str) -> None:
        assert self._bar is not None
        done, total = self._before + self._step, self.iterations[self.number - 1]
        values = {name: found[1] for name, of in SHOWN.items() if (found := of.search(line))}
        texts = [f"{name} {value}" for name, value in values.items()]
        self._bar.set_postfix_str(", ".join(texts) + self._of_all(", all {} left"))
        self._bar.update(done - self._bar.n)
        tenth = TENTHS * done // total
        if self._bar.disable and tenth > self._told:
            self._told = tenth
            texts += [f"{found[1]} left"] if (found := ETA.search(line)) else []
            print(f"  {done} of {total}: {', '.join(texts)}", flush=True)

    def _of_all(self, text: str = ", {} left of all") -> str:
        """How long all take from now on, once a training has told."""
        running = self._before + self._step
        trained = self._trained + running
        if not trained:
            return ""
        passed = self._seconds + (time.monotonic() - self._start if running else 0)
        left = sum(self.iterations[self.number - 1 :]) - running
        return text.format(tqdm.format_interval(passed * max(left, 0) / trained))
