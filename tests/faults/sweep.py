"""Run cases and judge them: ``python -m tests.faults.sweep [WORDS ...]`` prints what is wrong."""

import argparse
import shutil
import stat
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from tests.faults import warm, world
from tests.faults.case import Case, Outcome, judge
from tests.faults.cases import all_cases, share_of


def run_cases(
    cases: Iterable[Case],
    root: Path,
    at_once: int = 2,
    tell: Callable[[str], None] = partial(print, flush=True),
) -> list[Outcome]:
    """Each case in a copy of the world of its own."""
    original = world.build(root / "world")
    started: dict[str, tuple[Case, dict]] = {}

    def jobs():
        for number, case in enumerate(cases):
            folder = world.copy(original, root / f"{number:04d}")
            case.spoil(folder)
            job = warm.Job(folder.name, case.tool, case.arguments, folder, case.before)
            started[job.name] = (case, world.stamps(folder))
            yield job

    outcomes = []
    for job, status in warm.run(jobs(), at_once):
        case, before = started.pop(job.name)
        output = job.output.read_text(errors="replace")
        outcomes.append(judge(case, status, output, before, world.stamps(job.folder)))
        if outcomes[-1].fault:
            tell(
                f"{outcomes[-1].case}\n    {outcomes[-1].fault}\n    {outcomes[-1].sentence[:300]}"
            )
        _remove(job)
    return outcomes


def _remove(job: warm.Job) -> None:
    for path in job.folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(stat.S_IRWXU)
    shutil.rmtree(job.folder)
    shutil.rmtree(job.folder.with_name(f"{job.folder.name}.scratch"), ignore_errors=True)
    job.output.unlink()


def counts(outcomes: Sequence[Outcome]) -> str:
    """How many cases of each kind ended how."""
    endings = Counter(outcome.ending for outcome in outcomes)
    kinds = Counter(outcome.kind for outcome in outcomes)
    tools = len({outcome.tool for outcome in outcomes})

    def told(counter: Counter) -> str:
        return ", ".join(f"{number} {name}" for name, number in sorted(counter.items()))

    wrong = sum(bool(outcome.fault) for outcome in outcomes)
    return (
        f"{len(outcomes)} malformed inputs over {tools} command lines ({told(kinds)}): "
        f"{told(endings)}; {wrong} not as they must be"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="cases that hold one of them (all)")
    parser.add_argument("--part", type=int, default=1, help="one of so many of them")
    parser.add_argument("--at-once", type=int, default=2, help="command lines")
    args = parser.parse_args()
    warm.import_all()
    begin = time.monotonic()
    cases = [
        case
        for case in share_of(all_cases(), args.part)
        if not args.words or any(word in str(case) for word in args.words)
    ]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run_cases(cases, Path(folder), args.at_once)
    print(counts(outcomes), f"in {time.monotonic() - begin:.0f} s")
    sys.exit(any(outcome.fault for outcome in outcomes))


if __name__ == "__main__":
    main()
