"""Which architectures adapt: a step of MinEnt and AdvEnt with each, and the page that says so.

python -m benchmarks.support.models --out docs/models.md    # some minutes on two cores
python -m benchmarks.support.models --only PSPNet RetinaNet
"""

import math
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmadvent.compat import MissingOpError
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from mmadvent.errors import InputError
from mmadvent.io.writing import write_bytes

WORKS = "works"
ADAPTATION = [
    dict(type="MinEnt"),
    dict(type="AdvEnt", discriminator=dict(type="SelfInfoDiscriminator", base_channels=4)),
]
OPTIMIZERS = dict(
    type="OptimWrapper",
    optimizer=dict(type="SGD", lr=1e-4),
    discriminator=dict(optimizer=dict(type="Adam", lr=1e-4)),
)
HALVES = {"mmseg": ("segmentation", "segmentors"), "mmdet": ("detection", "detectors")}
HEAD = """# Which models adapt

One of upstream's own configs for each architecture, after two changes: `model.type`, and
`model.adaptation` with MinEnt and AdvEnt. *Works*: a training step of both domains at a tiny size
moves the network and the discriminators, with finite losses. The others are refused before a run
writes anything, in the sentence that stands here, or ask for a package.
`python -m benchmarks.support.models --out docs/models.md` makes this page; `make test-all` compares
it with what it finds.
"""
TITLES = {
    "mmseg": "## Segmentors of mmsegmentation\n\n`model.type` is `DomainAdaptSegmentor`, or "
    "`DomainAdaptCascadeSegmentor` for a cascade of decode heads (OCRNet).\n",
    "mmdet": "## Detectors of mmdetection\n\n`model.type` is `DomainAdaptDetector`.\n",
}


class Outcome(NamedTuple):
    """What became of an architecture.

    Attributes:
        name: of the architecture.
        config: of upstream, as ``_base_`` takes it.
        verdict: ``works``, or the reason why it does not.
    """

    name: str
    config: str
    verdict: str


def outcomes(library: str, only: list[str]) -> Iterator[Outcome]:
    """What becomes of each architecture of ``mmseg`` or ``mmdet``; of all without ``only``."""
    room, models = HALVES[library]
    import_module(f"mmadvent.{room}")  # before upstream
    half = import_module(f"benchmarks.support.{models}")
    init_default_scope(library)
    folder = Path(str(import_module(library).__file__)).parent / ".mim" / "configs"
    for name, config in half.CONFIGS.items():
        if not only or name in only:
            verdict = verdict_on(half, library, name, str(folder / config))
            yield Outcome(name, f"{library}::{config}", verdict)


def verdict_on(half: ModuleType, library: str, name: str, path: str) -> str:
    """Build a model, train it for a step, and say what happened.

    Raises:
        Exception: what is neither a refusal nor for want of a package.
    """
    torch.manual_seed(0)
    try:
        return step(half, library, name, half.model_config(name, path))
    except Exception as error:
        return reason(error)


def step(half: ModuleType, library: str, name: str, config: Config) -> str:
    """Whether a step moves both parts with finite losses.

    Raises:
        AssertionError: if it does not.
    """
    registry = import_module(f"{library}.registry").MODELS
    config.adaptation = ADAPTATION
    model = registry.build(config).train()
    optimizers = build_optimizers(model, OPTIMIZERS)
    before = {key: value.detach().clone() for key, value in model.named_parameters()}
    head = getattr(model, "bbox_head", model)
    source = half.batch(name, head.num_classes, labeled=True)
    log = model.train_step({"source": source, "target": half.batch(name, 0, False)}, optimizers)
    infinite = [key for key, value in log.items() if not math.isfinite(float(value.detach()))]
    assert not infinite, f"{', '.join(infinite)} is not finite"
    moved = {key for key, value in model.named_parameters() if not torch.equal(value, before[key])}
    assert any(key.startswith("backbone.") for key in moved), "the network does not move"
    assert any(key.startswith("adaptation.") for key in moved), "no discriminator moves"
    return WORKS


def reason(error: BaseException) -> str:
    """The sentence of a refusal, or what is missing; the registries wrap what they raise."""
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for cause in reversed(causes):
        if isinstance(cause, MissingOpError):
            operator = re.findall("operator '(.+?)'", str(cause))
            return f"needs mmcv's operator `{operator[0]}`"
        if isinstance(cause, InputError):
            return f"refused: {cause}"
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            return f"needs the package `{cause.name.partition('.')[0]}`"
        if isinstance(cause, KeyError) and "mmpretrain" in str(cause):
            return "needs the package `mmpretrain`"
    raise error


def page(found: dict[str, list[Outcome]]) -> str:
    """The tables in Markdown."""
    parts = [HEAD]
    for library, outcomes in found.items():
        works = sum(outcome.verdict == WORKS for outcome in outcomes)
        rows = [f"| {one.name} | `{one.config}` | {one.verdict} |" for one in outcomes]
        table = ["| architecture | config | |", "|:--|:--|:--|", *rows]
        parts.append(
            f"{TITLES[library]}\n{works} of {len(outcomes)} work.\n\n" + "\n".join(table) + "\n"
        )
    return "\n".join(parts)


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the page to write (printed by default)")
    parser.add_argument("--only", nargs="+", default=[], help="architectures, by their names")
    args: Any = parser.parse_args(arguments)
    found: dict[str, list[Outcome]] = {}
    for library in HALVES:
        found[library] = []
        for outcome in outcomes(library, args.only):
            print(f"{outcome.name}: {outcome.verdict}", flush=True)
            found[library].append(outcome)
    if args.out:
        write_bytes(args.out, page(found).encode())


if __name__ == "__main__":
    main()
