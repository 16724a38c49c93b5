"""Ten steps in float64 against the equations, in plain torch: losses and weights at 1e-9."""

import random
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS
from torch import nn

from tests.parity.translation.step_reference import Reference, Settings
from tests.translation_toys import (
    SHARES,
    adams,
    build_translator,
    domains,
    toy_translator,
    write_segmentor,
)

STEPS = 10


def reference_of(model: nn.Module, settings: Settings, segmentor: nn.Module | None) -> Reference:
    g, d = model.generators, model.discriminators
    return Reference(settings, g["target"], g["source"], d["target"], d["source"], segmentor)


def assert_steps_are_equal(model: nn.Module, settings: Settings, segmentor=None) -> None:
    model = model.double()
    reference = reference_of(model, settings, segmentor)
    optimizers = adams(model)
    for number in range(STEPS):
        data = domains(number, count=2)
        for batch in data.values():
            batch["inputs"] = [image.double() for image in batch["inputs"]]
        images = {name: (torch.stack(b["inputs"]) - 127.5) / 127.5 for name, b in data.items()}
        labels = torch.cat([s.gt_sem_seg.data for s in data["source"]["data_samples"]])
        random.seed(number)
        expected = reference.step(images["source"], labels, images["target"])
        random.seed(number)
        log = model.train_step(data, optimizers)
        losses = {k for k in log if "loss_" in k and k != "loss_discriminator"}
        assert losses == set(expected)
        for name, value in expected.items():
            torch.testing.assert_close(log[name], value.detach(), rtol=1e-9, atol=1e-9)
        total = sum(v for k, v in expected.items() if k.startswith("to_"))
        torch.testing.assert_close(log["loss"], total.detach(), rtol=1e-9, atol=1e-9)
    ours = [*model.generators.parameters(), *model.discriminators.parameters()]
    theirs = [
        p
        for part in (
            reference.to_target, reference.to_source, reference.of_target, reference.of_source,
        )
        for p in part.parameters()
    ]  # fmt: skip
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("log", [False, True])
def test_cyclegan(log):
    objective = "cross_entropy" if log else "least_squares"
    model = build_translator(toy_translator("cyclegan", objective=objective))
    assert_steps_are_equal(model, Settings(log=log))


def test_cycle_sem_weight():
    model = build_translator(toy_translator("semantic_gan"))
    assert_steps_are_equal(model, Settings(semantic=0.7, shares=SHARES))


def test_cycada(tmp_path: Path):
    consistency = write_segmentor(tmp_path)
    model = build_translator(
        toy_translator("cyclegan", consistency=dict(consistency, loss_weight=0.3))
    )
    segmentor = MODELS.build(Config.fromfile(consistency["config"]).model)
    segmentor.load_state_dict(torch.load(consistency["checkpoint"])["state_dict"])
    # Frozen also means that its buffers stay in float64's place.
    assert_steps_are_equal(model, Settings(consistency=0.3), segmentor.double().eval())
