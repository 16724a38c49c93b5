"""RetinaNet and FCOS, whose classes are not exclusive, through whole steps of the same methods."""

import math

import pytest
import torch
from mmengine.optim import OptimWrapper

from mmadvent.engine import UDAOptimWrapperConstructor
from tests.detection_toys import (
    SMALL_ADVENT,
    build_detector,
    domains,
    toy_batch,
    toy_fcos,
    toy_retinanet,
)
from tests.steps import step_of

CONFIGS = {"retinanet": toy_retinanet, "fcos": toy_fcos}


def bernoulli_entropies(scores: list[torch.Tensor]) -> torch.Tensor:
    p = torch.cat([score.flatten() for score in scores]).double().sigmoid()
    return -(p * p.log() + (1 - p) * (1 - p).log()) / math.log(2)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_minent_is_the_mean_bernoulli_entropy_of_all_scores(config):
    model = build_detector(config(adaptation=[dict(type="MinEnt", loss_weight=0.5)]))
    scores = []
    model.bbox_head.register_forward_hook(lambda head, inputs, out: scores.extend(out[0]))
    torch.manual_seed(1)
    target = model.target_forward(torch.randn(2, 3, 64, 80))
    losses = model.adaptation[0].target_losses(step_of(target))
    total = sum(value for key, value in losses.items() if "loss" in key).item()
    assert total == pytest.approx(0.5 * bernoulli_entropies(scores).mean().item(), rel=1e-5)


@pytest.mark.parametrize("loss_weight", [1e-9, 100.0])
def test_minent_lowers_the_entropy_of_the_target(loss_weight):
    model = build_detector(toy_retinanet(adaptation=[dict(type="MinEnt", loss_weight=loss_weight)]))
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-2))
    data = domains(0)
    logs = [model.train_step(data, wrapper) for _ in range(5)]
    for level in ("level_0", "level_1"):
        entropies = [log[f"minent.{level}.entropy"].item() for log in logs]
        # Left alone, it rises with the classifier's first steps away from its bias.
        assert entropies == sorted(entropies, reverse=loss_weight > 1)
        assert abs(entropies[-1] - entropies[0]) > 1e-5


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_steps_of_both_methods_then_detections(config):
    methods = [dict(type="MinEnt"), SMALL_ADVENT]
    model = build_detector(config(adaptation=methods))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimizers = UDAOptimWrapperConstructor(
        dict(
            optimizer=dict(type="SGD", lr=1e-3),
            discriminator=dict(optimizer=dict(type="Adam", lr=1e-3)),
        )
    )(model)
    for step in range(2):
        log = model.train_step(domains(step), optimizers)
        assert all(value.isfinite() for value in log.values())
    expected = {f"advent.level_{index}.loss_adv" for index in (0, 1)}
    assert expected | {"loss_cls", "loss_bbox", "minent.level_1.loss_ent"} <= set(log)
    after = model.state_dict()
    parts = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert parts == {"backbone", "neck", "bbox_head", "adaptation"}
    model.eval().bbox_head.test_cfg.score_thr = 0.0
    (sample,) = model.test_step(toy_batch(3))
    assert len(sample.pred_instances) > 0
    assert sample.pred_instances.bboxes.isfinite().all()
