"""The shared training step: what it calls, what it logs, what it leaves alone."""

import copy

import pytest
import torch
from mmengine.optim import OptimWrapper
from mmseg.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.models import Adaptation
from tests.parity.segmentation.step_reference import as_double
from tests.toys import build_segmentor, toy_batch, toy_optimizers, toy_segmentor

CLASSES = 5
MINENT = dict(type="MinEnt", loss_weight=0.1)
ADVENT = dict(
    type="AdvEnt",
    loss_weight=0.1,
    discriminator=dict(type="SelfInfoDiscriminator", base_channels=4),
)


@MODELS.register_module()
class RecordingMethod(Adaptation):
    """A method as a user might write it, registered in mmseg's registry."""

    def target_losses(self, step):
        self.target_had_graph = all(x.upsampled().requires_grad for x in step.target.levels)
        return {"loss_mean": 0.01 * step.target.levels[0].upsampled().square().mean()}

    def after_step(self, step):
        self.seen = step
        self.weights = copy.deepcopy(step.network.state_dict())


@MODELS.register_module()
class RecordingMethodWithSource(RecordingMethod):
    needs_source = True


def domains(seed: int) -> dict:
    source = toy_batch(seed, (64, 72), CLASSES, count=2)
    return {"source": source, "target": toy_batch(seed + 100, (64, 64))}


def sgd(model: torch.nn.Module) -> OptimWrapper:
    return OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9))


def with_dropout() -> dict:
    head = dict(type="FCNHead", in_channels=32, channels=8, num_convs=1, dropout_ratio=0.5)
    loss = dict(type="CrossEntropyLoss", avg_non_ignore=True, loss_weight=0.4)
    return dict(head, in_index=0, num_classes=CLASSES, loss_decode=loss, norm_cfg=dict(type="BN"))


@pytest.mark.parametrize(
    "adaptation", [[], [dict(MINENT, loss_weight=0), dict(ADVENT, loss_weight=0)]]
)
def test_without_an_active_method_it_is_upstreams_training(adaptation):
    config = toy_segmentor(CLASSES, auxiliary_head=with_dropout())
    ours = build_segmentor(config | dict(adaptation=adaptation))
    upstream = build_segmentor(config | dict(type="EncoderDecoder"))
    names = list(upstream.state_dict())
    upstream.load_state_dict({name: ours.state_dict()[name] for name in names})
    before = copy.deepcopy(upstream.state_dict())
    logs = []
    for model in (ours, upstream):
        model.double()  # in float32 they differ by rounding
        model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
        optimizer = sgd(model)
        torch.manual_seed(1)  # of the dropout
        for step in range(3):
            batch = domains(step)
            data = batch if model is ours else batch["source"]
            log = model.train_step(data, optimizer)
        logs.append({key: value.item() for key, value in log.items()})
    assert logs[0] == pytest.approx(logs[1], rel=1e-6)  # upstream adds 1.2e-7 to the pixels
    for name in names:
        ours_now, theirs = ours.state_dict()[name], upstream.state_dict()[name]
        torch.testing.assert_close(ours_now, theirs, rtol=1e-6, atol=1e-9)
    assert any(not torch.equal(before[name], upstream.state_dict()[name]) for name in names)


@pytest.mark.parametrize(
    ("adaptation", "network", "discriminator"),
    [([], 1, 0), ([MINENT], 2, 0), ([ADVENT], 2, 2), ([MINENT, ADVENT], 2, 2)],
)
def test_number_of_forwards(adaptation, network, discriminator):
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=adaptation))
    calls = {}
    watched = {"backbone": model.backbone, "decode": model.decode_head, "aux": model.auxiliary_head}
    for method in model.adaptation:
        watched |= {f"D.{name}": module for name, module in method.discriminators.items()}
    for name, module in watched.items():
        counted = _counting(module.forward, calls, name)
        module.forward = counted
    optimizer = toy_optimizers(model) if discriminator else sgd(model)
    model.train_step(domains(0), optimizer)
    expected = dict.fromkeys(("backbone", "decode", "aux"), network)
    if discriminator:  # the target, for both losses, and the source
        expected |= dict.fromkeys(("D.decode", "D.aux"), discriminator)
    assert calls == expected


