"""Whole steps against straight-line steps written from the paper, over upstream's own SSD."""

import copy
import math

import pytest
import torch
import torch.nn.functional as F
from mmengine.optim import OptimWrapper
from torch import nn

from mmadvent.engine import UDAOptimWrapperConstructor
from tests.detection_toys import CLASSES, build_detector, domains, plain_ssd, toy_ssd

ANCHORS = (4, 6)
WEIGHT = 0.1
ITERATIONS = 5
SGD = dict(lr=1e-4, momentum=0.9, weight_decay=5e-4)
ADAM = dict(lr=1e-3, betas=(0.9, 0.99))


class Reference:
    """Upstream's detector, whose scores are kept when it computes its loss."""

    def __init__(self, ours: nn.Module) -> None:
        self.detector = build_detector(plain_ssd())
        names = self.detector.state_dict()
        self.detector.load_state_dict({name: ours.state_dict()[name] for name in names})
        self.detector.bbox_head.register_forward_hook(self._keep)
        self.sgd = torch.optim.SGD(self.detector.parameters(), **SGD)

    def _keep(self, head, inputs, outputs) -> None:
        self.scores = outputs[0]

    def probabilities(self) -> list[torch.Tensor]:
        """(N, h, w, A, C + 1) of each level, from the scores of the last forward."""
        shaped = []
        for score, anchors in zip(self.scores, ANCHORS, strict=True):
            last = score.permute(0, 2, 3, 1)
            shaped.append(last.reshape(*last.shape[:3], anchors, CLASSES + 1).softmax(-1))
        return shaped

    def supervised_loss(self, batch: dict) -> torch.Tensor:
        data = self.detector.data_preprocessor(batch, training=True)
        losses = self.detector.loss(data["inputs"].double(), data["data_samples"])
        return sum(sum(values) for values in losses.values())

    def look_at(self, batch: dict) -> None:
        data = self.detector.data_preprocessor(batch, training=True)
        self.detector.bbox_head(self.detector.extract_feat(data["inputs"].double()))


def adapting(method: dict) -> nn.Module:
    model = build_detector(toy_ssd(adaptation=[method]))
    forward = model.data_preprocessor.forward

    def as_double(data, training=False):
        data = forward(data, training)
        return dict(data, inputs=data["inputs"].double())

    model.data_preprocessor.forward = as_double
    return model


def assert_same(ours: dict, reference: dict) -> None:
    assert len(reference) > 0
    for name, value in reference.items():
        # The absolute part is for weights that happen to be nearly 0.
        torch.testing.assert_close(
            ours[name], value, rtol=1e-9, atol=1e-12, msg=lambda m, n=name: f"{n}: {m}"
        )


@pytest.fixture
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.usefixtures("double_precision")
def test_minent_equals_the_equations():
    model = adapting(dict(type="MinEnt", loss_weight=WEIGHT))
    reference = Reference(model)
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), **SGD))
    before = copy.deepcopy(model.state_dict())
    for step in range(ITERATIONS):
        batch = domains(step)
        model.train_step(batch, wrapper)

        reference.sgd.zero_grad()
        loss = reference.supervised_loss(batch["source"])
        reference.look_at(batch["target"])
        # Eq. 2-4, the mean over the anchors of all levels.
        p = torch.cat([values.flatten(1, 3) for values in reference.probabilities()], dim=1)
        loss = loss + WEIGHT * (-(p * p.log()).sum(-1) / math.log(CLASSES + 1)).mean()
        loss.backward()
        reference.sgd.step()
        assert_same(model.state_dict(), reference.detector.state_dict())
    trained = [name for name, _ in model.named_parameters()]
    assert not any(torch.equal(before[name], model.state_dict()[name]) for name in trained)


def reference_discriminators(ours: nn.ModuleDict) -> dict[str, nn.Sequential]:
    """A logit for every 32 pixels, from maps whose positions are 8 and 16 pixels apart."""
    made = {}
    for level, halvings in (("level_0", 2), ("level_1", 1)):
        widths = [ANCHORS[2 - halvings] * (CLASSES + 1), 64, 128, 256, 512, 1]
        layers: list[nn.Module] = []
        for index in range(5):
            size, stride = (4, 2) if index < halvings else (3, 1)
            layers += [nn.Conv2d(widths[index], widths[index + 1], size, stride, 1)]
            layers += [nn.LeakyReLU(0.2)] if index < 4 else []
        made[level] = nn.Sequential(*layers)
        pairs = zip(made[level].parameters(), ours[level].parameters(), strict=True)
        for mine, theirs in pairs:
            mine.data.copy_(theirs.data)
    return made


