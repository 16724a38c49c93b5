"""The detector: what it hands to the methods, how it weighs levels, what it refuses."""

import math
from pathlib import Path

import pytest
import torch
from mmengine.optim import OptimWrapper

from mmadvent.errors import InputError
from mmadvent.functional import entropy, self_information
from mmadvent.models import Step
from mmadvent.structures import DomainOutput
from tests.detection_toys import (
    CLASSES,
    SMALL_ADVENT,
    build_detector,
    domains,
    plain_ssd,
    toy_batch,
    toy_retinanet,
    toy_ssd,
)
from tests.steps import step_of

MINENT = dict(type="MinEnt", loss_weight=0.5)
IMAGES = torch.zeros(2, 3, 64, 80)
ANCHORS = (4 * 8 * 10, 6 * 4 * 5)


def target(model: torch.nn.Module, seed: int = 0):
    torch.manual_seed(seed)
    return model.target_forward(torch.randn_like(IMAGES))


def refusal(config: dict) -> str:
    with pytest.raises(InputError) as error:
        build_detector(config)
    return str(error.value)


def test_levels_weigh_as_much_as_their_anchors():
    output = target(build_detector(toy_ssd()))
    assert [x.level.name for x in output.levels] == ["level_0", "level_1"]
    assert [x.level.weight for x in output.levels] == [n / sum(ANCHORS) for n in ANCHORS]
    assert [x.mask for x in output.levels] == [None, None]
    assert output.images.shape == IMAGES.shape


def test_minent_is_the_mean_over_the_anchors_of_all_levels():
    model = build_detector(toy_ssd(adaptation=[MINENT]))
    output = target(model)
    losses = model.adaptation[0].target_losses(step_of(output))
    total = sum(value for key, value in losses.items() if "loss" in key)
    every = torch.cat([entropy(x.logits).flatten() for x in output.levels])
    assert len(every) == 2 * sum(ANCHORS)
    torch.testing.assert_close(total, 0.5 * every.mean())


@pytest.mark.parametrize("config", [toy_ssd, toy_retinanet])
def test_anchors_of_padding_do_not_count(config):
    model = build_detector(config(adaptation=[MINENT]))
    mask = torch.zeros(2, 64, 80, dtype=torch.bool)
    mask[0], mask[1, :32, :40] = True, True
    torch.manual_seed(0)
    output = model.target_forward(torch.randn_like(IMAGES), mask)
    assert output.mask is mask
    every, counted = [], []
    for level in output.levels:
        rows, columns = level.logits.shape[-2:]
        half = torch.zeros(rows, columns, dtype=torch.bool)
        half[: math.ceil(rows / 2), : math.ceil(columns / 2)] = True
        assert level.mask[0].all() and (level.mask[1] == half).all()
        every.append(entropy(level.logits)[level.mask])
        counted.append(level.mask.sum().item())
    weights = [float(x.level.weight) for x in output.levels]
    assert weights == pytest.approx([number / sum(counted) for number in counted])
    losses = model.adaptation[0].target_losses(step_of(output))
    total = sum(value for key, value in losses.items() if "loss" in key)
    torch.testing.assert_close(total, 0.5 * torch.cat(every).mean())


def test_given_weights_are_taken_as_they_are():
    output = target(build_detector(toy_ssd(level_weights=[0.25, 2])))
    assert [x.level.weight for x in output.levels] == [0.25, 2.0]


def test_a_level_of_weight_zero_is_left_out():
    model = build_detector(toy_ssd(adaptation=[SMALL_ADVENT, MINENT], level_weights=[0, 1]))
    output = target(model)
    assert [x.level.name for x in output.levels] == ["level_1"]
    assert list(model.adaptation[0].discriminators) == ["level_1"]
    losses = model.adaptation[1].target_losses(step_of(output))
    assert set(losses) == {"level_1.loss_ent", "level_1.entropy"}


