"""ClassPrior over outputs of two levels."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.models import ClassPrior
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVELS = (LogitsLevel("decode", 3, 1.0), LogitsLevel("aux", 3, 0.2))
PRIOR = [0.5, 0.3, 0.2]
# Half the prior is lacked by 0.14 and 0.09, and by 0.05.
PREDICTIONS = ([0.98, 0.01, 0.01], [0.2, 0.6, 0.2])


def target(counted: torch.Tensor | None = None) -> DomainOutput:
    levels = []
    for level, prediction in zip(LEVELS, PREDICTIONS, strict=True):
        logits = torch.tensor(prediction, dtype=torch.float64).log().view(1, 3, 1, 1)
        levels.append(ClassLogits(level, logits.repeat(2, 1, 4, 5).requires_grad_(), counted))
    return DomainOutput(torch.rand(2, 3, 4, 5), tuple(levels))


def test_losses_are_weighted_by_method_and_level():
    losses = ClassPrior(PRIOR, loss_weight=0.1).target_losses(step_of(target()))
    assert {key: value.item() for key, value in losses.items()} == pytest.approx(
        {
            "decode.loss_prior": 0.1 * 0.23,
            "aux.loss_prior": 0.1 * 0.2 * 0.05,
            # For the log: what is missing, whatever the weights.
            "decode.shortfall": 0.23,
            "aux.shortfall": 0.05,
        }
    )
    for key, value in losses.items():
        assert value.requires_grad == ("loss" in key)


def test_relaxation():
    losses = ClassPrior(PRIOR, relaxation=1.0, loss_weight=1.0).target_losses(step_of(target()))
    assert losses["decode.loss_prior"].item() == pytest.approx(0.48)
    losses = ClassPrior(PRIOR, relaxation=0, loss_weight=1.0).target_losses(step_of(target()))
    assert losses["decode.loss_prior"].item() == 0


def test_counts_only_what_is_counted():
    counted = torch.zeros(2, 4, 5, dtype=torch.bool)
    counted[0, 2, 3] = True
    losses = ClassPrior(PRIOR, loss_weight=1.0).target_losses(step_of(target(counted)))
    # One image lacks what it lacked, of the other nothing counts.
    assert losses["decode.loss_prior"].item() == pytest.approx(0.23 / 2)


def test_names_of_the_classes_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "prior.json"
    path.write_text('{"classes": ["road", "car", "sky"], "prior": [0.5, 0.3, 0.2]}')
    assert ClassPrior(path).classes == ("road", "car", "sky")
    assert ClassPrior(PRIOR).classes is None


def test_needs_neither_source_nor_discriminators():
    method = ClassPrior(PRIOR)
    method.build(None, LEVELS)
    assert method.active
    assert not method.needs_source
    assert list(method.parameters()) == []
    assert not method.asks("discriminator_losses")


def test_weight_zero_switches_it_off():
    assert not ClassPrior(PRIOR, loss_weight=0).active


def test_refuses_a_prior_of_other_classes():
    levels = (LEVELS[0], LogitsLevel("aux", 4))
    with pytest.raises(InputError) as error:
        ClassPrior(PRIOR).build(None, levels)
    assert str(error.value) == (
        "ClassPrior.prior must have one share for each of the 4 classes of 'aux' (in a detector "
        "the background is one), got 3"
    )


def test_base_config_goes_beside_another_methods():
    folder = Path(__file__).parents[3] / "configs" / "_base_" / "adaptations"
    settings = Config.fromfile(folder / "class_prior.py")
    assert list(settings) == ["class_prior"]  # a key of its own: the lists of methods are called so
    method = MODELS.build(settings.class_prior | dict(prior=PRIOR))
    assert method.class_prior_loss.relaxation == 0.5
    assert method.class_prior_loss.loss_weight == 0.001


def test_refuses_arguments():
    with pytest.raises(InputError) as error:
        ClassPrior("prior.json")
    assert str(error.value).startswith("the class prior 'prior.json' cannot be read: ")
    with pytest.raises(InputError) as error:
        ClassPrior(PRIOR, relaxation=2)
    assert str(error.value) == "relaxation must be in [0, 1], got 2"
