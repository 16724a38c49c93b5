"""Render docs/performance.md from the numbers in benchmarks/speed/results/.

    python -m benchmarks.speed.page

latest.json must be there. growth.json, and benchmarks/speed/optimisations.md, which is written by
hand, give their parts of the page where they are there.
"""

from pathlib import Path

from benchmarks import estimate_tables, growth_file, growth_tables
from benchmarks.growth_file import Growth
from benchmarks.speed import report
from benchmarks.speed.rows import Row
from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.io.writing import write_bytes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
OPTIMISATIONS = Path(__file__).resolve().parent / "optimisations.md"
TEXT = """# Performance

What mmadvent needs beside the way the paper's released code does the same, which
[`benchmarks/speed/released/`](../benchmarks/speed/released/) has in plain PyTorch: logits upsampled
to the image, softmax, -p log2(p + 1e-30), a boolean index for the labelled pixels, a forward of a
discriminator for each loss, float32, contiguous. Both run in one process, in turns, after a
warm-up; memory is the peak of a process of its own. A ratio below 1 means that mmadvent needs less;
the spread is the smallest and the largest ratio of the repetitions.

{table}

Measured on {where}. `make bench` measures again and
`python -m benchmarks.speed.page` writes this page from the numbers.
"""
GROWTH = """## How it grows

An iteration of AdvEnt: DeepLab-V2 on ResNet-101, two levels, 19 classes, strict float32, one image
of 320x180 and one of 256x128, and of these one thing varied at a time. Brackets hold the range of
the repetitions. Memory of an iteration is what the peak of a process of its own has above what was
there before: gradients are in it, weights and states of the optimizers are not.

The exponent is the slope of least squares over both logarithms, with its standard error; of two
sizes, with the range that the repetitions allow. The line, fixed + each x, has the least squares of
relative errors; where much is fixed it says more than the exponent.

{tables}

The files are empty, in the layout of Cityscapes' training images: listing them opens none. A run
lists them twice, once to check the config. The fixed part of listing is mmengine's collection of
garbage. The first place in the stream is what a resumed run finds without loading what was used.

Measured on {where}. `make bench-growth` measures again.

## Other target sets, on paper

{estimate}
"""


def render(
    rows: list[Row], measured: dict, growth: Growth | None = None, optimisations: str = ""
) -> str:
    """The page.

    Args:
        rows: of the benchmarks.
        measured: where and how they were measured.
        growth: how time and memory grow, if that was measured.
        optimisations: a part in Markdown that is taken over as it is.

    Raises:
        InputError: if the numbers are of a quick run, or if the estimate misses some.
    """
    runs = [measured] if growth is None else [measured, growth.measured]
    if any(run["quick"] for run in runs):
        raise InputError("the page needs numbers of a full run, got those of --quick")
    table = growth_tables.table(report.HEADER, [report.cells(row) for row in rows])
    parts = [TEXT.format(table=table, where=where(measured))]
    if optimisations:
        parts.append(optimisations.strip() + "\n")
    if growth is not None:
        parts.append(
            GROWTH.format(
                tables="\n\n".join(growth_tables.tables(growth)),
                where=where(growth.measured),
                estimate=estimate_tables.text(growth, rows),
            )
        )
    return "\n".join(parts)


def where(measured: dict) -> str:
    """The machine, the command and the versions in a sentence."""
    versions = ", ".join(f"{name} {number}" for name, number in measured["versions"].items())
    return (
        "{date} by `{command}`: {processor}, {cores} cores, {threads} threads of torch, a load of\n"
        "{load_before} before; Python {python}, {versions}"
    ).format(**(measured | dict(versions=versions)))


def main() -> None:
    if not report.LATEST.exists():
        raise InputError(f"'{report.LATEST}' must hold the numbers of `python -m benchmarks.speed`")
    growth = growth_file.read(growth_file.FILE) if growth_file.FILE.exists() else None
    optimisations = OPTIMISATIONS.read_text() if OPTIMISATIONS.exists() else ""
    page = render(*report.read(report.LATEST), growth, optimisations)
    write_bytes(PAGE, page.encode())
    print(PAGE)


if __name__ == "__main__":
    with one_sentence_errors():
        main()
