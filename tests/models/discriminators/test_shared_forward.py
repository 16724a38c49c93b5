"""One forward of a discriminator for two losses against two forwards."""

import pytest
import torch
from torch import nn

from mmadvent.functional import domain_loss
from mmadvent.models.discriminators import SelfInfoDiscriminator
from mmadvent.models.discriminators.shared_forward import SharedForward


@pytest.fixture
def parts() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    discriminator = SelfInfoDiscriminator(in_channels=3, base_channels=4).double()
    logits = torch.randn(2, 3, 64, 96, dtype=torch.float64, requires_grad=True)
    return discriminator, logits, logits.square()


def test_both_gradients_are_those_of_two_forwards(parts):
    discriminator, logits, output_map = parts
    shared = SharedForward(discriminator, output_map)
    adversarial = domain_loss(shared.for_map(output_map), 1.0)
    own = domain_loss(shared.for_parameters(), 0.0)

    (0.3 * adversarial).backward()
    assert all(parameter.grad is None for parameter in discriminator.parameters())
    of_logits, logits.grad = logits.grad, None
    own.backward()
    assert logits.grad is None
    of_parameters = [parameter.grad for parameter in discriminator.parameters()]

    again = logits.square()
    expected = torch.autograd.grad(0.3 * domain_loss(discriminator(again), 1.0), logits)[0]
    assert torch.equal(of_logits, expected)
    loss = domain_loss(discriminator(again.detach()), 0.0)
    for ours, theirs in zip(
        of_parameters, torch.autograd.grad(loss, [*discriminator.parameters()]), strict=True
    ):
        assert torch.equal(ours, theirs)


def test_the_order_of_the_two_does_not_matter(parts):
    discriminator, logits, output_map = parts
    gradients = []
    for first in (True, False):
        shared = SharedForward(discriminator, output_map)
        adversarial, own = shared.for_map(output_map).sum(), shared.for_parameters().sum()
        for loss in (adversarial, own) if first else (own, adversarial):
            loss.backward(retain_graph=True)
        gradients.append([x.grad.clone() for x in (logits, *discriminator.parameters())])
        logits.grad = None
        discriminator.zero_grad()
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))


def test_frozen_and_unused_parameters_are_left_alone(parts):
    discriminator, logits, output_map = parts
    discriminator.classifier.bias.requires_grad_(False)
    discriminator.unused = nn.Parameter(torch.zeros(1))
    shared = SharedForward(discriminator, output_map)
    shared.for_parameters().sum().backward()
    assert discriminator.classifier.bias.grad is None and discriminator.unused.grad is None
    assert discriminator.classifier.weight.grad is not None


def test_it_knows_whether_autocast_is_as_it_was(parts):
    discriminator, _, output_map = parts
    shared = SharedForward(discriminator.float(), output_map.float())
    assert shared.is_of_this_precision()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not shared.is_of_this_precision()
        half = SharedForward(discriminator, output_map.float())
        assert half.is_of_this_precision() and half.for_parameters().dtype == torch.bfloat16
    assert not half.is_of_this_precision()
