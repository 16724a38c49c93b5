"""Made-up numbers of growth, of which every fit is known."""

from benchmarks.growth_file import Growth
from benchmarks.growth_rows import Curve, Operations, Processes, curve
from benchmarks.speed.rows import Row

MEASURED = dict(
    date="2020-01-02",
    command="python -m benchmarks.growth",
    quick=False,
    processor="a processor",
    cores=2,
    threads=2,
    load_before=0.1,
    python="3.11.7",
    versions={"torch": "2.6.0", "numpy": "2.0.0"},
)
PROCESSES = Processes(
    count=2,
    alone=(2.0, 1.0, 3.0),
    beside=(3.0, 2.0, 4.0),
    joined=(5.0, 4.0, 6.0),
    overhead=(2.5, 2.0, 4.0),
    sending=(1.67, 1.5, 2.0),
    gradients=10 * 2**20,
    peak_alone=20.0,
    peak_joined=40.0,
)
OPERATIONS = Operations(
    pixels=4000,
    iteration=5_000_000_000_000,
    discriminators=1_000_000_000_000,
    prediction=500_000_000_000,
)
ROWS = [
    Row("data, GTA5", "s", 0.1, 0.2, 0.5, (0.5, 0.5), 0.667),
    Row("data, Cityscapes", "s", 0.05, 0.1, 0.5, (0.5, 0.5), 0.667),
    Row("ESL pass", "s", 0.2, 0.2, 1.0, (1.0, 1.0)),
    Row("class-prior pass", "s", 0.01, 0.03, 0.33, (0.3, 0.4)),
]


def exact(axis: str, quantity: str, unit: str, *points: tuple[float, float]) -> Curve:
    """A curve whose repetitions are all alike."""
    return curve(axis, quantity, unit, [x for x, _ in points], [[y] for _, y in points])


CURVES = [
    exact("pixels", "time of an iteration", "s", (1000, 3.0), (2000, 4.0), (4000, 6.0)),
    exact("pixels", "memory of an iteration", "MiB", (1000, 300), (2000, 400), (4000, 600)),
    curve("levels", "time of an iteration", "s", [1, 2], [[1.0, 0.9, 1.1], [1.5, 1.4, 1.6]]),
    exact("files of the target", "listing", "s", (1000, 0.51), (2000, 0.52)),
    exact("files of the target", "memory of listing", "MiB", (1024, 1.0), (2048, 2.0)),
    exact("files of the target", "first place in the stream", "s", (1000, 0.001), (2000, 0.002)),
]
GROWTH = Growth(CURVES, PROCESSES, OPERATIONS, MEASURED)
