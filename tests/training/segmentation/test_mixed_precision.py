"""Half precision with both optimizers: what stays in float32, and what scaling a loss changes."""

import copy
from collections.abc import Callable

import pytest
import torch
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from mmadvent.functional import (
    SOURCE_LABEL,
    class_prior_loss,
    domain_loss,
    entropy,
    pseudo_label_loss,
    self_information,
)
from mmadvent.models.losses import ClassPriorLoss, EntropyLoss
from tests.steps import step_of
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers, toy_segmentor
from tests.training.segmentation.amp_stand_in import offer_amp

CLASSES = 5
PRIOR = [0.5, 0.2, 0.15, 0.1, 0.05]
LABELS = torch.randint(0, CLASSES, (2, 6, 7), generator=torch.Generator().manual_seed(1))
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "self-information": self_information,
    "entropy": entropy,
    "class prior": lambda logits: class_prior_loss(logits, PRIOR, 1.0),
    "pseudo-labels": lambda logits: pseudo_label_loss(logits, LABELS),
    "domain, cross-entropy": lambda logits: domain_loss(logits, SOURCE_LABEL),
    "domain, least squares": lambda logits: domain_loss(logits, SOURCE_LABEL, "least_squares"),
    "EntropyLoss": EntropyLoss(loss_weight=0.3),
    "EntropyLoss, highest": EntropyLoss(top_ratio=0.3),
    "ClassPriorLoss": ClassPriorLoss(PRIOR, relaxation=1.0),
}
SCALE = 2.0**14


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_losses_of_half_logits_are_in_float32_within_autocast(function, dtype) -> None:
    drawn = torch.randn(2, CLASSES, 6, 7, generator=torch.Generator().manual_seed(0))
    results = []
    for enabled in (True, False):
        logits = (4 * drawn).to(dtype).requires_grad_()
        with torch.autocast("cpu", dtype=dtype, enabled=enabled):
            values = function(logits)
        assert values.dtype == torch.float32
        values.sum().backward()
        results.append((values, logits.grad))
    (inside, gradient), (outside, expected) = results
    assert torch.equal(inside, outside)
    assert torch.equal(gradient, expected)
    # Not what half precision would have computed.
    exact = function((4 * drawn).to(dtype).double())
    torch.testing.assert_close(inside.double(), exact, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "method", [dict(type="MinEnt"), dict(type="ClassPrior", prior=PRIOR, relaxation=1.0)]
)
def test_what_a_method_computes_does_not_depend_on_autocast(method: dict) -> None:
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[method]))
    images = model.data_preprocessor(toy_batch(0), training=True)["inputs"]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        target = model.target_forward(images)
        inside = model.adaptation[0].target_losses(step_of(target))
    outside = model.adaptation[0].target_losses(step_of(target))
    assert inside.keys() == outside.keys() and len(inside) == 4
    for name, value in inside.items():
        assert value.dtype == torch.float32, name
        assert torch.equal(value, outside[name]), name
    assert all(parameter.dtype == torch.float32 for parameter in model.parameters())


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    offer_amp(monkeypatch)
    config = toy_segmentor(CLASSES, adaptation=[SMALL_ADVENT])
    config.backbone.zero_init_residual = False  # all weights get a gradient at once
    return build_segmentor(config)


def train(model: nn.Module, optimizers: OptimWrapperDict, iterations: range) -> dict[str, Tensor]:
    for step in iterations:
        source = toy_batch(step, (64, 72), CLASSES)
        log = model.train_step(dict(source=source, target=toy_batch(step + 100)), optimizers)
    assert all(value.dtype == torch.float32 for name, value in log.items() if "loss" in name)
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def amp(model: nn.Module, scale: float = SCALE, **settings: object) -> OptimWrapperDict:
    return toy_optimizers(
        model, type="AmpOptimWrapper", loss_scale=dict(init_scale=scale), **settings
    )


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("accumulative_counts", [1, 2])
def test_a_scale_changes_no_weight(model: nn.Module, dtype: str, accumulative_counts: int) -> None:
    """A power of two changes exponents only: equal to the last bit."""
    settings = dict(dtype=dtype, accumulative_counts=accumulative_counts)
    other = copy.deepcopy(model)
    start = {name: value.clone() for name, value in model.named_parameters()}
    scaled = train(model, amp(model, **settings), range(4))
    plain = train(other, amp(other, 1.0, **settings), range(4))
    assert all(torch.equal(value, plain[name]) for name, value in scaled.items())
    assert all(not torch.equal(value, start[name]) for name, value in scaled.items())


