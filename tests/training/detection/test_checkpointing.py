"""Activation checkpointing changes no weight and no statistic of a detector."""

import pytest
import torch

from mmadvent.engine import UDAOptimWrapperConstructor
from tests.detection_toys import SMALL_ADVENT, build_detector, domains, toy_ssd


@pytest.fixture(autouse=True)
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def train(with_cp: bool) -> tuple[dict[str, torch.Tensor], int]:
    """The model's state after two iterations, and how often a block ran."""
    config = toy_ssd(adaptation=[SMALL_ADVENT])
    config.backbone.update(with_cp=with_cp, zero_init_residual=False)
    model = build_detector(config)
    forward = model.data_preprocessor.forward
    model.data_preprocessor.forward = lambda *args, **kwargs: _as_double(forward(*args, **kwargs))
    calls: list[int] = []
    model.backbone.layer2[0].conv1.register_forward_hook(lambda *_: calls.append(1))
    optimizers = UDAOptimWrapperConstructor(
        dict(
            optimizer=dict(type="SGD", lr=1e-3, momentum=0.9),
            discriminator=dict(optimizer=dict(type="Adam", lr=1e-3)),
        )
    )(model)
    for step in range(2):
        model.train_step(domains(step), optimizers)
    return model.state_dict(), len(calls)


def _as_double(batch: dict) -> dict:
    return dict(batch, inputs=batch["inputs"].double())


def test_a_detector_trains_as_without_it() -> None:
    plain, once = train(False)
    checkpointed, twice = train(True)
    assert (once, twice) == (4, 8)
    for name, value in plain.items():
        torch.testing.assert_close(checkpointed[name], value, rtol=0, atol=1e-12)
    assert plain["backbone.layer2.0.bn1.num_batches_tracked"] == 4
