"""The estimate as text: its assumptions, then its tables."""

from collections.abc import Sequence

from benchmarks import estimate
from benchmarks.estimate import Costs, Range
from benchmarks.growth_file import Growth
from benchmarks.growth_fit import line
from benchmarks.growth_rows import FILES, LISTING, LISTING_PEAK, PIXELS, SHUFFLING, STEP
from benchmarks.growth_tables import MIB, number, table
from benchmarks.speed.rows import Row
from mmadvent.errors import InputError

GIB = 2**30
ROWS = ("data, GTA5", "data, Cityscapes", "ESL pass", "class-prior pass")
LINES = ((PIXELS, STEP), (FILES, LISTING), (FILES, LISTING_PEAK), (FILES, SHUFFLING))
ASSUMED = """Nothing below was measured on a GPU, or on sets of these sizes. Assumed:

- a training shows {iterations:,} pairs of a source and a target image, 1280x720 and 1024x512, as
  the released schedule does before it stops: {epochs:.1f} epochs of Cityscapes' 2,975 images;
- an iteration needs {iteration:.2f} TFLOP, counted as above; a GPU sustains {slow:g} to {fast:g}
  TFLOP/s, the two ends of every range;
- each GPU has one pair in a step, is as fast as one alone and waits for nothing; which learning
  rate a step of 64 pairs needs is another question;
- gradients are averaged in a ring at {link:g} Gbit/s to each process, not hidden behind computing;
- an image is a PNG of {image:g} MB, as Cityscapes' and GTA5's are; reading and resizing a pair
  takes a core {decoding:.3f} s, as measured above;
- in a pass for pseudo-labels a GPU predicts while one core decodes and another counts, which takes
  it {entropy:.3f} s an image, as measured above;
- a host has {gpus} GPUs, a process for each, and {host:g} GiB of memory.

What an iteration needs does not depend on the size of the set: not its time, not its memory, not
the gradients it sends, and the losses are means over positions. Nor does the memory of the passes
for pseudo-labels and the class prior, which count into a fixed number of bins."""
HERE = """On the processor above an iteration of this size would take {seconds} s by the line over
pixels ({rate} TFLOP/s), and {iterations:,} of them {days} days."""


def text(growth: Growth, rows: Sequence[Row]) -> str:
    """The estimate in Markdown.

    Args:
        growth: of a whole run.
        rows: of the benchmarks, of which the decoding and the passes are used.

    Raises:
        InputError: if a number is missing that the estimate is made from.
    """
    costs = costs_of(growth, rows)
    assumed = ASSUMED.format(
        iterations=estimate.ITERATIONS,
        epochs=estimate.EPOCHS,
        iteration=costs.operations / 1e12,
        slow=estimate.RATES[0] / 1e12,
        fast=estimate.RATES[1] / 1e12,
        link=estimate.LINK * 8 / 1e9,
        image=estimate.IMAGE_BYTES / 1e6,
        decoding=costs.decode_source + costs.decode_target,
        entropy=costs.entropy,
        gpus=estimate.HOST_GPUS,
        host=estimate.HOST_BYTES / GIB,
    )
    tables = (training_table, step_table, set_table, limit_table)
    return "\n\n".join([assumed, *(part(costs) for part in tables), here(growth)])


def here(growth: Growth) -> str:
    """The training on the processor that was measured."""
    assert growth.operations is not None
    over_pixels = next(c for c in growth.curves if (c.axis, c.quantity) == (PIXELS, STEP))
    fit = line(over_pixels)
    assert fit is not None
    seconds = fit(growth.operations.pixels)
    return HERE.format(
        seconds=number(seconds),
        rate=number(growth.operations.iteration / seconds / 1e12),
        iterations=estimate.ITERATIONS,
        days=number(estimate.ITERATIONS * seconds / estimate.DAY),
    )


