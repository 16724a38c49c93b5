"""A training that is made longer, and its schedule is not."""

from typing import Any

import pytest
from mmengine.config import Config
from mmengine.optim import PolyLR

from mmadvent.engine.preflight.schedule import check_schedule
from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError

POLY = dict(type="PolyLR", begin=0, end=4, by_epoch=False)


def config(schedulers: object, **train_cfg: object) -> Config:
    return Config(dict(param_scheduler=schedulers, train_cfg=dict(max_iters=9) | train_cfg))


@pytest.mark.parametrize("kind", ["PolyLR", "CosineAnnealingLR", "mmengine.PolyLR", PolyLR])
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("before", [4, 8])
def test_added_iterations_of_rate_0(kind: Any, several: bool, before: int) -> None:
    one = dict(POLY, type=kind)
    warm_up = dict(type="LinearLR", begin=0, end=2, by_epoch=False)
    ours = config(dict(network=[warm_up, one], discriminator=[]) if several else one)
    with pytest.raises(InputError) as error:
        check_schedule(ours, before)
    assert str(error.value) == (
        f"param_scheduler must go on as long as train_cfg.max_iters, 9, which was {before} before, "
        f"got {type_name(one)} with end=4, whose rate is 0 from there on"
    )


@pytest.mark.parametrize(
    "schedulers",
    [
        None,
        [],
        dict(POLY, end=9),
        dict(POLY, end=5),
        dict(POLY, end=250001),
        dict(POLY, eta_min=1e-4),
        dict(POLY, by_epoch=True),
        dict(type="CosineAnnealingLR", end=4, eta_min_ratio=0.1, by_epoch=False),
        [POLY, dict(type="ConstantLR", begin=4, end=9, by_epoch=False)],
        dict(type="MultiStepLR", milestones=[2], end=4, by_epoch=False),
        dict(type="PolyLR", by_epoch=False),
    ],
)
def test_other_schedules(schedulers: object) -> None:
    check_schedule(config(schedulers), 4)


def test_a_training_that_is_not_made_longer() -> None:
    for before in (9, 12, None):
        check_schedule(config(POLY), before)
    check_schedule(Config(dict(param_scheduler=POLY, train_cfg=dict(max_epochs=9))), 4)
