"""EntropyLoss: reductions, the entropy range, and its arguments."""

import math

import numpy as np
import pytest
import torch
from mmengine.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.models import EntropyLoss


def reference_map(logits: torch.Tensor) -> np.ndarray:
    """Eq. 2, from the naive softmax in float64."""
    exponentials = np.exp(logits.double().numpy())
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -(p * np.log(p)).sum(axis=1) / np.log(p.shape[1])


@pytest.fixture
def logits() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(2, 5, 6, 7, generator=generator, dtype=torch.float64) * 2


def test_reductions(logits):
    expected = reference_map(logits)
    assert EntropyLoss(0.5)(logits).item() == pytest.approx(0.5 * expected.mean(), rel=1e-12)
    total = EntropyLoss(0.5, reduction="sum")(logits).item()
    assert total == pytest.approx(0.5 * expected.sum(), rel=1e-12)
    unreduced = EntropyLoss(0.5, reduction="none")(logits)
    np.testing.assert_allclose(unreduced.numpy(), 0.5 * expected, rtol=1e-12)


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.5, 1.0])
def test_entropy_range_equals_an_independent_sort(logits, ratio):
    values = reference_map(logits).reshape(2, -1)
    count = math.ceil(ratio * values.shape[1])
    highest = np.sort(values, axis=1)[:, -count:]
    mean = EntropyLoss(top_ratio=ratio)(logits).item()
    assert mean == pytest.approx(highest.mean(), rel=1e-12)
    total = EntropyLoss(top_ratio=ratio, reduction="sum")(logits).item()
    assert total == pytest.approx(highest.sum(), rel=1e-12)
    unreduced = EntropyLoss(top_ratio=ratio, reduction="none")(logits)
    assert unreduced.shape == (2, 6, 7)
    assert (unreduced > 0).sum(dim=(1, 2)).tolist() == [count, count]
    assert unreduced.sum().item() == pytest.approx(total, rel=1e-12)


def test_entropy_range_sends_gradient_to_the_counted_positions_only(logits):
    logits.requires_grad_()
    EntropyLoss(top_ratio=0.3)(logits).backward()
    touched = (logits.grad != 0).any(dim=1)
    assert touched.sum(dim=(1, 2)).tolist() == [math.ceil(0.3 * 42)] * 2


@pytest.mark.parametrize("ratio", [0.25, 1.0])
def test_number_does_not_depend_on_the_size_of_the_image(logits, ratio):
    small = logits[:, :, :4, :4]
    large = small.repeat_interleave(3, dim=2).repeat_interleave(2, dim=3)
    loss = EntropyLoss(top_ratio=ratio)
    torch.testing.assert_close(loss(small), loss(large))


@pytest.mark.parametrize("ratio", [0.3, 1.0])
def test_only_the_counted_positions_count(logits, ratio):
    counted = np.random.default_rng(0).random((2, 6, 7)) < 0.4
    picked = []
    for values, mask in zip(reference_map(logits), counted, strict=True):
        candidates = np.sort(values[mask])
        picked += candidates[len(candidates) - math.ceil(ratio * len(candidates)) :].tolist()
    mask = torch.from_numpy(counted)
    mean = EntropyLoss(0.5, top_ratio=ratio)(logits, mask).item()
    assert mean == pytest.approx(0.5 * sum(picked) / len(picked), rel=1e-12)
    total = EntropyLoss(0.5, top_ratio=ratio, reduction="sum")(logits, mask).item()
    assert total == pytest.approx(0.5 * sum(picked), rel=1e-12)
    unreduced = EntropyLoss(0.5, top_ratio=ratio, reduction="none")(logits, mask)
    assert unreduced.shape == mask.shape
    assert not unreduced[~mask].any()
    assert unreduced.sum().item() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("ratio", [0.3, 1.0])
def test_nothing_counted_gives_zero_and_zero_gradients(logits, ratio):
    logits.requires_grad_()
    loss = EntropyLoss(top_ratio=ratio)(logits, torch.zeros(2, 6, 7, dtype=torch.bool))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_uniform_gives_the_weight_and_one_hot_zero():
    assert EntropyLoss(0.3)(torch.zeros(1, 19, 4, 4)).item() == pytest.approx(0.3)
    one_hot = torch.zeros(1, 19, 4, 4)
    one_hot[:, 3] = 1e4
    assert EntropyLoss(0.3)(one_hot).item() == 0


def test_takes_positions_of_any_number_of_dimensions():
    assert EntropyLoss()(torch.zeros(3, 4)).item() == pytest.approx(1)
    assert EntropyLoss(top_ratio=0.5)(torch.zeros(3, 4, 9)).item() == pytest.approx(1)


@pytest.mark.parametrize("ratio", [0.3, 1.0])
def test_gradient(logits, ratio):
    logits = logits[:, :, :2, :3].clone().requires_grad_()
    assert torch.autograd.gradcheck(EntropyLoss(0.7, top_ratio=ratio), logits)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_finite(dtype):
    logits = (torch.randn(2, 19, 8, 8) * 100).to(dtype).requires_grad_()
    loss = EntropyLoss(top_ratio=0.3)(logits)
    loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("weight", [-0.1, math.nan, math.inf, -math.inf, True, "0.1", None])
def test_refuses_weights(weight):
    with pytest.raises(InputError) as error:
        EntropyLoss(loss_weight=weight)
    assert str(error.value) == f"loss_weight must be a finite number >= 0, got {weight!r}"


@pytest.mark.parametrize("ratio", [0, -1, 1.5, math.nan, "0.3", True, None])
def test_refuses_ratios(ratio):
    with pytest.raises(InputError) as error:
        EntropyLoss(top_ratio=ratio)
    assert str(error.value) == f"top_ratio must be in (0, 1], got {ratio!r}"


def test_refuses_reductions():
    with pytest.raises(InputError) as error:
        EntropyLoss(reduction="average")
    assert str(error.value) == "reduction must be one of mean, sum, none, got 'average'"


def test_is_registered_and_shows_its_settings():
    loss = MODELS.build(dict(type="EntropyLoss", loss_weight=0.1, top_ratio=0.3))
    assert isinstance(loss, EntropyLoss)
    assert repr(loss) == "EntropyLoss(loss_weight=0.1, top_ratio=0.3, reduction='mean')"
