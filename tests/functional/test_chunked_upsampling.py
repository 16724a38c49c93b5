"""Functions of upsampled logits by blocks of rows against torch on the whole."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmadvent.functional import (
    Upsample,
    chunked_map,
    chunked_mean,
    chunked_sums,
    entropy,
    self_information,
    upsample,
    upsample_logits,
)

SIZES = [((5, 7), (33, 50)), ((5, 7), (5, 7)), ((4, 6), (7, 6)), ((9, 8), (4, 5)), ((1, 1), (6, 3))]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upsample, "CPU_BLOCK", 700)


def logits_of(size: tuple[int, int], dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    return (4 * torch.randn(2, 3, *size, generator=generator, dtype=dtype)).requires_grad_()


def whole(logits: Tensor, size: tuple[int, int], align_corners: bool) -> Tensor:
    return F.interpolate(logits, size, mode="bilinear", align_corners=align_corners)


def plain_entropy(logits: Tensor) -> Tensor:
    p = logits.softmax(dim=1)
    return -(p * p.log()).sum(dim=1) / math.log(logits.shape[1])


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize(("low", "size"), SIZES)
def test_mean_equals_the_mean_over_the_whole(low, size, align_corners):
    logits = logits_of(low)
    counted = torch.rand(2, *size, generator=torch.Generator().manual_seed(1)) < 0.7
    for mask in (None, counted):
        mean = chunked_mean(entropy, logits, Upsample(size, align_corners), mask)
        values = plain_entropy(whole(logits, size, align_corners))
        expected = values.mean() if mask is None else values[mask].mean()
        torch.testing.assert_close(mean, expected, rtol=1e-12, atol=1e-14)
        (gradient,) = torch.autograd.grad(3 * mean, logits)
        (wanted,) = torch.autograd.grad(3 * expected, logits)
        torch.testing.assert_close(gradient, wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize(("low", "size"), SIZES)
def test_map_equals_the_map_of_the_whole(low, size, align_corners):
    logits = logits_of(low)
    mapped = chunked_map(self_information, logits, Upsample(size, align_corners))
    p = whole(logits, size, align_corners).softmax(dim=1)
    expected = -p * p.log() / math.log(3)
    torch.testing.assert_close(mapped, expected, rtol=1e-12, atol=1e-14)
    weights = torch.randn(mapped.shape, generator=torch.Generator().manual_seed(2)).double()
    (gradient,) = torch.autograd.grad((mapped * weights).sum(), logits)
    (wanted,) = torch.autograd.grad((expected * weights).sum(), logits)
    torch.testing.assert_close(gradient, wanted, rtol=1e-10, atol=1e-14)


def test_map_without_a_class_axis_has_a_gradient_too():
    logits = logits_of((3, 4))
    mapped = chunked_map(entropy, logits, Upsample((9, 10)))
    assert mapped.shape == (2, 9, 10)
    (gradient,) = torch.autograd.grad(mapped.square().sum(), logits)
    (wanted,) = torch.autograd.grad(
        plain_entropy(whole(logits, (9, 10), False)).square().sum(), logits
    )
    torch.testing.assert_close(gradient, wanted, rtol=1e-10, atol=1e-14)


def test_gradcheck():
    logits = logits_of((3, 2))
    to = Upsample((8, 5), align_corners=True)
    assert torch.autograd.gradcheck(lambda z: chunked_mean(entropy, z, to), logits)
    assert torch.autograd.gradcheck(lambda z: chunked_map(self_information, z, to), logits)


def test_sums_are_of_each_image_and_only_the_first_has_a_gradient():
    logits, to = logits_of((3, 4)), Upsample((11, 12), align_corners=True)
    labels = torch.randint(0, 3, (2, 11, 12), generator=torch.Generator().manual_seed(5))

    def sums(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hits = logits.argmax(dim=1) == labels
        losses = F.cross_entropy(logits, labels, reduction="none")
        return losses.sum((1, 2)), hits.sum((1, 2)), logits.sum((1, 2, 3))

    for upsampled, given in ((to, logits), (None, upsample_logits(logits, to))):
        losses, hits, others = chunked_sums(sums, given, upsampled, labels)
        z = whole(logits, (11, 12), True)
        expected = F.cross_entropy(z, labels, reduction="none").sum((1, 2))
        torch.testing.assert_close(losses, expected, rtol=1e-12, atol=0)
        assert torch.equal(hits, (z.argmax(1) == labels).sum((1, 2)))
        torch.testing.assert_close(others, z.detach().sum((1, 2, 3)), rtol=1e-10, atol=1e-10)
        assert not hits.requires_grad and not others.requires_grad
        of_images = torch.tensor([2.0, -5.0], dtype=torch.float64)
        (gradient,) = torch.autograd.grad((losses * of_images).sum(), logits)
        (wanted,) = torch.autograd.grad((expected * of_images).sum(), logits)
        torch.testing.assert_close(gradient, wanted, rtol=1e-10, atol=1e-14)


def test_the_logits_are_never_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upsample, "CPU_BLOCK", 3 * 2 * 50 * 4)
    heights = []

    def spying(logits: Tensor) -> Tensor:
        heights.append(logits.shape[2])
        return entropy(logits)

    chunked_mean(spying, logits_of((5, 7)), Upsample((33, 50)))
    assert heights == [4] * 8 + [1]


def test_nothing_counted_is_0_with_a_zero_gradient():
    logits = logits_of((3, 4))
    nothing = torch.zeros(2, 6, 8, dtype=torch.bool)
    for to, counted in ((Upsample((6, 8)), nothing), (None, nothing[:, :3, :4])):
        mean = chunked_mean(entropy, logits, to, counted)
        assert mean.item() == 0
        assert torch.equal(torch.autograd.grad(mean, logits)[0], torch.zeros_like(logits))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32_and_gets_its_gradient_back(dtype):
    logits = logits_of((5, 7), torch.float32).detach().to(dtype).requires_grad_()
    to = Upsample((20, 30), align_corners=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mean = chunked_mean(entropy, logits, to)
        mapped = chunked_map(self_information, logits, to)
    assert mean.dtype == mapped.dtype == torch.float32
    exact = plain_entropy(whole(logits.detach().double(), (20, 30), True)).mean()
    torch.testing.assert_close(mean.double(), exact, rtol=1e-5, atol=0)
    (mean + mapped.sum()).backward()
    assert logits.grad is not None and logits.grad.dtype == dtype


@pytest.mark.parametrize("to", [Upsample((20, 30)), None])
def test_a_map_is_rounded_block_by_block_as_it_would_be_as_a_whole(to):
    logits = logits_of((5, 7), torch.float32)
    plain = chunked_map(self_information, logits, to)
    half = chunked_map(self_information, logits, to, torch.bfloat16)
    assert half.dtype == torch.bfloat16 and torch.equal(half, plain.bfloat16())
    weights = torch.randn(half.shape).bfloat16()
    ours, theirs = (
        torch.autograd.grad((values * weights).sum(), logits)[0]
        for values in (half, plain.bfloat16())
    )
    assert torch.equal(ours, theirs)


def test_large_logits_stay_finite():
    logits = (1e4 * torch.randn(1, 3, 4, 4)).requires_grad_()
    mean = chunked_mean(entropy, logits, Upsample((16, 16)))
    mean.backward()
    assert mean.isfinite() and logits.grad is not None and logits.grad.isfinite().all()


def test_without_a_gradient_none_is_taken():
    with torch.no_grad():
        assert not chunked_mean(entropy, logits_of((3, 3)), Upsample((5, 5))).requires_grad
    detached = logits_of((3, 3)).detach()
    assert not chunked_map(entropy, detached, Upsample((5, 5))).requires_grad


@pytest.mark.parametrize("shape", [(3, 32, 16), (16, 16), (1, 16, 16)])
def test_a_map_of_another_shape(shape):
    logits, mask = torch.randn(3, 4, 8, 8), torch.ones(shape, dtype=torch.bool)
    with pytest.raises(ValueError) as error:
        chunked_mean(lambda x: x[:, 0], logits, Upsample((16, 16), False), mask)
    assert str(error.value) == (
        f"a mask or map must have the shape (3, 16, 16) of the logits' positions, got {shape}"
    )