def _counting(forward, calls, name):
    def counted(*args, **kwargs):
        calls[name] = calls.get(name, 0) + 1
        return forward(*args, **kwargs)

    return counted


def test_two_methods_log_distinct_keys_and_one_total():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[MINENT, ADVENT]))
    log = model.train_step(domains(0), toy_optimizers(model))
    supervised = {f"{head}.{key}" for head in ("decode", "aux") for key in ("loss_ce", "acc_seg")}
    minent = {
        f"minent.{head}.{key}" for head in ("decode", "aux") for key in ("loss_ent", "entropy")
    }
    advent = {
        f"advent.{head}.{key}"
        for head in ("decode", "aux")
        for key in ("loss_adv", "entropy", "loss_dis", "acc_dis")
    }
    assert set(log) == supervised | minent | advent | {"loss", "loss_discriminator"}
    network = [v for k, v in log.items() if k.endswith(("loss_ce", "loss_ent", "loss_adv"))]
    torch.testing.assert_close(log["loss"], sum(network))
    discriminators = [v for k, v in log.items() if k.endswith("loss_dis")]
    torch.testing.assert_close(log["loss_discriminator"], sum(discriminators))
    torch.testing.assert_close(log["minent.decode.entropy"], log["advent.decode.entropy"])


def test_twins_are_told_apart_by_their_place():
    both = [dict(MINENT, top_ratio=0.3), MINENT]
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=both))
    log = model.train_step(domains(0), sgd(model))
    assert log["minent_0.decode.entropy"] > log["minent_1.decode.entropy"]


@pytest.mark.parametrize("method", [RecordingMethod, RecordingMethodWithSource])
def test_a_users_method_is_found_and_called_after_the_step(method):
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[dict(type=method.__name__)]))
    before = copy.deepcopy(model.state_dict())
    log = model.train_step(domains(0), sgd(model))
    prefix = method.__name__.lower()
    assert f"{prefix}.loss_mean" in log
    recorder = model.adaptation[0]
    step = recorder.seen
    source, target = step.source, step.target
    assert step.network is model
    assert step.stepped
    assert recorder.target_had_graph
    assert target.images.shape == (1, 3, 64, 64)
    assert [x.level.name for x in target.levels] == ["decode", "aux"]
    assert [x.upsampled().shape for x in target.levels] == [(1, CLASSES, 64, 64)] * 2
    assert not any(x.upsampled().requires_grad for x in target.levels)
    assert source.images.shape == (2, 3, 64, 72)
    assert source.labels.shape == (2, 64, 72)
    assert {*source.labels.unique().tolist()} == {*range(CLASSES), 255}
    if method.needs_source:
        assert not any(x.upsampled().requires_grad for x in source.levels)
    else:
        assert source.levels == ()
    after = model.state_dict()
    assert all(torch.equal(recorder.weights[name], after[name]) for name in after)
    assert any(not torch.equal(before[name], after[name]) for name in after)


def test_leaving_every_level_out_is_refused():
    with pytest.raises(InputError) as error:
        build_segmentor(toy_segmentor(CLASSES, adaptation=[MINENT], level_weights=[0, 0]))
    assert str(error.value) == (
        "model.level_weights must leave a level to adapt, got 0 for decode, aux"
    )
    build_segmentor(toy_segmentor(CLASSES, level_weights=[0, 0]))


def test_the_class_prior_goes_with_the_other_methods():
    prior = dict(type="ClassPrior", prior=[0.2] * CLASSES, relaxation=1.0, loss_weight=0.1)
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[MINENT, ADVENT, prior]))
    log = model.train_step(domains(0), toy_optimizers(model))
    assert {"classprior.decode.loss_prior", "classprior.aux.shortfall"} <= set(log)
    network = ("loss_ce", "loss_ent", "loss_adv", "loss_prior")
    torch.testing.assert_close(
        log["loss"], sum(value for key, value in log.items() if key.endswith(network))
    )


def test_discriminators_without_an_optimizer_are_refused():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[ADVENT]))
    with pytest.raises(InputError) as error:
        model.train_step(domains(0), sgd(model))
    assert str(error.value) == (
        "an adaptation with discriminators needs an optimizer for them: set "
        "optim_wrapper.discriminator=dict(optimizer=...)"
    )


