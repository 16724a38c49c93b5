"""Accumulated gradients are those of the joined batch, for both optimizers."""

import copy

import pytest
import torch
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import nn

from tests.distributed.segmentation_steps import CLASS_PRIOR, MINENT, batches, segmentor
from tests.parity.segmentation.step_reference import as_double
from tests.toys import SMALL_ADVENT, toy_optimizers

PAIRS = 2
ITERATIONS = 2 * PAIRS + 1
METHODS = {
    "source only": [],
    "MinEnt + ER, ClassPrior": [MINENT, CLASS_PRIOR],
    "AdvEnt": [SMALL_ADVENT],
    "AdaptSegNet, PseudoLabel": [SMALL_ADVENT | dict(type="AdaptSegNet"), dict(type="PseudoLabel")],
}


@pytest.fixture(autouse=True)
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def optimizers_of(model: nn.Module, counts: int, iterations: int) -> dict[str, OptimWrapper]:
    """The optimizers of a run of so many iterations, by name, with the counts of the loop."""
    if any(len(method.discriminators) for method in model.adaptation):
        wrappers = dict(toy_optimizers(model, accumulative_counts=counts).items())
    else:
        sgd = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9)
        wrappers = dict(network=OptimWrapper(sgd, accumulative_counts=counts))
    for wrapper in wrappers.values():
        wrapper.initialize_count_status(model, 0, iterations)
    return wrappers


def train(model: nn.Module, data: list[dict], counts: int) -> dict[str, list[int]]:
    """In which iterations, counted from 1, each optimizer stepped."""
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    wrappers = optimizers_of(model, counts, len(data))
    steps: dict[str, list[int]] = {name: [] for name in wrappers}
    done: list[dict] = []
    for name, wrapper in wrappers.items():
        wrapper.optimizer.register_step_post_hook(lambda *_, n=name: steps[n].append(len(done)))
    both = wrappers["network"] if len(wrappers) == 1 else OptimWrapperDict(**wrappers)
    for batch in data:
        done.append(batch)
        model.train_step(batch, both)
    return steps


def image(batch: dict, index: int) -> dict:
    return {
        domain: {key: [values[index]] for key, values in part.items()}
        for domain, part in batch.items()
    }


@pytest.mark.parametrize("methods", METHODS.values(), ids=METHODS)
def test_halves_give_the_weights_of_the_whole(methods: list[dict]) -> None:
    """Five half batches, two a step: the fifth is a step of its own."""
    model = segmentor(*methods)
    joined, start = copy.deepcopy(model), copy.deepcopy(model.state_dict())
    whole = [batches(step) for step in range(PAIRS)]
    last = image(batches(PAIRS), 0)
    halves = [image(batch, index) for batch in whole for index in (0, 1)]
    accumulated = train(model, [*halves, last], counts=2)
    at_once = train(joined, [*whole, last], counts=1)
    optimizers = ["network", "discriminator"][: len(accumulated)]
    assert accumulated == dict.fromkeys(optimizers, [2, 4, ITERATIONS])
    assert at_once == dict.fromkeys(optimizers, [1, 2, 3])
    for name, value in joined.state_dict().items():
        difference = (model.state_dict()[name] - value).abs().max()
        assert difference < 1e-9, name
    moved = [n for n, p in joined.named_parameters() if not torch.equal(p, start[n])]
    assert len(moved) == len(list(joined.parameters()))
