"""The same steps in two processes and in one, for both halves."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn
from torch.distributed import GradBucket
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook

from mmadvent.engine import AdaptationDistributedDataParallel, UDAOptimWrapperConstructor
from mmadvent.models.parts import discriminators_of
from tests.distributed.processes import run_ranks

ITERATIONS = 5
ADAM = dict(type="Adam", lr=1e-3, betas=(0.9, 0.99))


@dataclass(frozen=True)
class Case:
    """A model, the images of each domain for both processes, and how its optimizers are set."""

    build: Callable[[], nn.Module]
    batches: Callable[[int], dict]
    accumulative_counts: int = 1
    learning_rate: float = 1e-3


def run_cases(cases: dict[str, Case], file: Path) -> None:
    """Save, for each case, the run of each process, that of one on both's images, and its start."""
    torch.set_default_dtype(torch.float64)
    ranks = run_ranks(lambda rank: {name: run(case, rank) for name, case in cases.items()})
    results = {}
    for name, case in cases.items():
        results[name] = dict(
            ranks=[runs[name] for runs in ranks],
            joined=run(case),
            alone=run(case, 0, wrap=False)["weights"],
            start=case.build().state_dict(),
        )
    torch.save(results, file)


def run(case: Case, rank: int | None = None, wrap: bool = True) -> dict[str, Any]:
    """Train on one process's images, or on all; keep the weights and what was sent in a step."""
    model = case.build()
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    forward = model.data_preprocessor.forward
    model.data_preprocessor.forward = lambda *args, **kwargs: _as_double(forward(*args, **kwargs))
    call = model
    sent: list[list[nn.Parameter]] = []
    if rank is not None and wrap:
        if rank > 0:  # to see that all start from the first one's weights
            for parameter in model.parameters():
                parameter.data.add_(1.0)
        call = AdaptationDistributedDataParallel(model)
        for wrapper in (call, *call._discriminators):
            wrapper.register_comm_hook(sent, _send)
    optimizers = _optimizers(call, case)
    steps = []
    for step in range(ITERATIONS):
        data = case.batches(step)
        if rank is not None:
            data = {domain: _image(batch, rank) for domain, batch in data.items()}
        sent.clear()
        call.train_step(data, optimizers)
        steps.append([[names[id(parameter)] for parameter in bucket] for bucket in sent])
    trained = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    return dict(weights=model.state_dict(), sent=steps, trained=trained)


def _send(sent: list[list[nn.Parameter]], bucket: GradBucket) -> torch.futures.Future[Tensor]:
    """Average a bucket of gradients as ever, and note whose they are."""
    sent.append(bucket.parameters())
    return allreduce_hook(None, bucket)


def _optimizers(model: nn.Module, case: Case) -> OptimWrapper | OptimWrapperDict:
    sgd = dict(lr=case.learning_rate, momentum=0.9, weight_decay=5e-4)
    inner = getattr(model, "module", model)
    if not len(list(discriminators_of(inner).parameters())):
        return OptimWrapper(torch.optim.SGD(model.parameters(), **sgd), case.accumulative_counts)
    config = dict(
        optimizer=dict(type="SGD", **sgd),
        discriminator=dict(optimizer=ADAM),
        accumulative_counts=case.accumulative_counts,
    )
    return UDAOptimWrapperConstructor(config)(model)


def _image(batch: dict, index: int) -> dict:
    return {key: [values[index]] for key, values in batch.items()}


def _as_double(batch: dict) -> dict:
    return dict(batch, inputs=batch["inputs"].double())