@pytest.mark.parametrize("config", [toy_ssd, toy_retinanet])
def test_only_what_may_be_an_object_counts(config):
    threshold = 0.76 if config is toy_ssd else 0.01
    model = build_detector(config(adaptation=[MINENT], min_objectness=threshold))
    output = target(model)
    values, counted = [], []
    for level in output.levels:
        p = level.logits.softmax(1)
        if config is toy_ssd:
            mark = 1 - p[:, CLASSES] >= threshold
        else:
            anchors = p[:, 0].unflatten(1, (3, CLASSES))
            mark = (anchors >= threshold).any(2, keepdim=True).expand_as(anchors).flatten(1, 2)
        assert torch.equal(level.mask, mark)
        values.append(entropy(level.logits)[mark])
        counted.append(mark.sum().item())
    assert 0 < sum(counted) < sum(x.logits[:, 0].numel() for x in output.levels)
    assert [x.level.weight for x in output.levels] == [n / sum(counted) for n in counted]
    losses = model.adaptation[0].target_losses(step_of(output))
    total = sum(value for key, value in losses.items() if "loss" in key)
    torch.testing.assert_close(total, 0.5 * torch.cat(values).mean())


def test_where_nothing_counts_the_losses_are_zero():
    prior = dict(type="ClassPrior", prior=[0.2, 0.3, 0.5, 0.0], loss_weight=1.0)
    methods = [MINENT, dict(MINENT, top_ratio=0.3), prior, SMALL_ADVENT]
    model = build_detector(toy_ssd(adaptation=methods, min_objectness=0.5))
    for layers, anchors in zip(model.bbox_head.cls_convs, (4, 6), strict=True):
        layers[0].weight.data.zero_()
        layers[0].bias.data.view(anchors, CLASSES + 1)[:, CLASSES] = 20.0
    output = target(model)
    assert not any(x.mask.any() for x in output.levels)
    assert [x.level.weight for x in output.levels] == [0, 0]
    losses = [
        value
        for method in model.adaptation
        for key, value in method.target_losses(step_of(output)).items()
        if "loss" in key
    ]
    assert [loss.item() for loss in losses] == [0] * 8
    sum(losses).backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    assert len(gradients) > 0
    assert all(torch.equal(gradient, torch.zeros_like(gradient)) for gradient in gradients)


def test_discriminators_see_zero_where_a_position_does_not_count():
    seen = []
    model = build_detector(toy_ssd(adaptation=[SMALL_ADVENT], min_objectness=0.76))
    method = model.adaptation[0]
    for discriminator in method.discriminators.values():
        discriminator.forward = lambda x: seen.append(x) or x
    # The target's maps for both losses, then the source's.
    of_target, of_source = target(model, seed=0), target(model, seed=1)
    step = step_of(of_target, of_source)
    method.target_losses(step)
    method.discriminator_losses(step)
    for map_, output in zip(seen, (*of_target.levels, *of_source.levels), strict=True):
        n, c, a, h, w = output.logits.shape
        expected = self_information(output.logits).masked_fill(~output.mask[:, None], 0)
        assert 0 < output.mask.sum() < output.mask.numel()
        torch.testing.assert_close(map_, expected.reshape(n, c * a, h, w))


def test_source_outputs_come_without_a_graph_and_only_if_asked_for():
    model = build_detector(toy_ssd(adaptation=[SMALL_ADVENT]))
    batch = model.data_preprocessor(domains(0)["source"], training=True)
    arguments = dict(inputs=batch["inputs"], data_samples=batch["data_samples"])
    losses, output = model.source_forward(with_logits=True, **arguments)
    assert all(value.requires_grad for values in losses.values() for value in values)
    assert not any(x.logits.requires_grad for x in output.levels)
    assert [x.logits.shape[2:] for x in output.levels] == [(4, 9, 8), (6, 5, 4)]
    assert [len(boxes) for boxes in output.labels] == [
        len(sample.gt_instances) for sample in batch["data_samples"]
    ]
    assert model.source_forward(with_logits=False, **arguments)[1].levels == ()


