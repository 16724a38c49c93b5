"""Mean over the positions in the mask."""

import pytest
import torch

from mmadvent.functional import masked_mean


def test_without_a_mask_it_is_the_mean():
    values = torch.randn(2, 3, 4)
    assert torch.equal(masked_mean(values), values.mean())


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_counts_the_positions_of_all_images_alike(share):
    torch.manual_seed(0)
    values = torch.randn(3, 40, dtype=torch.float64)
    counted = torch.rand(3, 40) <= share
    counted[0, 0] = True
    picked = [v for v, c in zip(values.flatten().tolist(), counted.flatten(), strict=True) if c]
    assert masked_mean(values, counted).item() == pytest.approx(sum(picked) / len(picked))


def test_gradient_reaches_the_counted_positions_only():
    values = torch.randn(6, dtype=torch.float64, requires_grad=True)
    counted = torch.tensor([True, False, True, True, False, True])
    assert torch.autograd.gradcheck(lambda x: masked_mean(x, counted), values)
    masked_mean(values, counted).backward()
    assert values.grad.tolist() == [0.25, 0, 0.25, 0.25, 0, 0.25]


def test_nothing_counted_gives_zero():
    values = torch.randn(2, 5, requires_grad=True)
    mean = masked_mean(values, torch.zeros(2, 5, dtype=torch.bool))
    mean.backward()
    assert mean.item() == 0
    assert torch.equal(values.grad, torch.zeros(2, 5))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("masked", [False, True])
def test_half_precision_is_summed_in_single(dtype, masked):
    values = torch.full((4, 300, 300), 0.75, dtype=dtype, requires_grad=True)
    mask = torch.rand(4, 300, 300) < 0.9 if masked else None
    mean = masked_mean(values, mask)
    assert mean.dtype == dtype and mean.item() == 0.75
    mean.backward()
    assert values.grad.dtype == dtype and values.grad.isfinite().all()


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8), (3, 8)])
def test_a_mask_of_another_shape(shape):
    with pytest.raises(ValueError) as error:
        masked_mean(torch.rand(3, 8, 8), torch.ones(shape, dtype=torch.bool))
    assert str(error.value) == (f"mask must have the shape (3, 8, 8) of the values, got {shape}")