def information_maps(probabilities: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """Self-information as images: the anchors of a class are channels side by side."""
    maps = {}
    for index, p in enumerate(probabilities):
        information = -(p * p.log()) / math.log(CLASSES + 1)
        maps[f"level_{index}"] = information.permute(0, 4, 3, 1, 2).flatten(1, 2)
    return maps


def domain_loss(z: torch.Tensor, label: int) -> torch.Tensor:
    return F.softplus(-z if label else z).mean()


@pytest.mark.usefixtures("double_precision")
def test_advent_equals_the_equations():
    model = adapting(dict(type="AdvEnt", loss_weight=WEIGHT))
    reference = Reference(model)
    discriminators = reference_discriminators(model.adaptation[0].discriminators)
    adam = torch.optim.Adam([p for d in discriminators.values() for p in d.parameters()], **ADAM)
    wrapper = UDAOptimWrapperConstructor(
        dict(
            optimizer=dict(type="SGD", **SGD),
            discriminator=dict(optimizer=dict(type="Adam", **ADAM)),
        )
    )(model)
    for step in range(ITERATIONS):
        batch = domains(step)
        model.train_step(batch, wrapper)

        # eq. 9: the network; a level counts as its share of all anchors
        reference.sgd.zero_grad()
        loss = reference.supervised_loss(batch["source"])
        of_source = information_maps(reference.probabilities())
        reference.look_at(batch["target"])
        probabilities = reference.probabilities()
        of_target = information_maps(probabilities)
        anchors = [p[..., 0].numel() for p in probabilities]
        for (name, discriminator), number in zip(discriminators.items(), anchors, strict=True):
            share = number / sum(anchors)
            loss = loss + WEIGHT * share * domain_loss(discriminator(of_target[name]), 1)
        loss.backward()
        reference.sgd.step()

        # eq. 7: the discriminators, on the maps from before the step
        adam.zero_grad()
        loss = 0
        for name, discriminator in discriminators.items():
            loss = loss + 0.5 * domain_loss(discriminator(of_source[name].detach()), 1)
            loss = loss + 0.5 * domain_loss(discriminator(of_target[name].detach()), 0)
        loss.backward()
        adam.step()

        assert_same(model.state_dict(), reference.detector.state_dict())
        for name, discriminator in discriminators.items():
            ours = list(model.adaptation[0].discriminators[name].parameters())
            theirs = list(discriminator.parameters())
            assert_same(dict(enumerate(ours)), dict(enumerate(theirs)))


@pytest.mark.parametrize("head", ["SSDEntropyHead", "SSDHead"])
@pytest.mark.parametrize(
    "adaptation",
    [
        [],
        [
            dict(type="MinEnt", loss_weight=0),
            dict(type="AdvEnt", loss_weight=0),
            dict(type="ClassPrior", prior=[0.1, 0.1, 0.1, 0.7], loss_weight=0),
        ],
    ],
)
def test_without_an_active_method_it_is_upstreams_training(head, adaptation):
    config = toy_ssd(adaptation=adaptation, min_objectness=0.3)
    config.bbox_head.type = head
    ours, upstream = build_detector(config), build_detector(plain_ssd())
    names = list(upstream.state_dict())
    upstream.load_state_dict({name: ours.state_dict()[name] for name in names})
    before = copy.deepcopy(upstream.state_dict())
    logs = []
    for model in (ours, upstream):
        wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9))
        for step in range(4):
            batch = domains(step)
            log = model.train_step(batch if model is ours else batch["source"], wrapper)
        logs.append({key: value.item() for key, value in log.items()})
    assert logs[0] == logs[1]
    for name in names:
        assert torch.equal(ours.state_dict()[name], upstream.state_dict()[name]), name
    assert any(not torch.equal(before[name], upstream.state_dict()[name]) for name in names)
