"""Running statistics that a repeated forward leaves alone."""

import copy

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from mmadvent.models.running_statistics import kept_running_statistics

NORMS = {
    "BatchNorm1d": (lambda: nn.BatchNorm1d(3), (8, 3)),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(3), (4, 3, 5, 6)),
    "BatchNorm2d, mean of all batches": (lambda: nn.BatchNorm2d(3, momentum=None), (4, 3, 5, 6)),
    "BatchNorm3d": (lambda: nn.BatchNorm3d(3), (2, 3, 4, 5, 6)),
    "SyncBatchNorm": (lambda: nn.SyncBatchNorm(3), (4, 3, 5, 6)),
    "InstanceNorm2d": (lambda: nn.InstanceNorm2d(3, track_running_stats=True), (4, 3, 5, 6)),
}


@pytest.mark.parametrize(("build", "shape"), NORMS.values(), ids=NORMS)
def test_within_it_nothing_is_counted_and_the_batch_normalizes(build, shape) -> None:
    torch.manual_seed(0)
    norm = build()
    norm(torch.randn(shape) + 2)  # statistics that are no longer those of the start
    other = copy.deepcopy(norm)
    before, buffers = copy.deepcopy(norm.state_dict()), dict(norm.named_buffers())
    inputs = 3 * torch.randn(shape) - 1
    with kept_running_statistics():
        outputs = [norm(inputs), norm(inputs)]
    expected = other(inputs)
    assert all(torch.equal(output, expected) for output in outputs)
    after = norm.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    assert all(norm.get_buffer(name) is buffer for name, buffer in buffers.items())
    # And then it counts again, as one that has seen nothing in between.
    norm(inputs)
    assert all(torch.equal(value, norm.state_dict()[n]) for n, value in other.state_dict().items())
    assert not torch.equal(norm.running_mean, before["running_mean"])


def test_a_norm_in_evaluation_mode_uses_its_running_statistics() -> None:
    norm = nn.BatchNorm2d(2).eval()
    norm.running_mean.copy_(torch.tensor([1.0, -2.0]))
    norm.running_var.copy_(torch.tensor([4.0, 0.25]))
    inputs = torch.randn(3, 2, 4, 4)
    with kept_running_statistics():
        outputs = norm(inputs)
    mean = torch.tensor([1.0, -2.0])[:, None, None]
    deviation = torch.tensor([2.0, 0.5])[:, None, None]
    torch.testing.assert_close(outputs, (inputs - mean) / deviation, rtol=1e-4, atol=1e-4)
    assert norm.running_mean.tolist() == [1.0, -2.0]


def test_modules_without_statistics_pass() -> None:
    layers = nn.Sequential(nn.Conv2d(3, 4, 1), nn.GroupNorm(2, 4), nn.BatchNorm2d(4))
    layers[2] = nn.BatchNorm2d(4, track_running_stats=False)
    inputs = torch.randn(2, 3, 4, 4)
    with kept_running_statistics():
        outputs = layers(inputs)
    assert torch.equal(outputs, layers(inputs))


def test_an_error_leaves_the_norm_as_it_was() -> None:
    norm = nn.BatchNorm1d(3)
    mean = norm.running_mean
    with pytest.raises(ZeroDivisionError), kept_running_statistics():
        norm(torch.randn(4, 3))
        raise ZeroDivisionError
    assert norm.running_mean is mean
    norm(torch.randn(4, 3))
    assert norm.num_batches_tracked == 1


@pytest.mark.parametrize("reentrant", [True, False])
def test_a_checkpointed_norm_counts_a_batch_once(reentrant: bool) -> None:
    torch.manual_seed(0)
    inputs = torch.randn(6, 3, 4, 4)
    mean, variance = inputs.mean((0, 2, 3)), inputs.var((0, 2, 3))
    counts = {}
    for kept in (True, False):
        norm = nn.BatchNorm2d(3)
        loss = checkpoint(norm, inputs.clone().requires_grad_(), use_reentrant=reentrant)
        if kept:
            with kept_running_statistics():
                loss.square().sum().backward()
        else:
            loss.square().sum().backward()
        counts[kept] = norm.num_batches_tracked.item()
        rest = 0.9 if kept else 0.81
        torch.testing.assert_close(norm.running_mean, (1 - rest) * mean)
        torch.testing.assert_close(norm.running_var, rest + (1 - rest) * variance)
    assert counts == {True: 1, False: 2}
