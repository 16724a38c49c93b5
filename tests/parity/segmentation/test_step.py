"""Ten whole steps against straight-line steps written from the paper's equations."""

import math

import pytest
import torch
import torch.nn.functional as F
from mmengine.optim import OptimWrapper

from mmadvent.engine import UDAOptimWrapperConstructor
from tests.parity.segmentation.step_reference import (
    ADAPTATION,
    CLASSES,
    PARAMWISE,
    SOURCE_SIZE,
    TARGET_SIZE,
    Reference,
    as_double,
    assert_same,
    reference_discriminator,
    sgd_wrapper_config,
    weights,
)
from tests.toys import build_segmentor, toy_batch, toy_segmentor

ITERATIONS = 10


@pytest.fixture(autouse=True)
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


PRIOR = (0.5, 0.2, 0.15, 0.1, 0.05)
CLASS_PRIOR = dict(type="ClassPrior", prior=list(PRIOR), relaxation=0.5, loss_weight=0.5)


def mean_entropy(p: torch.Tensor) -> torch.Tensor:  # eq. 2 and 3
    return (-(p * p.log()).sum(1) / math.log(CLASSES)).mean()


def top_entropy(p: torch.Tensor) -> torch.Tensor:  # section 4.3: the 30% highest of each image
    entropy = (-(p * p.log()).sum(1) / math.log(CLASSES)).flatten(1)
    number = math.ceil(0.3 * entropy.shape[1])
    return entropy.sort(dim=1, descending=True).values[:, :number].mean()


def class_prior(p: torch.Tensor) -> torch.Tensor:  # eq. 10
    short = 0.5 * torch.tensor(PRIOR) - p.mean(dim=(2, 3))
    return short.clamp(min=0).sum(1).mean()


def with_class_prior(p: torch.Tensor) -> torch.Tensor:  # both weights relative to 0.001
    return mean_entropy(p) + 0.5 / 0.001 * class_prior(p)


@pytest.mark.parametrize(
    ("adaptation", "target_loss"),
    [
        ([dict(type="MinEnt")], mean_entropy),
        ([dict(type="MinEnt", top_ratio=0.3)], top_entropy),
        ([dict(type="MinEnt"), CLASS_PRIOR], with_class_prior),
    ],
    ids=["MinEnt", "MinEnt + ER", "MinEnt + CP"],
)
def test_minent_equals_the_equations(adaptation, target_loss):
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=adaptation))
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
    before = [t.clone() for t in weights(model.backbone)]
    for step in range(ITERATIONS):
        source = toy_batch(2 * step, SOURCE_SIZE, CLASSES)
        target = toy_batch(2 * step + 1, TARGET_SIZE)
        model.train_step({"source": source, "target": target}, wrapper)

        reference.sgd.zero_grad()
        loss = reference.segmentation_loss(source)
        for name, p in reference.probabilities(target["inputs"]).items():  # eq. 4
            loss = loss + ADAPTATION[name] * target_loss(p)
        loss.backward()
        reference.sgd.step()

        assert_same(
            weights(model.backbone, model.decode_head, model.auxiliary_head),
            weights(reference.backbone, reference.heads["decode"], reference.heads["aux"]),
        )
    changed = [not torch.equal(a, b) for a, b in zip(before, weights(model.backbone), strict=True)]
    assert all(changed)


def information(p: torch.Tensor) -> torch.Tensor:
    return -(p * p.log()) / math.log(CLASSES)


def cross_entropy(z: torch.Tensor, label: int) -> torch.Tensor:
    return F.softplus(-z if label else z).mean()


def least_squares(z: torch.Tensor, label: int) -> torch.Tensor:
    return ((z - label) ** 2).mean()


ADAPTSEGNET = dict(type="AdaptSegNet")


@pytest.mark.parametrize(
    ("adaptation", "output_map", "domain_loss", "prior_weight"),
    [
        ([dict(type="AdvEnt")], information, cross_entropy, 0.0),
        ([dict(type="AdvEnt"), CLASS_PRIOR], information, cross_entropy, 0.5),
        ([ADAPTSEGNET], lambda p: p, cross_entropy, 0.0),
        ([ADAPTSEGNET | dict(objective="least_squares")], lambda p: p, least_squares, 0.0),
    ],
    ids=["AdvEnt", "AdvEnt + CP", "AdaptSegNet", "AdaptSegNet, least squares"],
)
def test_adversarial_methods_equal_the_equations(adaptation, output_map, domain_loss, prior_weight):
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=adaptation))
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    reference = Reference(model)
    discriminators = {
        name: reference_discriminator(model.adaptation[0].discriminators[name])
        for name in ("decode", "aux")
    }
    adam = torch.optim.Adam(
        [p for d in discriminators.values() for p in d.parameters()], lr=1e-4, betas=(0.9, 0.99)
    )
    wrapper = UDAOptimWrapperConstructor(
        dict(
            **sgd_wrapper_config(),
            discriminator=dict(optimizer=dict(type="Adam", lr=1e-4, betas=(0.9, 0.99))),
        ),
        PARAMWISE,
    )(model)

    for step in range(ITERATIONS):
        source = toy_batch(2 * step, SOURCE_SIZE, CLASSES)
        target = toy_batch(2 * step + 1, TARGET_SIZE)
        model.train_step({"source": source, "target": target}, wrapper)

        # eq. 9: the network; the statistics of the norms see each image once, so the maps are kept.
        reference.sgd.zero_grad()
        kept = {}
        original = reference.probabilities

        def remember(images, domain, kept=kept, original=original):
            kept[domain] = original(images)
            return kept[domain]

        reference.probabilities = lambda images: remember(images, "source")
        loss = reference.segmentation_loss(source)
        reference.probabilities = original
        maps = {}
        for name, p in remember(target["inputs"], "target").items():
            maps[name] = output_map(p)
            adversarial = domain_loss(discriminators[name](maps[name]), 1)
            loss = loss + ADAPTATION[name] * adversarial
            loss = loss + prior_weight / 0.001 * ADAPTATION[name] * class_prior(p)
        loss.backward()
        reference.sgd.step()

        # eq. 7: the discriminators, on the maps from before the step
        adam.zero_grad()
        loss = 0
        for name, discriminator in discriminators.items():
            of_source = output_map(kept["source"][name].detach())
            of_target = maps[name].detach()
            loss = loss + 0.5 * domain_loss(discriminator(of_source), 1)
            loss = loss + 0.5 * domain_loss(discriminator(of_target), 0)
        loss.backward()
        adam.step()

        assert_same(
            weights(model.backbone, model.decode_head, model.auxiliary_head),
            weights(reference.backbone, reference.heads["decode"], reference.heads["aux"]),
        )
        ours = model.adaptation[0].discriminators
        assert_same(weights(ours["decode"], ours["aux"]), weights(*discriminators.values()))