@pytest.mark.parametrize("sizes", [(64, 64), (32, 32), (40, 56)])
def test_a_step_of_all_methods(sizes):
    prior = dict(type="ClassPrior", prior=[0.2, 0.2, 0.2, 0.4], loss_weight=0.1)
    model = build_detector(toy_ssd(adaptation=[MINENT, prior]))
    source, small = toy_batch(0, labeled=True, count=2), toy_batch(1, sizes)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-3))
    log = model.train_step({"source": source, "target": small}, wrapper)
    assert all(value.isfinite() for value in log.values())
    assert {"loss_cls", "minent.level_1.entropy", "classprior.level_0.shortfall"} <= set(log)
    parts = {
        name.split(".")[0]
        for name, value in model.state_dict().items()
        if not torch.equal(before[name], value)
    }
    assert parts == {"backbone", "neck", "bbox_head"}


def test_half_precision_is_finite():
    model = build_detector(toy_ssd(adaptation=[MINENT, SMALL_ADVENT], min_objectness=0.3))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        step = Step(model, target=DomainOutput(torch.randn_like(IMAGES)))
        losses, output = model(step=step, mode="target"), step.target
        assert output.levels[0].logits.dtype == torch.bfloat16
    sum(value for key, value in losses.items() if "loss" in key).backward()
    gradients = [p.grad for p in model.bbox_head.cls_convs.parameters()]
    assert all(gradient.isfinite().all() and gradient.any() for gradient in gradients)


def test_state_dict_has_upstreams_names():
    ours = build_detector(toy_ssd(adaptation=[SMALL_ADVENT])).state_dict()
    upstream = build_detector(plain_ssd()).state_dict()
    assert set(upstream) == {name for name in ours if not name.startswith("adaptation.")}


def test_no_module_of_a_method_carries_a_number_of_classes():
    # mmdet's NumClassCheckHook compares every module's attribute of that name with the data set's.
    prior = dict(type="ClassPrior", prior=[0.2, 0.2, 0.2, 0.4])
    model = build_detector(toy_ssd(adaptation=[MINENT, SMALL_ADVENT, prior]))
    assert not any(hasattr(module, "num_classes") for module in model.adaptation.modules())


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.2, 0.1], []])
def test_one_weight_a_level(weights):
    assert refusal(toy_ssd(level_weights=weights)) == (
        f"model.level_weights must have one weight for each of the 2 levels of the head, "
        f"got {weights}"
    )


def test_weights_of_levels_are_checked():
    assert refusal(toy_ssd(level_weights=[1.0, -0.2])) == (
        "model.level_weights must be a finite number >= 0, got -0.2"
    )
    assert refusal(toy_ssd(level_weights=[0, 0], adaptation=[MINENT])) == (
        "model.level_weights must leave a level to adapt, got 0 for level_0, level_1"
    )


@pytest.mark.parametrize("value", [1, 1.0, -0.1, math.nan, True, "0.5", None])
def test_objectness_is_checked(value):
    assert refusal(toy_ssd(min_objectness=value)) == (
        f"model.min_objectness must be in [0, 1), got {value!r}"
    )


def test_prior_without_the_background_is_refused():
    prior = dict(type="ClassPrior", prior=[0.2, 0.3, 0.5])
    assert refusal(toy_ssd(adaptation=[prior])) == (
        "ClassPrior.prior must have one share for each of the 4 classes of 'level_0' "
        "(in a detector the background is one), got 3"
    )


def test_weights_that_cannot_be_fetched(tmp_path: Path):
    config = toy_ssd()
    path = str(tmp_path / "weights.pth")
    config.backbone.init_cfg = dict(type="Pretrained", checkpoint=path)
    sentence = refusal(config)
    assert sentence.startswith(f"the initial weights '{path}' cannot be fetched (")


def test_a_method_that_needs_pseudo_labels_is_refused():
    with pytest.raises(InputError) as error:
        build_detector(toy_ssd(adaptation=[dict(type="PseudoLabel")]))
    assert str(error.value) == (
        "PseudoLabel needs a model that reads pseudo-labels, such as DomainAdaptSegmentor, got "
        "DomainAdaptDetector"
    )
