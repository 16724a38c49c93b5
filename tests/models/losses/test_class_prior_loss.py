"""ClassPriorLoss: weight, mean over the batch, where its prior comes from, what it refuses."""

import json
import math
from pathlib import Path

import pytest
import torch
from mmengine.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.functional import class_prior_loss
from mmadvent.models import ClassPriorLoss

PRIOR = [0.5, 0.3, 0.2]


def refusal(*arguments, **named) -> str:
    with pytest.raises(InputError) as error:
        ClassPriorLoss(*arguments, **named)
    return str(error.value)


def test_is_the_weighted_mean_over_the_images():
    logits = torch.tensor([[0.98, 0.01, 0.01], [0.3, 0.5, 0.2]], dtype=torch.float64).log()
    # Image 1 lacks 0.14 and 0.09 of half the prior, image 2 nothing.
    assert ClassPriorLoss(PRIOR, loss_weight=4.0)(logits).item() == pytest.approx(4 * 0.23 / 2)
    # Of the whole prior image 1 lacks 0.29 and 0.19, image 2 0.2.
    assert ClassPriorLoss(PRIOR, 1.0)(logits).item() == pytest.approx((0.48 + 0.2) / 2)


def test_counts_only_what_is_counted():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, 5) * 3
    counted = torch.rand(2, 4, 5) > 0.5
    expected = class_prior_loss(logits, PRIOR, 1.0, counted).mean()
    torch.testing.assert_close(ClassPriorLoss(PRIOR, 1.0)(logits, counted), expected)
    assert ClassPriorLoss(PRIOR, 1.0)(logits, torch.zeros_like(counted)).item() == 0


def test_a_step_against_the_gradient_brings_the_rare_class_back():
    logits = torch.randn(1, 3, 50, dtype=torch.float64)
    logits[:, 2] -= 5
    logits.requires_grad_()
    loss = ClassPriorLoss(PRIOR, 1.0)
    loss(logits).backward()
    before, after = (x.softmax(1)[:, 2].mean() for x in (logits, logits - 50 * logits.grad))
    assert before < after
    assert loss(logits - 50 * logits.grad) < loss(logits)


@pytest.mark.parametrize("as_path", [str, Path])
def test_prior_from_a_file(tmp_path, as_path):
    path = tmp_path / "prior.json"
    path.write_text(json.dumps({"classes": ["road", "car", "rider"], "prior": PRIOR}))
    assert ClassPriorLoss(as_path(path)).prior == tuple(PRIOR)


def test_rounded_shares_are_taken():
    assert ClassPriorLoss([0.3333, 0.3333, 0.3333]).prior == (0.3333, 0.3333, 0.3333)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, True, "0.5", None])
def test_refuses_relaxations(value):
    assert refusal(PRIOR, relaxation=value) == f"relaxation must be in [0, 1], got {value!r}"


def test_refuses_weights():
    assert refusal(PRIOR, loss_weight=-1) == "loss_weight must be a finite number >= 0, got -1"


def test_is_registered_and_shows_its_settings():
    loss = MODELS.build(dict(type="ClassPriorLoss", prior=PRIOR, loss_weight=2))
    assert isinstance(loss, ClassPriorLoss)
    assert repr(loss) == ("ClassPriorLoss(prior=(0.5, 0.3, 0.2), relaxation=0.5, loss_weight=2.0)")
    assert list(loss.state_dict()) == []
