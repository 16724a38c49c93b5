"""AdaBN: the target's norm statistics, at no cost but a pass without a graph."""

import math

import pytest
import torch
from mmengine.optim import OptimWrapper
from torch import nn

from mmadvent.errors import InputError
from mmadvent.models import AdaBN
from tests.parity.segmentation.step_reference import as_double, assert_same
from tests.toys import build_segmentor, toy_batch, toy_segmentor

CLASSES = 5


def segmentor(*adaptation: dict, norm_eval: bool = False) -> nn.Module:
    config = toy_segmentor(CLASSES, adaptation=list(adaptation))
    config.backbone.norm_eval = norm_eval
    model = build_segmentor(config).double()
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    return model


def sgd(model: nn.Module) -> OptimWrapper:
    return OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9))


def domains(seed: int) -> dict:
    source = toy_batch(seed, (64, 72), CLASSES, count=2)
    return {"source": source, "target": toy_batch(seed + 100, (72, 64), count=2)}


def test_it_is_a_minent_of_no_weight():
    """The control that it stands in for, which pays for a graph."""
    models = segmentor(dict(type="AdaBN")), segmentor(dict(type="MinEnt", loss_weight=1e-12))
    optimizers = [sgd(model) for model in models]
    for step in range(5):
        for model, optimizer in zip(models, optimizers, strict=True):
            model.train_step(domains(step), optimizer)
        assert_same(*(list(model.state_dict().values()) for model in models))
    source_only = segmentor()
    optimizer = sgd(source_only)
    for step in range(5):
        source_only.train_step(domains(step), optimizer)
    ours, other = models[0].state_dict(), source_only.state_dict()
    for name, value in ours.items():
        if "running" in name or "num_batches" in name:
            assert not torch.equal(value, other[name]), name
        else:  # in training mode the statistics do not reach the weights
            torch.testing.assert_close(value, other[name], rtol=1e-9, atol=1e-12)


def test_the_target_has_no_graph(monkeypatch):
    seen = []
    losses = AdaBN.target_losses

    def watched(self, step):
        seen.extend(level.logits.requires_grad for level in step.target.levels)
        return losses(self, step)

    monkeypatch.setattr(AdaBN, "target_losses", watched)
    model = segmentor(dict(type="AdaBN"))
    log = model.train_step(domains(0), sgd(model))
    assert seen == [False, False]
    assert not any(log[f"adabn.{name}.entropy"].requires_grad for name in ("decode", "aux"))


def test_beside_a_loss_its_log_keeps_no_graph():
    model = segmentor(dict(type="AdaBN"), dict(type="MinEnt", loss_weight=0.1))
    log = model.train_step(domains(0), sgd(model))
    for name in ("decode", "aux"):
        assert not log[f"adabn.{name}.entropy"].requires_grad
        torch.testing.assert_close(log[f"adabn.{name}.entropy"], log[f"minent.{name}.entropy"])


def test_where_norms_do_not_move_it_is_training_on_the_source_alone():
    models = segmentor(dict(type="AdaBN"), norm_eval=True), segmentor(norm_eval=True)
    optimizers = [sgd(model) for model in models]
    for step in range(5):
        for model, optimizer in zip(models, optimizers, strict=True):
            model.train_step(domains(step), optimizer)
    ours, source_only = (model.state_dict() for model in models)
    assert ours.keys() == source_only.keys()
    assert all(torch.equal(value, source_only[name]) for name, value in ours.items())


def test_running_statistics_are_those_of_both_domains():
    """Of the first norm: exponential averages of its inputs' moments, source then target."""
    model = segmentor(dict(type="AdaBN"))
    norm = next(module for module in model.modules() if isinstance(module, nn.BatchNorm2d))
    inputs = []
    norm.register_forward_pre_hook(lambda _, arguments: inputs.append(arguments[0].detach()))
    optimizer = sgd(model)
    mean, var = norm.running_mean.clone(), norm.running_var.clone()
    for step in range(3):
        inputs.clear()
        model.train_step(domains(step), optimizer)
        assert [x.shape[2:] for x in inputs] == [(32, 36), (36, 32)]  # the source, the target
        for x in inputs:
            values = x.transpose(0, 1).flatten(1)
            count = values.shape[1]
            of_batch = values.sum(dim=1) / count
            squares = ((values - of_batch[:, None]) ** 2).sum(dim=1) / (count - 1)
            mean = 0.9 * mean + 0.1 * of_batch
            var = 0.9 * var + 0.1 * squares
        torch.testing.assert_close(norm.running_mean, mean, rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(norm.running_var, var, rtol=1e-9, atol=1e-12)
    assert norm.num_batches_tracked == 6


def test_alone_it_moves_nothing_but_the_statistics():
    model = segmentor(dict(type="AdaBN"))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    log = model.train_step({"target": domains(0)["target"]}, sgd(model))
    assert set(log) == {"adabn.decode.entropy", "adabn.aux.entropy"}
    for name, value in model.state_dict().items():
        moved = not torch.equal(value, before[name])
        assert moved == ("running" in name or "num_batches" in name), name


def test_the_entropy_of_each_level_is_logged():
    model = segmentor(dict(type="AdaBN"))
    batch = domains(0)["target"]
    images = model.data_preprocessor(batch, training=True)["inputs"]
    with torch.no_grad():
        levels = model.target_forward(images).levels
    log = model.train_step({"target": batch}, sgd(model))
    for level in levels:
        p = level.upsampled().softmax(dim=1)
        expected = (-(p * p.log()).sum(dim=1) / math.log(CLASSES)).mean()
        found = log[f"adabn.{level.level.name}.entropy"]
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    "norm", [nn.Identity(), nn.GroupNorm(2, 8), nn.InstanceNorm2d(8)], ids=["none", "GN", "IN"]
)
def test_a_network_without_running_statistics_is_refused(norm):
    with pytest.raises(InputError) as error:
        AdaBN().build(nn.Sequential(nn.Conv2d(3, 8, 3), norm), [])
    assert str(error.value) == (
        "AdaBN needs a network with norms that keep running statistics, such as BN, got none"
    )