@MODELS.register_module()
class AsksForFurtherPasses(Adaptation):
    """Looks at both domains, runs a pass of its own, and notes what it saw when."""

    def __init__(self, weight: float = 1.0, active: bool = True) -> None:
        super().__init__()
        self.weight, self.active = weight, active
        self.seen: list[tuple] = []

    def further_losses(self, step):
        step.notes(self)["handed on"] = step.iteration
        images = step.source.images[:1, :, :64, :64] + step.target.images
        output = step.forward(images)
        self.seen.append(("further", step.target.levels == (), step.stepped))
        return {"loss_far": self.weight * output.levels[0].upsampled().square().mean()}

    def after_step(self, step):
        handed_on = step.notes(self).get("handed on") == step.iteration
        self.seen.append(("after", handed_on, step.stepped))


def further(**arguments) -> dict:
    return dict(type="AsksForFurtherPasses", **arguments)


def gradients_of(adaptation: list[dict]) -> dict[str, torch.Tensor]:
    """The network's gradients of one step, which no optimizer uses."""
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=adaptation)).double()
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    optimizer = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.0), accumulative_counts=2)
    model.train_step(domains(0), optimizer)
    network = {k: p.grad for k, p in model.named_parameters() if p.grad is not None}
    return {name: gradient for name, gradient in network.items() if "adaptation" not in name}


def test_the_gradients_of_all_passes_add_up():
    source, weak, strong = (
        gradients_of(methods) for methods in ([], [further(weight=0.5)], [further(weight=1.0)])
    )
    assert source.keys() == weak.keys() == strong.keys()
    for name, gradient in source.items():
        of_pass = strong[name] - gradient
        torch.testing.assert_close(weak[name] - gradient, 0.5 * of_pass, rtol=1e-9, atol=1e-12)
    assert any((strong[name] - source[name]).abs().max() > 1e-6 for name in source)


def test_a_method_without_target_losses_costs_no_pass_over_the_target():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[further()]))
    calls = {}
    model.backbone.forward = _counting(model.backbone.forward, calls, "backbone")
    log = model.train_step(domains(0), sgd(model))
    assert calls == {"backbone": 2}  # the source and the mixed images
    assert model.adaptation[0].seen == [("further", True, False), ("after", True, True)]
    torch.testing.assert_close(
        log["loss"], sum(value for key, value in log.items() if ".loss_" in key)
    )


def test_under_accumulation_a_method_is_told_when_the_optimizer_has_stepped():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[further(), MINENT]))
    optimizer = OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-2), accumulative_counts=3)
    for step in range(6):
        model.train_step(domains(step), optimizer)
    stepped = [seen[2] for seen in model.adaptation[0].seen if seen[0] == "after"]
    assert stepped == [False, False, True] * 2


def test_an_inactive_method_is_asked_nothing():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[further(active=False), MINENT]))
    model.train_step(domains(0), sgd(model))
    assert model.adaptation[0].seen == []


def test_the_source_may_be_absent():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[MINENT]))
    log = model.train_step({"target": domains(0)["target"]}, sgd(model))
    assert set(log) == {"loss"} | {
        f"minent.{head}.{key}" for head in ("decode", "aux") for key in ("loss_ent", "entropy")
    }


def test_a_method_that_needs_the_absent_source_is_named():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[ADVENT]))
    with pytest.raises(InputError) as error:
        model.train_step({"target": domains(0)["target"]}, toy_optimizers(model))
    assert str(error.value) == "AdvEnt needs a source, got the target alone"


def test_other_methods_can_take_over():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[ADVENT]))
    model.replace_adaptation([MINENT])
    assert [type(method).__name__ for method in model.adaptation] == ["MinEnt"]
    assert "minent.aux.loss_ent" in model.train_step(domains(0), sgd(model))


def test_a_copy_of_the_network_has_no_methods_and_no_shared_weights():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[ADVENT]))
    copied = model.copy_of_network()
    assert len(model.adaptation) == 1 and len(copied.adaptation) == 0
    names = [name for name in model.state_dict() if not name.startswith("adaptation.")]
    assert list(copied.state_dict()) == names
    pairs = [(copied.state_dict()[name], model.state_dict()[name]) for name in names]
    assert all(torch.equal(a, b) and a.data_ptr() != b.data_ptr() for a, b in pairs)
