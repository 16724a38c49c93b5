"""What a network hands to the methods."""

import torch
import torch.nn.functional as F

from mmadvent.functional import Upsample
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel

LEVEL = LogitsLevel("decode", 3)


def test_logits_without_a_size_are_as_they_are() -> None:
    logits = torch.randn(1, 3, 4, 5)
    assert ClassLogits(LEVEL, logits).upsampled() is logits


def test_upsampled_logits_carry_gradients() -> None:
    logits = torch.randn(2, 3, 2, 3, requires_grad=True)
    output = ClassLogits(LEVEL, logits, upsample=Upsample((5, 9), align_corners=True))
    whole = F.interpolate(logits, (5, 9), mode="bilinear", align_corners=True)
    assert torch.equal(output.upsampled(), whole)
    assert output.upsampled() is not output.upsampled()
    output.upsampled().sum().backward()
    torch.testing.assert_close(logits.grad.sum(), torch.tensor(2 * 3 * 5 * 9.0))


def test_a_detached_output_keeps_everything_but_the_graph() -> None:
    logits = torch.randn(2, 3, 2, 3, requires_grad=True)
    mask = torch.rand(2, 4, 6) < 0.5
    parts = dict(images=torch.zeros(2, 3, 4, 6), pseudo_labels=torch.ones(2, 4, 6), labels=[1, 2])
    output = DomainOutput(levels=(ClassLogits(LEVEL, logits, mask, Upsample((4, 6))),), **parts)
    detached = output.detach()
    (level,) = detached.levels
    assert not level.upsampled().requires_grad
    assert level.logits.data_ptr() == logits.data_ptr()  # at the network's resolution: no copy
    assert torch.equal(level.upsampled(), output.levels[0].upsampled())
    assert level.level is LEVEL and level.mask is mask
    for name, value in parts.items():
        assert getattr(detached, name) is value
    assert output.levels[0].logits is logits and logits.requires_grad  # it is a copy
