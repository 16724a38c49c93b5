"""Winograd's convolution against torch's own."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmadvent.functional.winograd import winograd_conv3x3


def parts(number: int, height: int, width: int, dtype: torch.dtype) -> list[Tensor]:
    torch.manual_seed(0)
    shapes = [(number, 5, height, width), (7, 5, 3, 3), (7,)]
    return [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize(
    "size", [(1, 3, 3), (1, 18, 18), (2, 22, 30), (3, 17, 23), (1, 4, 9)], ids=str
)
def test_equals_the_plain_convolution_and_its_gradients(size: tuple[int, int, int]) -> None:
    given = parts(*size, torch.float64)
    plain, ours = F.conv2d(*given), winograd_conv3x3(*given)
    torch.testing.assert_close(ours, plain, rtol=0, atol=1e-11)
    towards = torch.randn_like(plain)
    expected = torch.autograd.grad(plain, given, towards)
    for found, value in zip(torch.autograd.grad(ours, given, towards), expected, strict=True):
        torch.testing.assert_close(found, value, rtol=0, atol=1e-11)


def test_float32_rounds_by_no_more_than_it_says() -> None:
    given = [part.detach().float() for part in parts(2, 34, 34, torch.float64)]
    exact = F.conv2d(*(part.double() for part in given))
    found = winograd_conv3x3(*given)
    assert found.dtype == torch.float32
    assert (found - exact).abs().max() < 2e-5 * exact.abs().max()


def test_only_the_gradients_that_are_asked_for() -> None:
    images, weight, bias = parts(1, 10, 10, torch.float64)
    winograd_conv3x3(images, weight.detach(), bias.detach()).sum().backward()
    assert images.grad is not None and weight.grad is None and bias.grad is None
    winograd_conv3x3(images.detach(), weight, bias).sum().backward()
    assert weight.grad is not None and bias.grad is not None


def test_training_goes_on_after_an_inference() -> None:
    given = parts(1, 10, 10, torch.float64)
    with torch.inference_mode():
        winograd_conv3x3(*given)
    assert torch.autograd.gradcheck(winograd_conv3x3, given)
