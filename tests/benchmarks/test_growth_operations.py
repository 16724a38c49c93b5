"""Operations counted from the shapes of the convolutions."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from benchmarks.growth_operations import PAPER, count, predictions
from benchmarks.growth_step import Point, build

POINT = Point((64, 96), (32, 64))


def forward_operations(module, call):
    """2 * weights * output positions of each convolution, by name, while ``call`` runs."""
    found = {}
    handles = [
        part.register_forward_hook(
            lambda part, _, output, name=name: found.update(
                {name: 2 * part.weight.numel() * output.shape[0] * output[0, 0].numel()}
            )
        )
        for name, part in module.named_modules()
        if isinstance(part, nn.Conv2d)
    ]
    with torch.no_grad():
        call()
    for handle in handles:
        handle.remove()
    return found


def classifier_operations(model, size):
    """Those of the heads, whose convolutions are not called one by one, at an eighth."""
    positions = math.prod(side // 8 + 1 for side in size)
    heads = [model.decode_head, *([model.auxiliary_head] if model.with_auxiliary_head else [])]
    return sum(2 * branch.weight.numel() * positions for head in heads for branch in head.branches)


@pytest.mark.parametrize("point", [POINT, replace(POINT, images=2, classes=5, levels=1)])
def test_operations_are_those_of_the_convolutions(point):
    model, _ = build(point, quick=True)
    network = prediction = 0
    for size in (point.source, point.target):
        images = torch.zeros(point.images, 3, *size)
        found = forward_operations(model, lambda images=images: predictions(model, images))
        # Backward needs as much for the weights and again for the input, but nobody asks for the
        # gradient of the image.
        forward = sum(found.values()) + point.images * classifier_operations(model, size)
        network += 3 * forward - found["backbone.conv1"]
        prediction = forward / point.images
    judges = 0
    for judge in model.adaptation[0].discriminators.values():
        for size, for_network in ((point.source, 0), (point.target, 1)):
            maps = torch.zeros(point.images, point.classes, *size)
            found = forward_operations(judge, lambda maps=maps, judge=judge: judge(maps))
            judges += (3 + for_network) * sum(found.values()) - found["features.0"]
    counted = count(point, quick=True)
    assert counted.pixels == point.pixels
    assert counted.discriminators == judges
    assert counted.iteration == network + judges
    assert counted.prediction == prediction


def test_the_paper_s_setting():
    assert PAPER.pixels == 1280 * 720 + 1024 * 512
