"""Floating point operations of an AdvEnt iteration, counted without doing them."""

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.growth_rows import Operations
from benchmarks.growth_step import Point, build
from benchmarks.speed.ours import Size

PAPER = Point((720, 1280), (512, 1024))


def count(point: Point = PAPER, quick: bool = False) -> Operations:
    """Run the parts of an iteration on tensors that have shapes but no values.

    Forward and backward of the network on both domains, and for each level those of the
    discriminator: on the target for the network's sake and its own, on the source for its own.
    """
    with torch.device("meta"):
        model, _ = build(point, quick)
        with FlopCounterMode(display=False) as network:
            for size in (point.source, point.target):
                _sum(predictions(model, _image(point, size))).backward()
        with FlopCounterMode(display=False) as judges:
            for judge in model.adaptation[0].discriminators.values():
                _judge(judge, point)
        with FlopCounterMode(display=False) as shared, torch.no_grad():
            for judge in model.adaptation[0].discriminators.values():
                judge(_map(point, point.target))
        with FlopCounterMode(display=False) as prediction, torch.no_grad():
            predictions(model, _image(point, point.target)[:1])
    # Of the two forwards on the target the step does one; the counter cannot follow how.
    discriminators = judges.get_total_flops() - shared.get_total_flops()
    return Operations(
        point.pixels,
        network.get_total_flops() + discriminators,
        discriminators,
        prediction.get_total_flops(),
    )


def predictions(model: nn.Module, images: Tensor) -> list[Tensor]:
    """The logits of every head, before they are enlarged."""
    features = model.extract_feat(images)
    heads = [model.decode_head]
    if model.with_auxiliary_head:
        heads.append(model.auxiliary_head)
    return [head.forward(features) for head in heads]


def _judge(judge: nn.Module, point: Point) -> None:
    source, target = (_map(point, size) for size in (point.source, point.target))
    parameters = [*judge.parameters()]
    for parameter in parameters:
        parameter.requires_grad = False
    judge(target.requires_grad_()).sum().backward()
    for parameter in parameters:
        parameter.requires_grad = True
    _sum([judge(source), judge(target.detach())]).backward()


def _map(point: Point, size: Size) -> Tensor:
    return torch.empty(point.images, point.classes, *size)


def _image(point: Point, size: Size) -> Tensor:
    return torch.empty(point.images, 3, *size)


def _sum(outputs: list[Tensor]) -> Tensor:
    return torch.stack([output.sum() for output in outputs]).sum()
