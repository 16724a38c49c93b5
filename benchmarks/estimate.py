"""What target sets of other sizes would cost: arithmetic on what was measured, no measurement."""

from dataclasses import dataclass

SETS = {"Cityscapes": 2_975, "Mapillary": 25_000, "internet": 100_000_000}
"""Target images: of Cityscapes exactly, of the others about."""
GPUS = (1, 64)
ITERATIONS = 120_000  # of the schedule's 250,000, a batch of 1 + 1, on one GPU
EPOCHS = ITERATIONS / SETS["Cityscapes"]
SOURCE_IMAGES = 24_966  # of GTA5
RATES = (5e12, 50e12)
"""Floating point operations a second that a GPU sustains in this network: a range."""
LINK = 12.5e9  # bytes a second between two processes: 100 Gbit/s
IMAGE_BYTES = 2.3e6  # of a PNG of 2048x1024, of which 5,000 fill 11 GB
HOST_GPUS = 8
HOST_BYTES = 128 * 2**30
LISTING_SECONDS = 600.0
PASS_SECONDS = 7 * 86_400.0
PERMUTATION_BYTES = 8 + 8 + 32
"""Of one index: in torch's permutation, and as an integer in a Python list."""
HOUR, DAY = 3_600.0, 86_400.0
Range = tuple[float, float]
"""The smaller and the larger of what both :data:`RATES` give."""


@dataclass(frozen=True)
class Costs:
    """What one iteration, one image and one file cost.

    Attributes:
        operations: floating point operations of an iteration on one image of each domain.
        prediction: of the network on one target image.
        gradients: bytes of all gradients.
        decode_source: seconds of one core to read and resize an image and a label of the source.
        decode_target: of an image of the target.
        entropy: of one core to count one prediction in the pass for pseudo-labels.
        label: of one core to count one label in the pass for the class prior.
        listing: seconds to list a file at the start.
        listing_bytes: of memory for a file while it is listed.
        shuffling: seconds to find the order of an epoch, for each of its images.
    """

    operations: float
    prediction: float
    gradients: float
    decode_source: float
    decode_target: float
    entropy: float
    label: float
    listing: float
    listing_bytes: float
    shuffling: float


@dataclass(frozen=True)
class Training:
    """A training of AdvEnt.

    Attributes:
        steps: of the optimizers; each GPU has one image of each domain in a step.
        epochs: how often each target image is seen, on average.
        gpu_hours: of computing alone.
        days: of waiting, with nothing but computing.
        read: MB a second of all GPUs together.
        cores: for each GPU, to decode what it needs.
        sent: bytes that a process sends in a step.
        sending: their time over that of computing.
    """

    steps: float
    epochs: float
    gpu_hours: Range
    days: Range
    read: Range
    cores: Range
    sent: float
    sending: Range


def training(costs: Costs, images: int, gpus: int, pairs: float = ITERATIONS) -> Training:
    """A training on ``pairs`` pairs of a source and a target image, which the GPUs share.

    Every GPU is as fast as one alone and waits for nothing; the rate of learning for a batch of
    ``gpus`` pairs is another question.
    """
    slowest, fastest = (costs.operations / rate for rate in RATES)
    decoding = costs.decode_source + costs.decode_target
    reading = gpus * 2 * IMAGE_BYTES / 1e6
    sent = ring_bytes(costs.gradients, gpus)
    return Training(
        steps=pairs / gpus,
        epochs=pairs / images,
        gpu_hours=(pairs * fastest / HOUR, pairs * slowest / HOUR),
        days=(pairs / gpus * fastest / DAY, pairs / gpus * slowest / DAY),
        read=(reading / slowest, reading / fastest),
        cores=(decoding / slowest, decoding / fastest),
        sent=sent,
        sending=(sent / LINK / slowest, sent / LINK / fastest),
    )


def ring_bytes(gradients: float, processes: int) -> float:
    """Bytes that each of the processes of a ring sends to average gradients: 2 (n - 1) / n."""
    return 2 * (processes - 1) / processes * gradients


def pseudo_label_hours(costs: Costs, images: int) -> Range:
    """GPU hours of one pass that finds the thresholds of pseudo-labels; its memory is flat.

    One core decodes and another counts while the GPU predicts, so the slowest of them decides.
    """
    slowest, fastest = (
        max(costs.prediction / rate, costs.entropy, costs.decode_target) for rate in RATES
    )
    return images * fastest / HOUR, images * slowest / HOUR


def class_prior_hours(costs: Costs) -> float:
    """Hours of one core for the source's class prior, which knows nothing of the target."""
    return SOURCE_IMAGES * costs.label / HOUR


@dataclass(frozen=True)
class Limit:
    """Something that a larger target set meets.

    Attributes:
        what: in words.
        images: target images at which it is met.
    """

    what: str
    images: float


def limits(costs: Costs) -> list[Limit]:
    """What a growing target set meets, the first one first."""
    per_process = HOST_BYTES / HOST_GPUS
    slowest = pseudo_label_hours(costs, 1)[1] * HOUR
    met = [
        Limit(f"{ITERATIONS:,} pairs do not show each target image once", ITERATIONS),
        Limit("a pass for pseudo-labels takes a week on one GPU", PASS_SECONDS / slowest),
        Limit(
            f"listing the files takes {LISTING_SECONDS / 60:g} minutes at each start",
            LISTING_SECONDS / costs.listing,
        ),
        Limit(
            f"listing them fills {HOST_BYTES / 2**30:g} GiB, in {HOST_GPUS} processes at once",
            per_process / costs.listing_bytes,
        ),
        Limit(
            f"the order of an epoch fills {HOST_BYTES / 2**30:g} GiB, in as many processes",
            per_process / PERMUTATION_BYTES,
        ),
    ]
    return sorted(met, key=lambda limit: limit.images)
