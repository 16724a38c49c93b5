"""Whole steps on pseudo-labels against straight-line steps written from the papers' equations."""

import math

import pytest
import torch
import torch.nn.functional as F
from mmengine.optim import OptimWrapper
from mmengine.structures import PixelData
from torch import nn

from mmadvent.engine import UDAOptimWrapperConstructor
from tests.parity.segmentation.step_reference import (
    ADAPTATION,
    CLASSES,
    PARAMWISE,
    SOURCE_SIZE,
    SUPERVISED,
    TARGET_SIZE,
    Reference,
    as_double,
    assert_same,
    reference_discriminator,
    sgd_wrapper_config,
    weights,
)
from tests.toys import build_segmentor, toy_batch, toy_segmentor

ITERATIONS = 5
PSEUDO_WEIGHT = 0.7


@pytest.fixture(autouse=True)
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def batches(step: int) -> tuple[dict, dict, torch.Tensor]:
    """Source, target, and the target's pseudo-labels, of which about a third are none."""
    source = toy_batch(2 * step, SOURCE_SIZE, CLASSES)
    target = toy_batch(2 * step + 1, TARGET_SIZE)
    generator = torch.Generator().manual_seed(step)
    labels = torch.randint(0, CLASSES + 2, (1, *TARGET_SIZE), generator=generator)
    labels[labels >= CLASSES] = 255
    if step == 3:
        labels[:] = 255
    target["data_samples"][0].pseudo_sem_seg = PixelData(data=labels.to(torch.uint8))
    return source, target, labels


def pseudo_loss(p: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Eq. 6, as a mean over K; nothing for an empty K."""
    n, y, x = (labels != 255).nonzero(as_tuple=True)
    if len(n) == 0:
        return 0 * p.sum()
    return -p[n, labels[n, y, x], y, x].log().mean()


def network(model: nn.Module) -> list[torch.Tensor]:
    return weights(model.backbone, model.decode_head, model.auxiliary_head)


def network_of(reference: Reference) -> list[torch.Tensor]:
    return weights(reference.backbone, reference.heads["decode"], reference.heads["aux"])


@pytest.mark.parametrize(
    ("arguments", "levels"),
    [({}, {"decode": 1.0, "aux": 0.2}), (dict(level_weights=SUPERVISED), SUPERVISED)],
)
def test_self_training_equals_the_equations(arguments, levels):
    method = dict(type="PseudoLabel", loss_weight=PSEUDO_WEIGHT, **arguments)
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[method]))
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    reference = Reference(model)
    heads = [*model.decode_head.parameters(), *model.auxiliary_head.parameters()]
    optimizer = torch.optim.SGD(
        [{"params": model.backbone.parameters(), "lr": 2.5e-4}, {"params": heads, "lr": 2.5e-3}],
        lr=2.5e-4,
        momentum=0.9,
        weight_decay=5e-4,
    )
    wrapper = OptimWrapper(optimizer)
    for step in range(ITERATIONS):
        source, target, labels = batches(step)
        images = list(target["inputs"])
        model.train_step({"source": source, "target": target}, wrapper)

        reference.sgd.zero_grad()
        loss = reference.segmentation_loss(source)
        for name, p in reference.probabilities(images).items():  # eq. 5 and 6
            loss = loss + PSEUDO_WEIGHT * levels[name] * pseudo_loss(p, labels)
        loss.backward()
        reference.sgd.step()
        assert_same(network(model), network_of(reference))


def test_advent_with_pseudo_labels_equals_the_equations():
    """ESL: AdvEnt, and the pseudo-labels with the weights of labels."""
    methods = [
        dict(type="AdvEnt"),
        dict(type="PseudoLabel", loss_weight=PSEUDO_WEIGHT, level_weights=SUPERVISED),
    ]
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=methods))
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    reference = Reference(model)
    ours = model.adaptation[0].discriminators
    discriminators = {name: reference_discriminator(ours[name]) for name in ("decode", "aux")}
    adam = torch.optim.Adam(
        [p for d in discriminators.values() for p in d.parameters()], lr=1e-4, betas=(0.9, 0.99)
    )
    discriminator = dict(optimizer=dict(type="Adam", lr=1e-4, betas=(0.9, 0.99)))
    wrapper = UDAOptimWrapperConstructor(
        dict(**sgd_wrapper_config(), discriminator=discriminator), PARAMWISE
    )(model)

    def information(p: torch.Tensor) -> torch.Tensor:
        return -(p * p.log()) / math.log(CLASSES)

    for step in range(ITERATIONS):
        source, target, labels = batches(step)
        images = list(target["inputs"])
        model.train_step({"source": source, "target": target}, wrapper)

        reference.sgd.zero_grad()
        valid = source["data_samples"][0].gt_sem_seg.data != 255
        truth = source["data_samples"][0].gt_sem_seg.data.where(valid, 255)
        loss, of_source, of_target = 0, {}, {}
        # The statistics of the norms see each image once, the source first.
        for name, p in reference.probabilities(source["inputs"]).items():
            loss = loss + SUPERVISED[name] * pseudo_loss(p, truth)  # eq. 1 is the same mean
            of_source[name] = information(p).detach()
        for name, p in reference.probabilities(images).items():
            maps = information(p)
            fooled = F.softplus(-discriminators[name](maps)).mean()
            loss = loss + ADAPTATION[name] * fooled
            loss = loss + PSEUDO_WEIGHT * SUPERVISED[name] * pseudo_loss(p, labels)
            of_target[name] = maps.detach()
        loss.backward()
        reference.sgd.step()

        adam.zero_grad()
        loss = 0
        for name, judge in discriminators.items():
            loss = loss + 0.5 * F.softplus(-judge(of_source[name])).mean()
            loss = loss + 0.5 * F.softplus(judge(of_target[name])).mean()
        loss.backward()
        adam.step()
        assert_same(network(model), network_of(reference))
        assert_same(weights(ours["decode"], ours["aux"]), weights(*discriminators.values()))
