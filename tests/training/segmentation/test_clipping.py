"""Gradients clipped for each optimizer on its own, also accumulated and scaled."""

import copy

import pytest
import torch
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers, toy_segmentor
from tests.training.segmentation.amp_stand_in import offer_amp

CLASSES = 5
SCALED = dict(type="AmpOptimWrapper", loss_scale=dict(init_scale=2.0**12), dtype="float32")
SETTINGS = {
    "plain": dict(),
    "accumulated": dict(accumulative_counts=2),
    "scaled": SCALED,
    "accumulated and scaled": SCALED | dict(accumulative_counts=2),
}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    offer_amp(monkeypatch)
    return build_segmentor(toy_segmentor(CLASSES, adaptation=[SMALL_ADVENT]))


def gradients(
    model: nn.Module, optimizers: OptimWrapperDict
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """What each optimizer gets in its first step, all parameters side by side; that step's log."""
    taken: dict[str, Tensor] = {}

    def take(name: str, optimizer: torch.optim.Optimizer) -> None:
        parameters = (p for group in optimizer.param_groups for p in group["params"])
        taken[name] = torch.cat([p.grad.flatten() for p in parameters if p.grad is not None])

    for name, wrapper in optimizers.items():
        wrapper.optimizer.register_step_pre_hook(lambda o, *_, n=name: take(n, o))
    for step in range(optimizers["network"]._accumulative_counts):
        source = toy_batch(step, (64, 72), CLASSES)
        log = model.train_step(dict(source=source, target=toy_batch(step + 100)), optimizers)
    return taken, log


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("clipped", ["network", "discriminator"])
def test_each_norm_is_what_was_asked_for(model: nn.Module, settings: dict, clipped: str) -> None:
    plain = copy.deepcopy(model)
    whole, _ = gradients(plain, toy_optimizers(plain, **settings))
    norms = {name: gradient.norm().item() for name, gradient in whole.items()}
    # A quarter of its norm for one of the two, more than its norm for the other.
    limits = {name: norm * (0.25 if name == clipped else 4) for name, norm in norms.items()}
    clip = {name: dict(max_norm=limit) for name, limit in limits.items()}
    found, log = gradients(
        model,
        toy_optimizers(
            model,
            dict(clip_grad=clip["discriminator"]),
            clip_grad=clip["network"],
            **settings,
        ),
    )
    for name, gradient in found.items():
        factor = 0.25 if name == clipped else 1.0
        torch.testing.assert_close(gradient, factor * whole[name], rtol=1e-4, atol=1e-9)
        assert gradient.norm().item() == pytest.approx(factor * norms[name], rel=1e-4)
        assert log[f"{name}.grad_norm"].item() == pytest.approx(
            norms[name], rel=1e-4
        )  # before it was clipped


def test_values_are_clipped_after_they_are_unscaled(model: nn.Module) -> None:
    limit = 1e-4
    found, _ = gradients(
        model, toy_optimizers(model, clip_grad=dict(type="value", clip_value=limit), **SCALED)
    )
    assert {name: gradient.abs().max().item() for name, gradient in found.items()} == {
        name: pytest.approx(limit) for name in ("network", "discriminator")
    }
