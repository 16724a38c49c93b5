"""The reference computes what ours computes."""

import copy

import pytest
import torch
import torch.nn.functional as F

from benchmarks.speed.ours import CLASSES, batches, given_logits_model, labels_of, source_sample
from benchmarks.speed.released import esl, losses
from benchmarks.speed.released.step import AdvEntStep
from benchmarks.speed.suite import discriminators, passes, step
from benchmarks.speed.suite.discriminators import our_method, released_judges
from mmadvent.functional import domain_loss, self_information
from mmadvent.models import Step
from mmadvent.structures import DomainOutput
from tests.parity.segmentation.step_reference import as_double

SIZE = (40, 56)


def low_logits() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return (3 * torch.randn(1, CLASSES, 6, 8, generator=generator)).requires_grad_()


def assert_same_gradient(ours, reference, leaf):
    torch.testing.assert_close(ours, reference)
    (mine,) = torch.autograd.grad(ours, leaf)
    (other,) = torch.autograd.grad(reference, leaf)
    assert other.abs().sum() > 0
    torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-8)


def test_supervised_loss():
    labels = labels_of(SIZE, torch.Generator().manual_seed(1))
    labels[:, :8] = 255
    model, logits = given_logits_model([]), low_logits()
    model.backbone.maps = (logits,)
    ours, _ = model.source_forward(
        inputs=torch.zeros(1, 3, *SIZE), data_samples=[source_sample(labels)], with_logits=False
    )
    reference = losses.cross_entropy(losses.upsample_logits(logits, SIZE), labels[None])
    assert_same_gradient(ours["decode.loss_ce"], reference, logits)


def test_entropy_loss():
    model, logits = given_logits_model([dict(type="MinEnt", loss_weight=1.0)]), low_logits()
    model.backbone.maps = (logits,)
    images = torch.zeros(1, 3, *SIZE)
    ours = model(step=Step(model, target=DomainOutput(images)), mode="target")
    reference = losses.entropy(losses.upsample_logits(logits, SIZE).softmax(dim=1))
    assert_same_gradient(ours["minent.decode.loss_ent"], reference, logits)


def test_self_information():
    logits = low_logits()
    ours = self_information(logits).square().sum()
    reference = losses.self_information(logits.softmax(dim=1)).square().sum()
    assert_same_gradient(ours, reference, logits)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_domain_loss(label):
    logits = torch.linspace(-3, 3, 7).requires_grad_()
    assert_same_gradient(domain_loss(logits, label), losses.domain_loss(logits, label), logits)


@pytest.fixture
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def test_discriminators():
    method, judges = our_method(4), released_judges(4)
    for name, ours in method.discriminators.items():
        judge = judges[discriminators.NAMES[name]]
        for mine, other in zip(ours.parameters(), judge.parameters(), strict=True):
            other.data.copy_(mine.data)
    sizes = discriminators.QUICK
    source, target = discriminators.logits_of(sizes)
    discriminators.ours(method, (source, target), sizes, best=False)()
    parameters = list(method.discriminators.parameters())
    leaves = [*target.values()]
    mine = [tensor.grad.clone() for tensor in (*parameters, *leaves)]
    discriminators.released(judges, (source, target), sizes)()
    others = [p.grad for name in method.discriminators for p in judges[_other(name)].parameters()]
    for ours, reference in zip(mine, [*others, *(leaf.grad for leaf in leaves)], strict=True):
        torch.testing.assert_close(ours, reference, rtol=1e-3, atol=1e-7)


def test_whole_steps(double_precision):
    model, optimizers = step.our_model(quick=True, best=False)
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    reference = step.released_step(quick=True)
    reference.network.copy_weights(model)
    judges = model.adaptation[0].discriminators
    for name, judge in judges.items():
        reference.judges[_other(name)].load_state_dict(
            _renamed(judge, reference.judges[_other(name)])
        )
    reference = AdvEntStep(reference.network, reference.judges)
    before = copy.deepcopy(model)
    data = batches(*step.QUICK)
    images = [
        model.data_preprocessor(copy.deepcopy(data[domain]), training=True)["inputs"]
        for domain in ("source", "target")
    ]
    labels = data["source"]["data_samples"][0].gt_sem_seg.data
    for _ in range(2):
        model.train_step(copy.deepcopy(data), optimizers)
        reference(images[0], labels, images[1])
    pairs = {
        "backbone": (model.backbone, before.backbone, reference.network.backbone),
        "main": (model.decode_head, before.decode_head, reference.network.main),
        "aux": (model.auxiliary_head, before.auxiliary_head, reference.network.aux),
    }
    for name in judges:
        parts = (judges[name], before.adaptation[0].discriminators[name])
        pairs[f"judge of {name}"] = (*parts, reference.judges[_other(name)])
    for name, (ours, start, other) in pairs.items():
        mine, first, theirs = (
            torch.cat([p.flatten() for p in module.state_dict().values()])
            for module in (ours, start, other)
        )
        moved = (mine - first).norm()
        assert moved > 0, name
        assert (mine - theirs).norm() < 1e-9 * moved, name


def test_esl_thresholds_differ_by_a_bin_at_most():
    size, count = (24, 32), 3
    ours = passes.our_thresholds(count, size)()
    reference = passes.released_thresholds(count, size)()
    assert (reference > esl.FLOOR).any()
    assert abs(ours - reference).max() < 2**-16 + 1e-6


def test_upsampling_aligns_the_corners():
    logits = torch.tensor([[[[0.0, 3.0]]]])
    torch.testing.assert_close(
        losses.upsample_logits(logits, (1, 4)), torch.tensor([[[[0.0, 1.0, 2.0, 3.0]]]])
    )


def test_saturated_probabilities_have_a_finite_entropy():
    p = F.one_hot(torch.tensor([0]), 3).float().view(1, 3, 1, 1)
    assert losses.self_information(p).abs().max() == 0


def _renamed(module: torch.nn.Module, like: torch.nn.Module) -> dict[str, torch.Tensor]:
    return dict(zip(like.state_dict(), module.state_dict().values(), strict=True))


def _other(name: str) -> str:
    return discriminators.NAMES[name]
