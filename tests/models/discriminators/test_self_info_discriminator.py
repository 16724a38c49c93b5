"""The discriminator: its layers, its output sizes, what it refuses."""

import copy

import pytest
import torch
from mmengine.registry import MODELS
from torch import nn

from mmadvent.errors import InputError
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


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_map_takes_the_layout_of_the_weights_and_keeps_its_gradient(layout):
    torch.manual_seed(0)
    plain = SelfInfoDiscriminator(3, base_channels=2).double()
    laid = copy.deepcopy(plain).to(memory_format=layout)
    given = []
    laid.features[0].register_forward_pre_hook(lambda _, inputs: given.append(*inputs))
    image = torch.rand(2, 3, 32, 64, dtype=torch.float64, requires_grad=True)
    gradients = [torch.autograd.grad(d(image).square().sum(), image)[0] for d in (plain, laid)]
    assert given[0].is_contiguous(memory_format=layout)
    torch.testing.assert_close(*gradients, rtol=1e-12, atol=1e-15)


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


# Stride, side of the map, convolutions of stride 2, side of the output: the levels of SSD300.
SSD300 = [(8, 38, 2, 9), (16, 19, 1, 9), (32, 10, 0, 10), (64, 5, 0, 5), (100, 3, 0, 3)]


@pytest.mark.parametrize(("stride", "side", "halvings", "output"), [*SSD300, (300, 1, 0, 1)])
def test_a_logit_for_every_32_pixels_of_a_coarse_map(stride, side, halvings, output):
    with torch.device("meta"):
        discriminator = SelfInfoDiscriminator(36, map_stride=stride)
        logits = discriminator(torch.empty(2, 36, side, side))
    assert logits.shape == (2, 1, output, output)
    convolutions = [m for m in discriminator.modules() if isinstance(m, nn.Conv2d)]
    kinds = [(m.kernel_size[0], m.stride[0], m.padding[0]) for m in convolutions]
    assert kinds == [(4, 2, 1)] * halvings + [(3, 1, 1)] * (5 - halvings)
    assert [m.out_channels for m in convolutions] == [64, 128, 256, 512, 1]


@pytest.mark.parametrize(("stride", "halvings"), [(1, 5), (2, 4), (3, 3), (4, 3), (5, 3), (12, 1)])
def test_the_nearest_power_of_two_of_halvings(stride, halvings):
    discriminator = SelfInfoDiscriminator(3, base_channels=2, map_stride=stride)
    side = 2**halvings
    assert discriminator(torch.rand(1, 3, side, 2 * side)).shape == (1, 1, 1, 2)
    with pytest.raises(ValueError) as error:
        discriminator(torch.rand(1, 3, side - 1, side))
    assert str(error.value) == (
        f"self_information must have the shape (N, 3, H, W) with H, W >= {side}, "
        f"got (1, 3, {side - 1}, {side})"
    )


def test_map_at_the_size_of_the_image_keeps_the_names_of_the_weights():
    plain = SelfInfoDiscriminator(19, base_channels=2)
    assert [f"{name} {tuple(value.shape)}" for name, value in plain.state_dict().items()] == [
        "features.0.weight (2, 19, 4, 4)",
        "features.0.bias (2,)",
        "features.2.weight (4, 2, 4, 4)",
        "features.2.bias (4,)",
        "features.4.weight (8, 4, 4, 4)",
        "features.4.bias (8,)",
        "features.6.weight (16, 8, 4, 4)",
        "features.6.bias (16,)",
        "classifier.weight (1, 16, 4, 4)",
        "classifier.bias (1,)",
    ]
    explicit = SelfInfoDiscriminator(19, base_channels=2, map_stride=1)
    explicit.load_state_dict(plain.state_dict())


@pytest.mark.parametrize("stride", [0, -8, 8.0, True, "8", None])
def test_refuses_strides(stride):
    with pytest.raises(InputError) as error:
        SelfInfoDiscriminator(3, map_stride=stride)
    assert str(error.value) == f"map_stride must be an integer >= 1, got {stride!r}"


@pytest.mark.parametrize("shape", [(1, 5, 32, 32), (1, 4, 31, 64), (1, 4, 64, 31), (4, 32, 32)])
def test_refuses_other_maps(shape):
    with pytest.raises(ValueError) as error:
        SelfInfoDiscriminator(4, base_channels=2)(torch.rand(shape))
    assert str(error.value) == (
        f"self_information must have the shape (N, 4, H, W) with H, W >= 32, got {tuple(shape)}"
    )


def test_is_registered_and_initialized_by_config():
    init = dict(type="Constant", layer="Conv2d", val=0.25, bias=0.5)
    config = dict(type="SelfInfoDiscriminator", in_channels=3, base_channels=2, init_cfg=init)
    discriminator = MODELS.build(config)
    discriminator.init_weights()
    assert (discriminator.classifier.weight == 0.25).all()
    assert (discriminator.classifier.bias == 0.5).all()


def test_carries_no_number_of_classes():
    # mmdet's NumClassCheckHook compares every module's attribute of that name with the data set's.
    assert not any(hasattr(m, "num_classes") for m in SelfInfoDiscriminator(19).modules())
