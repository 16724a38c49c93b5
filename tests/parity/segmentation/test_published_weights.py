"""Converted weights give the logits of the networks that they were published for."""

import copy
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.cli.command_line import load_config
from mmadvent.segmentation.published_weights import convert
from tests.segmentation.published_weights.plain_networks import VGG16, Classifier, ResNet101
from tests.toys import ROOT

# The pooling's rounding shows at 72x100; from 25 positions along a side on, even the widest branch
# reaches beyond its centre.
SMALL, WIDE, LARGE = (72, 100), (97, 210), (193, 321)
TWO_LEVELS = {"layer5": 3, "layer6": 4}


def options(settings: tuple[str, ...]) -> dict:
    pairs = (setting.split("=") for setting in settings)
    return {key: None if value == "None" else int(value) for key, value in pairs}


def converted_logits(path: Path, released_by: str, images: Tensor) -> list[Tensor]:
    """Logits of the model of the named config, auxiliary first."""
    converted = convert(str(path), released_by)
    config: Config = load_config(str(ROOT / converted.config), options(converted.options))
    model = MODELS.build(config.model).double().eval()
    model.load_state_dict(converted.checkpoint["state_dict"], strict=True)
    heads = [model.auxiliary_head] if model.with_auxiliary_head else []
    with torch.no_grad():
        features = model.extract_feat(images)
        return [head(features) for head in (*heads, model.decode_head)]


def compare(network: nn.Module, released_by: str, size: tuple[int, int], path: Path) -> None:
    torch.save(network.state_dict(), path)
    images = torch.randn(1, 3, *size, dtype=torch.float64)
    found = converted_logits(path, released_by, images)
    with torch.no_grad():
        expected = copy.deepcopy(network).double()(images)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert 0.1 < theirs.std() < 1e4
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="module")
def resnet() -> ResNet101:
    return ResNet101(TWO_LEVELS, classes=19)


def only_first_two(network: nn.Module) -> nn.Module:
    network = copy.deepcopy(network)
    for module in network.modules():
        if isinstance(module, Classifier):
            module.added = 2
    return network


def test_resnet_101_of_two_levels(resnet: ResNet101, tmp_path: Path) -> None:
    compare(resnet, "advent", SMALL, tmp_path / "weights.pth")


@pytest.mark.slow
def test_resnet_101_of_two_levels_on_wide_images(resnet: ResNet101, tmp_path: Path) -> None:
    compare(resnet, "esl", LARGE, tmp_path / "weights.pth")


@pytest.mark.slow
def test_resnet_101_of_two_levels_and_two_branches(resnet: ResNet101, tmp_path: Path) -> None:
    compare(only_first_two(resnet), "adaptsegnet", LARGE, tmp_path / "weights.pth")


@pytest.mark.parametrize(
    ("layer", "released_by", "classes"), [("layer5", "adaptsegnet", 19), ("layer6", "advent", 16)]
)
def test_resnet_101_of_one_level(
    layer: str, released_by: str, classes: int, tmp_path: Path
) -> None:
    added = 2 if released_by == "adaptsegnet" else 4
    network = ResNet101({layer: 4}, classes, added)
    compare(network, released_by, SMALL, tmp_path / "weights.pth")


def test_vgg_16(tmp_path: Path) -> None:
    compare(VGG16(19, added=2), "adaptsegnet", WIDE, tmp_path / "weights.pth")


def test_the_releases_differ_in_the_last_two_branches(tmp_path: Path) -> None:
    network, path = VGG16(19), tmp_path / "weights.pth"
    torch.save(network.state_dict(), path)
    images = torch.randn(1, 3, *WIDE, dtype=torch.float64)
    (two,), (four,) = (converted_logits(path, name, images) for name in ("adaptsegnet", "esl"))
    with torch.no_grad():
        features = network.double().features(images)
        rest = sum(branch(features) for branch in network.classifier.conv2d_list[2:])
    torch.testing.assert_close(four - two, rest, rtol=1e-9, atol=1e-9)
