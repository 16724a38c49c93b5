"""The step with accumulated and with scaled gradients, for both optimizers."""

import copy

import pytest
import torch
from torch import nn

from tests.steps import step_of
from tests.toys import build_segmentor, toy_batch, toy_optimizers, toy_segmentor

CLASSES = 5
ADVENT = dict(
    type="AdvEnt",
    loss_weight=0.1,
    discriminator=dict(type="SelfInfoDiscriminator", base_channels=4),
)


@pytest.fixture
def model() -> nn.Module:
    return build_segmentor(toy_segmentor(CLASSES, adaptation=[ADVENT]))


def domains(seed: int) -> dict:
    return {"source": toy_batch(seed, (64, 72), CLASSES), "target": toy_batch(seed + 100, (64, 64))}


def total(losses: dict) -> torch.Tensor:
    values = (v for k, v in losses.items() if "loss" in k)
    return sum(v if isinstance(v, torch.Tensor) else sum(v) for v in values)


def add_gradients(model: nn.Module, seed: int, factor: float) -> None:
    """One iteration's gradients of all three losses, written out."""
    data = domains(seed)
    batch = model.data_preprocessor(data["source"], training=True)
    losses, source = model.source_forward(batch["inputs"], batch["data_samples"], True)
    (factor * total(losses)).backward()
    batch = model.data_preprocessor(data["target"], training=True)
    target = model.target_forward(batch["inputs"])
    method = model.adaptation[0]
    (factor * total(method.target_losses(step_of(target)))).backward()
    (factor * total(method.discriminator_losses(step_of(target.detach(), source)))).backward()


def network_parameters(model: nn.Module) -> list[nn.Parameter]:
    return [p for name, p in model.named_parameters() if not name.startswith("adaptation.")]


def plain_optimizers(model: nn.Module) -> list[torch.optim.Optimizer]:
    sgd = torch.optim.SGD(network_parameters(model), lr=1e-2, momentum=0.9, weight_decay=5e-4)
    adam = torch.optim.Adam(model.adaptation.parameters(), lr=1e-3, betas=(0.9, 0.99))
    return [sgd, adam]


def assert_same_weights(ours: nn.Module, reference: nn.Module) -> None:
    for name, value in ours.state_dict().items():
        torch.testing.assert_close(
            value, reference.state_dict()[name], msg=lambda m, n=name: f"{n}: {m}"
        )


def test_two_accumulated_iterations_are_one_step_on_the_mean_loss(model):
    reference = copy.deepcopy(model)
    start = copy.deepcopy(model.state_dict())
    optimizers = plain_optimizers(reference)
    accumulating = toy_optimizers(model, accumulative_counts=2)
    for pair in range(2):
        for seed in (2 * pair, 2 * pair + 1):
            weights = [p.detach().clone() for p in model.parameters()]
            model.train_step(domains(seed), accumulating)
            moved = [
                not torch.equal(a, b) for a, b in zip(weights, model.parameters(), strict=True)
            ]
            assert any(moved) == bool(seed % 2)
            add_gradients(reference, seed, factor=0.5)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        assert_same_weights(model, reference)
    assert not torch.equal(
        start["decode_head.branches.0.weight"], model.decode_head.branches[0].weight
    )


def test_discriminators_may_accumulate_on_their_own(model):
    optimizers = toy_optimizers(model, discriminator=dict(accumulative_counts=2))
    discriminators = [p.detach().clone() for p in model.adaptation.parameters()]
    network = [p.detach().clone() for p in network_parameters(model)]
    model.train_step(domains(0), optimizers)
    after = list(model.adaptation.parameters())
    assert all(torch.equal(a, b) for a, b in zip(discriminators, after, strict=True))
    after = network_parameters(model)
    assert any(not torch.equal(a, b) for a, b in zip(network, after, strict=True))
    model.train_step(domains(1), optimizers)
    after = list(model.adaptation.parameters())
    assert all(not torch.equal(a, b) for a, b in zip(discriminators, after, strict=True))
