"""What a case of the sweep is, and how its outcome is judged."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mmadvent.io.work_dir import LOCK
from tests.faults.warm import HANGS

REFUSED = "refused"
"""Exit status 2, one sentence that names the thing, nothing written."""
STOPPED = "stopped"
"""The same, but what was whole before the fault was met may stay."""
FINE = "fine"
"""Exit status 0."""
EITHER = "either"
"""Right for some command lines and wrong for others: refused, stopped or fine."""

LONGEST = 700
"""Characters of a sentence."""


def nothing(folder: Path) -> None:
    """Leave a copy of the world as it is."""


@dataclass(frozen=True)
class Case:
    """A malformed input.

    Attributes:
        kind: of the input.
        name: of the case.
        tool: of ``tools/``.
        arguments: after its name.
        spoil: makes a copy of the world wrong.
        names: what the sentence must hold, if it is one thing.
        expect: :data:`REFUSED`, :data:`STOPPED`, :data:`FINE` or :data:`EITHER`.
        before: what the process does before it runs the tool.
    """

    kind: str
    name: str
    tool: str
    arguments: tuple[str, ...]
    spoil: Callable[[Path], None] = nothing
    names: str = ""
    expect: str = REFUSED
    before: Callable[[], None] | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.name} ({self.tool} {' '.join(self.arguments)[:200]})"


@dataclass(frozen=True)
class Outcome:
    """How a case ended; ``fault`` is empty if it is as it must be."""

    case: str
    kind: str
    tool: str
    ending: str
    sentence: str
    fault: str


def judge(case: Case, status: int | str, output: str, before: dict, after: dict) -> Outcome:
    """Compare how a command line ended with what was expected."""
    changed = sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )
    lines = [line for line in output.splitlines() if line.strip()]
    sentence = lines[-1] if lines else ""
    ending = {0: FINE, 2: STOPPED if changed else REFUSED}.get(status, f"status {status}")
    faults = []
    if status == HANGS:
        faults.append("it hangs")
    elif "Traceback (most recent call last)" in output:
        faults.append("a traceback")
    elif status not in (0, 2):
        faults.append(f"exit status {status}")
    if status == 2:
        faults += _faults_of_sentence(case, sentence)
    if case.expect in (REFUSED, STOPPED) and status == 0:
        faults.append("accepted in silence")
    if case.expect == FINE and status != 0:
        faults.append("not accepted")
    if case.expect == REFUSED and status != 0 and changed:
        faults.append(f"written: {', '.join(changed[:4])}")
    hidden = [name.rpartition("/")[2] for name in changed if name in after]
    if any(name.startswith(".") and name != LOCK for name in hidden):
        faults.append(f"scratch left: {', '.join(changed[:4])}")
    return Outcome(str(case), case.kind, case.tool, ending, sentence, "; ".join(faults))


def _faults_of_sentence(case: Case, sentence: str) -> list[str]:
    faults = []
    if "error: " not in sentence:
        faults.append("no sentence")
    if case.names and case.names not in sentence:
        faults.append(f"{case.names!r} is not named")
    if len(sentence) > LONGEST:
        faults.append(f"a sentence of {len(sentence)} characters")
    if not sentence.isprintable():
        faults.append("control characters")
    if "weights_only" in sentence:
        faults.append("torch's advice")
    return faults
