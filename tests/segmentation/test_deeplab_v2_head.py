"""The sum of four dilated classifiers."""

import pytest
import torch
import torch.nn.functional as F
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS

from mmadvent.segmentation import DeepLabV2Head

DILATIONS = (6, 12, 18, 24)


@pytest.fixture
def head() -> DeepLabV2Head:
    init_default_scope("mmseg")
    torch.manual_seed(0)
    config = dict(type="DeepLabV2Head", in_channels=4, in_index=1, num_classes=3)
    return MODELS.build(config)


def test_adds_up_all_four_branches(head):
    features = [torch.rand(2, 7, 9, 9), torch.rand(2, 4, 13, 11)]
    weights = [p.detach() for p in head.parameters()]
    assert [tuple(w.shape) for w in weights] == [(3, 4, 3, 3), (3,)] * 4
    expected = torch.zeros(2, 3, 13, 11)
    for weight, bias, r in zip(weights[::2], weights[1::2], DILATIONS, strict=True):
        expected += F.conv2d(features[1], weight, bias, padding=r, dilation=r)
    torch.testing.assert_close(head(features), expected)


def test_every_branch_learns(head):
    head([torch.rand(1, 7, 9, 9), torch.rand(1, 4, 33, 33)]).sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in head.parameters())


def test_has_nothing_but_its_branches(head):
    names = {f"branches.{index}.{kind}" for index in range(4) for kind in ("weight", "bias")}
    assert set(head.state_dict()) == names


def test_initial_weights_are_small_normal_numbers(head):
    head.init_weights()
    weights = torch.cat([branch.weight.flatten() for branch in head.branches])
    assert weights.std().item() == pytest.approx(0.01, rel=0.2)
    assert all((branch.bias == 0).all() for branch in head.branches)


def test_dilations_may_be_chosen():
    head = DeepLabV2Head(in_channels=2, num_classes=5, dilations=(1, 3))
    assert [branch.dilation for branch in head.branches] == [(1, 1), (3, 3)]
    assert head([torch.rand(1, 2, 8, 8)]).shape == (1, 5, 8, 8)
