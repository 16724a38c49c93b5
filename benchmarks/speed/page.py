"""Render docs/performance.md from benchmarks/speed/results/latest.json.

    python -m benchmarks.speed.page

benchmarks/speed/gpu.md and optimisations.md are written by hand: what a GPU takes comes before the
numbers of the processor, what was changed after them.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed import report
from benchmarks.speed.rows import Row
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.io.tables import markdown_table
from mmadvent.io.writing import write_bytes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
GPU = Path(__file__).resolve().parent / "gpu.md"
OPTIMIZATIONS = Path(__file__).resolve().parent / "optimisations.md"
TITLE = "# Performance\n"
TEXT = """## On a processor

What mmadvent needs beside the way the paper's released code does the same, which
[`benchmarks/speed/released/`](../benchmarks/speed/released/step.py) has in plain PyTorch: logits
upsampled to the image, softmax, -p log2(p + 1e-30), a boolean index for the labelled pixels, a
forward of a discriminator for each loss, float32, contiguous. Both run in one process, in turns,
after a warm-up; memory is the peak of a process of its own. A ratio below 1 means that mmadvent
needs less; the spread is the smallest and the largest ratio of the repetitions.

{table}

Measured on {where}. `make bench` measures again and
`python -m benchmarks.speed.page` writes this page from the numbers.
"""


def render(rows: list[Row], measured: dict, optimizations: str = "", gpu: str = "") -> str:
    """The page.

    Args:
        rows: of the benchmarks.
        measured: where and how they were measured.
        optimizations: a part in Markdown that is taken over as it is.
        gpu: another, which comes first.

    Raises:
        InputError: if the numbers are of a quick run.
    """
    if measured["quick"]:
        raise InputError("the page needs numbers of a full run, got those of --quick")
    table = markdown_table(report.HEADER, [report.cells(row) for row in rows])
    parts = [TITLE]
    if gpu:
        parts.append(gpu.strip() + "\n")
    parts.append(TEXT.format(table=table, where=where(measured)))
    if optimizations:
        parts.append(optimizations.strip() + "\n")
    return "\n".join(parts)


def where(measured: dict) -> str:
    """The machine, the command and the versions in a sentence."""
    versions = ", ".join(f"{name} {number}" for name, number in measured["versions"].items())
    return (
        "{date} by `{command}`: {processor}, {cores} cores, {threads} threads of torch, a load of\n"
        "{load_before} before; Python {python}, {versions}"
    ).format(**(measured | dict(versions=versions)))


def main(words: Sequence[str] | None = None) -> None:
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args(
        words
    )
    if not report.LATEST.exists():
        raise InputError(f"'{report.LATEST}' must hold the numbers of `python -m benchmarks.speed`")
    optimizations = OPTIMIZATIONS.read_text() if OPTIMIZATIONS.exists() else ""
    gpu = GPU.read_text() if GPU.exists() else ""
    page = render(*report.read(report.LATEST), optimizations, gpu)
    write_bytes(PAGE, page.encode())
    print(PAGE)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
