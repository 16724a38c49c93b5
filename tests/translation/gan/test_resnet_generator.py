"""The generator: its size in the literature, shapes, range, errors."""

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.translation.gan import ResNetGenerator, resnet_generator


@pytest.mark.parametrize(("blocks", "number"), [(9, 11_378_179), (6, 7_837_699)])
def test_the_number_of_parameters_of_the_released_code(blocks: int, number: int) -> None:
    with torch.device("meta"):
        generator = ResNetGenerator(num_blocks=blocks)
    assert sum(p.numel() for p in generator.parameters()) == number


def test_shape_range_and_memory_format() -> None:
    torch.manual_seed(0)
    generator = ResNetGenerator(4, 2)
    images = torch.rand(2, 3, 24, 32) * 2 - 1
    found = generator(images)
    assert found.shape == images.shape and found.abs().max() <= 1
    other = generator.to(memory_format=torch.channels_last)(images)
    torch.testing.assert_close(other, found, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("least, plain", [(1, 0), (10**6, 4)])
def test_blocks_filter_as_winograd_from_some_channels_on(
    least: int, plain: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    generator = ResNetGenerator(4, 2).double()
    images = torch.rand(2, 3, 20, 28, dtype=torch.float64)
    parameters = list(generator.parameters())
    of_all = torch.autograd.grad(generator(images).square().sum(), parameters)
    monkeypatch.setattr(resnet_generator, "WINOGRAD_CHANNELS", least)
    called: list[object] = []
    conv2d = torch.nn.Conv2d.forward
    monkeypatch.setattr(
        torch.nn.Conv2d, "forward", lambda self, x: called.append(self) or conv2d(self, x)
    )
    found = torch.autograd.grad(generator(images).square().sum(), parameters)
    assert sum(isinstance(layer, resnet_generator.Conv3x3) for layer in called) == plain
    for ours, expected in zip(found, of_all, strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-10, atol=1e-10)


def test_float32_under_autocast() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert ResNetGenerator(4, 1)(torch.zeros(1, 3, 16, 16)).dtype == torch.float32


def test_padding_keeps_half_precision_and_reflects() -> None:
    pad = resnet_generator.ReflectionPad(2)
    images = torch.randn(1, 3, 8, 8).bfloat16().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        padded = pad(images)
    assert padded.dtype == torch.bfloat16
    # On each side the second and third value again, from inside out.
    order = [2, 1, *range(8), 6, 5]
    assert torch.equal(padded, images[:, :, order][..., order])
    padded.sum().backward()
    counts = torch.bincount(torch.tensor(order)).to(torch.bfloat16)
    assert torch.equal(images.grad[0, 0], counts[:, None] * counts)


def test_weights_are_drawn_as_released() -> None:
    torch.manual_seed(0)
    generator = ResNetGenerator(32, 2)
    generator.init_weights()
    weights = torch.cat([p.flatten() for p in generator.parameters() if p.dim() > 1])
    assert abs(weights.std() - 0.02) < 1e-4 and abs(weights.mean()) < 1e-4
    assert all((p == 0).all() for p in generator.parameters() if p.dim() == 1)


@pytest.mark.parametrize("size", [(18, 16), (16, 30), (12, 16)])
def test_sides_that_it_cannot_take(size: tuple[int, int]) -> None:
    with pytest.raises(InputError) as caught:
        ResNetGenerator(4, 1)(torch.zeros(1, 3, *size))
    assert str(caught.value) == (
        "ResNetGenerator takes images whose sides are multiples of 4, of at least 16 pixels, got "
        f"{size[1]}x{size[0]}"
    )
