"""The sum of four dilated classifiers."""

import pytest
import torch
import torch.nn.functional as F
from mmseg.models.segmentors.base import BaseSegmentor
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmadvent.segmentation import DeepLabV2Head

DILATIONS = (6, 12, 18, 24)


@pytest.fixture
def head() -> DeepLabV2Head:
    torch.manual_seed(0)
    config = dict(type="DeepLabV2Head", in_channels=4, in_index=1, num_classes=3)
    return MODELS.build(config)


@pytest.mark.parametrize("size", [(13, 11), (49, 30), (6, 7), (1, 1)])
def test_adds_up_all_four_branches(head, size):
    """Of maps that are larger, and smaller, than the distance between the kernel's places."""
    head = head.double()
    features = [torch.rand(2, 7, 9, 9), torch.rand(2, 4, *size).double().requires_grad_()]
    weights = [p.detach().requires_grad_() for p in head.parameters()]
    assert [tuple(w.shape) for w in weights] == [(3, 4, 3, 3), (3,)] * 4
    with torch.no_grad():
        for bias in weights[1::2]:
            bias += torch.rand(3)
    expected = torch.zeros(2, 3, *size)
    for weight, bias, r in zip(weights[::2], weights[1::2], DILATIONS, strict=True):
        expected = expected + F.conv2d(features[1], weight, bias, padding=r, dilation=r)
    logits = head(features)
    torch.testing.assert_close(logits, expected, rtol=1e-12, atol=1e-12)
    numbers = torch.randn_like(expected)
    parameters = [features[1], *head.parameters()]
    for ours, theirs in zip(
        torch.autograd.grad((logits * numbers).sum(), parameters),
        torch.autograd.grad((expected * numbers).sum(), [features[1], *weights]),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-11, atol=1e-12)


def test_sums_in_full_precision_within_autocast(head):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = head([torch.rand(1, 7, 9, 9), torch.rand(1, 4, 13, 11)])
    assert logits.dtype == torch.float32


def test_every_branch_learns(head):
    head([torch.rand(1, 7, 9, 9), torch.rand(1, 4, 33, 33)]).sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in head.parameters())


def test_gradients_of_two_backward_passes_add_up(head):
    features = [torch.rand(1, 7, 9, 9), torch.rand(1, 4, 13, 11)]
    head(features).sum().backward()
    once = [p.grad.clone() for p in head.parameters()]
    head(features).sum().backward()
    for parameter, grad in zip(head.parameters(), once, strict=True):
        torch.testing.assert_close(parameter.grad, 2 * grad)


def test_has_nothing_but_its_branches(head):
    names = {f"branches.{index}.{kind}" for index in range(4) for kind in ("weight", "bias")}
    assert set(head.state_dict()) == names


def test_initial_weights_are_small_normal_numbers(head):
    head.init_weights()
    weights = torch.cat([branch.weight.flatten() for branch in head.branches])
    assert weights.std().item() == pytest.approx(0.01, rel=0.2)
    assert all((branch.bias == 0).all() for branch in head.branches)


@pytest.mark.parametrize("name", ["conv_cfg", "norm_cfg", "act_cfg"])
def test_layers_that_it_does_not_have_are_refused(name):
    DeepLabV2Head(4, 3, **{name: None})
    with pytest.raises(ValueError) as error:
        DeepLabV2Head(4, 3, **{name: dict(type="SyncBN")})
    assert str(error.value) == (
        f"DeepLabV2Head.{name} must be left out, as the head has plain convolutions only, got "
        "{'type': 'SyncBN'}"
    )


def test_dilations_may_be_chosen():
    head = DeepLabV2Head(in_channels=2, num_classes=5, dilations=(1, 3))
    assert [branch.dilation for branch in head.branches] == [(1, 1), (3, 3)]
    assert head([torch.rand(1, 2, 8, 8)]).shape == (1, 5, 8, 8)


def metas(**entries) -> list[dict]:
    return [dict(ori_shape=(41, 67), img_shape=(24, 32), pad_shape=(24, 32)) | entries]


@pytest.mark.parametrize("align_corners", [True, False])
def test_predictions_are_resized_once(head, align_corners):
    head.align_corners = align_corners
    features = [torch.rand(1, 7, 3, 4), torch.rand(1, 4, 3, 4)]
    found = head.predict(features, metas(), dict(mode="whole"))
    once = F.interpolate(head(features), (41, 67), mode="bilinear", align_corners=align_corners)
    assert torch.equal(found, once)
    # The step that follows in mmseg, to the size that the logits have already, changes nothing.
    sample = SegDataSample(metainfo=metas()[0])
    again = BaseSegmentor.postprocess_result(Host(align_corners), once, [sample])[0]
    assert torch.equal(again.seg_logits.data, once[0])


@pytest.mark.parametrize(
    ("entries", "mode"),
    [
        (dict(), "slide"),
        (dict(padding_size=[0, 2, 0, 0]), "whole"),
        (dict(img_padding_size=(0, 0, 0, 3)), "whole"),
    ],
)
def test_windows_and_padded_images_have_the_size_of_the_input(head, entries, mode):
    features = [torch.rand(1, 7, 3, 4), torch.rand(1, 4, 3, 4)]
    assert head.predict(features, metas(**entries), dict(mode=mode)).shape == (1, 3, 24, 32)


def test_images_of_two_or_unknown_sizes_have_the_size_of_the_input(head):
    features = [torch.rand(2, 7, 3, 4), torch.rand(2, 4, 3, 4)]
    both = metas() + metas(ori_shape=(20, 20))
    assert head.predict(features, both, dict(mode="whole")).shape == (2, 3, 24, 32)
    unknown = [dict(img_shape=(24, 32))] * 2
    assert head.predict(features, unknown, dict(mode="whole")).shape == (2, 3, 24, 32)


class Host:
    """What mmseg's last step asks of a segmentor."""

    out_channels = 3

    def __init__(self, align_corners: bool) -> None:
        self.align_corners = align_corners
