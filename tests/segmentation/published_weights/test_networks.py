"""Which network weights are of, and the backbone's under our names."""

import pytest
import torch
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.segmentation.published_weights.networks import NETWORKS, recognize

R101, VGG, CAFFE = NETWORKS


def weights_of(network) -> dict[str, Tensor]:
    """A backbone's weights under the published names, without memory."""
    with torch.device("meta"):
        ours = network.backbone().state_dict()
    return {network.published_name(name): value for name, value in ours.items()}


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.title)
def test_each_is_recognized_by_its_sign(network) -> None:
    assert recognize({network.sign: torch.zeros(1), "other": torch.zeros(1)}, "a.pth") is network


def test_others_are_refused() -> None:
    with pytest.raises(InputError) as error:
        recognize({"stem": torch.zeros(2, 3)}, "a.pth")
    assert str(error.value) == (
        f"the weights 'a.pth' must be of {R101.title}, {VGG.title}, {CAFFE.title}, got stem (2, 3)"
    )


@pytest.mark.parametrize(
    ("network", "ours", "theirs"),
    [
        (R101, "layer4.0.conv1.weight", "layer4.0.conv1.weight"),
        (CAFFE, "bn1.bias", "Scale.bn1.bias"),
        # The fourth pooling is left out of the numbers: what lies after it is one earlier.
        (VGG, "features.21.weight", "features.21.weight"),
        (VGG, "features.24.weight", "features.23.weight"),
        (VGG, "fc6.bias", "features.29.bias"),
        (VGG, "fc7.weight", "features.31.weight"),
    ],
)
def test_published_names(network, ours: str, theirs: str) -> None:
    assert network.published_name(ours) == theirs


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.title)
def test_a_backbone_is_taken_whole_and_classifiers_are_left(network) -> None:
    published = weights_of(network)
    with torch.device("meta"):
        names = network.backbone().state_dict().keys()
    classifier = {f"{network.classifiers[-1]}.conv2d_list.0.bias": torch.zeros(19)}
    taken = network.take_backbone(published | classifier, "a.pth")
    assert taken.keys() == names
    assert all(value is published[network.published_name(n)] for n, value in taken.items())


def test_counters_of_norms_may_be_missing() -> None:
    old = {n: v for n, v in weights_of(R101).items() if not n.endswith("num_batches_tracked")}
    assert len(R101.take_backbone(old, "a.pth")) == len(old)