def test_float16_keeps_small_gradients_if_they_are_scaled(model: nn.Module) -> None:
    model.adaptation[0].loss_weight *= 1e-5
    for head in (model.decode_head, model.auxiliary_head):
        head.loss_decode.loss_weight *= 1e-5
    gradients = {}
    for name, settings in {
        "float32": dict(dtype="float32"),
        "scaled": dict(dtype="float16"),
        "unscaled": dict(dtype="float16", scale=1.0),
    }.items():
        other = copy.deepcopy(model)
        optimizers = amp(other, accumulative_counts=2, **settings)  # they stay where they are
        train(other, optimizers, range(1))
        scale = optimizers["network"].loss_scaler.get_scale()
        gradients[name] = other.backbone.conv1.weight.grad / scale
    exact = gradients["float32"]
    error = {name: ((g - exact).norm() / exact.norm()).item() for name, g in gradients.items()}
    assert 0 < error["scaled"] < 0.3  # of rounding
    assert error["unscaled"] > 0.9  # most of it is 0


class Overflow:
    """Makes one gradient of a parameter infinite: that of the given backward pass."""

    def __init__(self, parameter: nn.Parameter, backward_pass: int) -> None:
        self.left = backward_pass
        parameter.register_hook(self)

    def __call__(self, gradient: Tensor) -> Tensor:
        self.left -= 1
        return gradient * float("inf") if self.left == 0 else gradient


@pytest.mark.parametrize(
    ("where", "backward_pass", "hit"),
    [
        ("decode_head.branches.0.weight", 1, "network"),  # the source's
        ("decode_head.branches.0.weight", 2, "network"),  # the target's
        ("adaptation.0.discriminators.decode.classifier.weight", 1, "discriminator"),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_an_overflow_skips_its_own_optimizer_only(
    model: nn.Module, where: str, backward_pass: int, hit: str, dtype: str
) -> None:
    optimizers = amp(model, dtype=dtype)
    Overflow(model.get_parameter(where), backward_pass)
    start = {name: value.detach().clone() for name, value in model.named_parameters()}
    after = train(model, optimizers, range(1))
    moved = {
        "discriminator" if name.startswith("adaptation.") else "network"
        for name, value in after.items()
        if not torch.equal(value, start[name])
    }
    other = {"network": "discriminator", "discriminator": "network"}[hit]
    assert moved == {other}
    assert scales(optimizers) == {hit: SCALE / 2, other: SCALE}
    # The next iteration begins without the infinite gradient.
    last = train(model, optimizers, range(1, 2))
    assert all(value.isfinite().all() for value in last.values())
    assert not torch.equal(last[where], after[where])
    assert scales(optimizers) == {hit: SCALE / 2, other: SCALE}


def scales(optimizers: OptimWrapperDict) -> dict[str, float]:
    return {name: wrapper.loss_scaler.get_scale() for name, wrapper in optimizers.items()}


def test_an_accumulated_overflow_skips_the_whole_step(model: nn.Module) -> None:
    optimizers = amp(model, dtype="float32", accumulative_counts=2)
    Overflow(model.decode_head.branches[0].weight, 1)  # of the first of two iterations
    start = model.backbone.conv1.weight.detach().clone()
    train(model, optimizers, range(1))
    assert scales(optimizers) == {"network": SCALE, "discriminator": SCALE}
    train(model, optimizers, range(1, 2))
    assert torch.equal(model.backbone.conv1.weight, start)
    assert scales(optimizers) == {"network": SCALE / 2, "discriminator": SCALE}


def test_both_scales_are_saved_and_resumed(model: nn.Module) -> None:
    optimizers = amp(model, dtype="float32")
    Overflow(model.decode_head.branches[0].weight, 1)
    train(model, optimizers, range(1))
    resumed = amp(model, 1.0, dtype="float32")
    resumed.load_state_dict(copy.deepcopy(optimizers.state_dict()))
    assert scales(resumed) == {"network": SCALE / 2, "discriminator": SCALE}
