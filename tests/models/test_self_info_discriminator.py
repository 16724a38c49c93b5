"""The discriminator: its layers, its output sizes, what it refuses."""

import pytest
import torch
from mmengine.registry import MODELS
from torch import nn

from mmadvent.models import SelfInfoDiscriminator


def test_layers_are_those_of_the_paper():
    layers = [m for m in SelfInfoDiscriminator(19).modules() if not list(m.children())]
    widths = [(19, 64), (64, 128), (128, 256), (256, 512), (512, 1)]
    convolutions = layers[::2]
    assert [type(layer) for layer in convolutions] == [nn.Conv2d] * 5
    for layer, width in zip(convolutions, widths, strict=True):
        assert (layer.in_channels, layer.out_channels) == width
        assert (layer.kernel_size, layer.stride, layer.padding) == ((4, 4), (2, 2), (1, 1))
        assert layer.bias is not None
    activations = layers[1::2]
    assert [type(layer) for layer in activations] == [nn.LeakyReLU] * 4
    assert [layer.negative_slope for layer in activations] == [0.2] * 4


def test_forward_is_the_chain_of_its_layers():
    torch.manual_seed(0)
    discriminator = SelfInfoDiscriminator(3, base_channels=2)
    image = torch.rand(2, 3, 32, 64)
    parameters = list(discriminator.parameters())
    expected = image
    for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
        expected = nn.functional.conv2d(expected, weight, bias, stride=2, padding=1)
        if weight is not parameters[-2]:
            expected = expected.maximum(0.2 * expected)
    torch.testing.assert_close(discriminator(image), expected)


@pytest.mark.parametrize(
    ("size", "output"),
    [((720, 1280), (22, 40)), ((512, 1024), (16, 32)), ((32, 32), (1, 1)), ((65, 100), (2, 3))],
)
def test_output_size(size, output):
    with torch.device("meta"):
        logits = SelfInfoDiscriminator(19)(torch.empty(2, 19, *size))
    assert logits.shape == (2, 1, *output)


def test_takes_a_batch_of_one_without_changing_its_input():
    information = torch.rand(1, 4, 32, 32)
    before = information.clone()
    SelfInfoDiscriminator(4, base_channels=2)(information)
    assert torch.equal(information, before)


@pytest.mark.parametrize("shape", [(1, 5, 32, 32), (1, 4, 31, 64), (1, 4, 64, 31), (4, 32, 32)])
def test_refuses_other_maps(shape):
    with pytest.raises(ValueError) as error:
        SelfInfoDiscriminator(4, base_channels=2)(torch.rand(shape))
    assert str(error.value) == (
        f"self_information must have the shape (N, 4, H, W) with H, W >= 32, got {tuple(shape)}"
    )


def test_is_registered_and_initialised_by_config():
    init = dict(type="Constant", layer="Conv2d", val=0.25, bias=0.5)
    config = dict(type="SelfInfoDiscriminator", in_channels=3, base_channels=2, init_cfg=init)
    discriminator = MODELS.build(config)
    discriminator.init_weights()
    assert (discriminator.classifier.weight == 0.25).all()
    assert (discriminator.classifier.bias == 0.5).all()


def test_carries_no_number_of_classes():
    # mmdet's NumClassCheckHook compares every module's attribute of that name with the data set's.
    assert not any(hasattr(m, "num_classes") for m in SelfInfoDiscriminator(19).modules())