def costs_of(growth: Growth, rows: Sequence[Row]) -> Costs:
    """What the estimate multiplies, from the two files of numbers.

    Raises:
        InputError: if one is missing.
    """
    seconds = {row.bench: row.ours for row in rows}
    lines = {(curve.axis, curve.quantity): line(curve) for curve in growth.curves}
    parts = dict(operations=growth.operations, processes=growth.processes)
    missing = [name for name in ROWS if name not in seconds]
    missing += [name for axis, name in LINES if lines.get((axis, name)) is None]
    missing += [name for name, part in parts.items() if part is None]
    if growth.operations is None or growth.processes is None or missing:
        raise InputError(
            f"the estimate needs the numbers of whole runs, got none of {', '.join(missing)}"
        )
    fits = {name: fit for (axis, name), fit in lines.items() if axis == FILES and fit is not None}
    return Costs(
        operations=growth.operations.iteration,
        prediction=growth.operations.prediction,
        gradients=growth.processes.gradients,
        decode_source=seconds["data, GTA5"],
        decode_target=seconds["data, Cityscapes"],
        entropy=seconds["ESL pass"],
        label=seconds["class-prior pass"],
        listing=fits[LISTING].each,
        listing_bytes=fits[LISTING_PEAK].each * MIB,
        shuffling=fits[SHUFFLING].each,
    )


def training_table(costs: Costs) -> str:
    """How long a training takes: the schedule's pairs, an epoch if that is more, all its epochs."""
    rows = []
    for name, images in estimate.SETS.items():
        once = max(images, estimate.ITERATIONS)
        shown = dict.fromkeys((estimate.ITERATIONS, once, images * estimate.EPOCHS))
        for pairs in shown:
            for gpus in estimate.GPUS:
                found = estimate.training(costs, images, gpus, pairs)
                rows.append(
                    [
                        f"{name}, {images:,}",
                        f"{pairs:,.0f}",
                        f"{found.epochs:.3g}",
                        str(gpus),
                        f"{found.steps:,.0f}",
                        between(found.gpu_hours),
                        between(found.days),
                    ]
                )
    header = ["target images", "pairs", "epochs", "GPUs", "steps", "GPU hours", "days"]
    return table(header, rows)


def step_table(costs: Costs) -> str:
    """What a step needs beside computing, whatever the set's size."""
    rows = []
    for gpus in estimate.GPUS:
        found = estimate.training(costs, estimate.SETS["Cityscapes"], gpus)
        rows.append(
            [
                str(gpus),
                f"{found.sent / MIB:,.0f}",
                between((100 * found.sending[0], 100 * found.sending[1])),
                between(found.read),
                between(found.cores),
            ]
        )
    header = [
        "GPUs",
        "gradients sent by a process in a step, MiB",
        "their time to that of computing, percent",
        "images read, MB/s in all",
        "cores to decode, for each GPU",
    ]
    return table(header, rows)


def set_table(costs: Costs) -> str:
    """What grows with the set: each start and each pass."""
    rows = [
        [
            f"{name}, {images:,}",
            f"{number(images * costs.listing)} s",
            f"{number(images * costs.listing_bytes / GIB)} GiB",
            f"{number(images * costs.shuffling)} s",
            f"{between(estimate.pseudo_label_hours(costs, images))} GPU hours",
            f"{number(estimate.class_prior_hours(costs))} hours",
        ]
        for name, images in estimate.SETS.items()
    ]
    header = [
        "target images",
        "listing the files",
        "its memory, each process",
        "order of an epoch",
        "pass for pseudo-labels",
        "class prior of the source",
    ]
    return table(header, rows)


def limit_table(costs: Costs) -> str:
    """What breaks first."""
    rows = []
    for limit in estimate.limits(costs):
        met = [name for name, images in estimate.SETS.items() if images > limit.images]
        rows.append([limit.what, f"{limit.images:,.0f}", ", ".join(met) or "none"])
    return table(["what a growing target set meets, in order", "target images", "met by"], rows)


def between(values: Range) -> str:
    """From the best case to the worst."""
    first, last = (number(value) for value in sorted(values))
    return first if first == last else f"{first}-{last}"
