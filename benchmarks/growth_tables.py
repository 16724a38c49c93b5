"""The tables of growth, in Markdown."""

from collections.abc import Sequence

from benchmarks.growth_file import Growth
from benchmarks.growth_fit import Line, Power, line, power
from benchmarks.growth_rows import Curve, Operations, Processes, Spread

MIB = 2**20


def tables(growth: Growth) -> list[str]:
    """One table for each axis, for the processes and for the operations: what was measured."""
    axes = dict.fromkeys(curve.axis for curve in growth.curves)
    found = [curve_table([c for c in growth.curves if c.axis == axis]) for axis in axes]
    if growth.processes is not None:
        found.append(process_table(growth.processes))
    if growth.operations is not None:
        found.append(operation_table(growth.operations))
    return found


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left."""
    lines = [header, [":--", *("--:" for _ in header[1:])], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def curve_table(curves: Sequence[Curve]) -> str:
    """The curves of one axis side by side, and below them how each grows."""
    first = curves[0]
    header = [first.axis, *(f"{curve.quantity}, {curve.unit}" for curve in curves)]
    rows = [
        [f"{x:,.0f}", *(measured_cell(curve, index) for curve in curves)]
        for index, x in enumerate(first.x)
    ]
    rows.append(["**exponent**", *(power_cell(power(curve)) for curve in curves)])
    rows.append(["**line**", *(line_cell(line(curve)) for curve in curves)])
    return table(header, rows)


def measured_cell(curve: Curve, index: int) -> str:
    """The median, with the range of the repetitions where they differ."""
    y, low, high = curve.y[index], curve.low[index], curve.high[index]
    return spread_cell((y, low, high)) if low < high else number(y)


def spread_cell(values: Spread) -> str:
    """The median and, in brackets, the range."""
    median, low, high = (number(value) for value in values)
    return f"{median} ({low}-{high})"


def power_cell(fit: Power | None) -> str:
    """The exponent with its standard error or, of two sizes, its range."""
    if fit is None:
        return ""
    if fit.error is not None:
        return f"{fit.exponent:.2f} ± {fit.error:.2f}"
    if fit.low < fit.high:
        return f"{fit.exponent:.2f} ({fit.low:.2f} to {fit.high:.2f})"
    return f"{fit.exponent:.2f}"


def line_cell(fit: Line | None) -> str:
    """What stays and what each further one adds."""
    if fit is None:
        return ""
    sign = "-" if fit.each < 0 else "+"
    return f"{number(fit.fixed)} {sign} {abs(fit.each):.3g} x"


def process_table(processes: Processes) -> str:
    """One process beside several."""
    n = processes.count
    slower = number(processes.beside[0] / processes.alone[0])
    sent = f"{n} joined, {number(processes.gradients / MIB)} MiB of gradients an iteration"
    alone, beside, joined, overhead, sending = map(
        spread_cell,
        (
            processes.alone,
            processes.beside,
            processes.joined,
            processes.overhead,
            processes.sending,
        ),
    )
    return table(
        [f"{n} processes, one thread each", "time of an iteration, s", "to the first", "peak, MiB"],
        [
            ["one, while the others wait", alone, "", number(processes.peak_alone)],
            [f"{n} at once that send nothing", beside, slower, ""],
            [sent, joined, overhead, number(processes.peak_joined)],
            ["**joined, to those that send nothing**", "", sending, ""],
        ],
    )


def operation_table(operations: Operations) -> str:
    """What the convolutions of the paper's setting need."""
    rows = {
        "an iteration": operations.iteration,
        "of them of the discriminators": operations.discriminators,
        "a prediction of a target image": operations.prediction,
    }
    return table(
        [f"{operations.pixels:,} pixels: 1280x720 and 1024x512", "TFLOP"],
        [[name, f"{count / 1e12:.2f}"] for name, count in rows.items()],
    )


def number(value: float) -> str:
    """Three digits, without an exponent where that is readable."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
