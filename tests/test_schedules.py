"""The learning rates of the schedules, iteration by iteration."""

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import PARAM_SCHEDULERS

from tests.toys import CONFIGS

BASE_RATE = 2.5e-4
# Over how many iterations lr (1 - i / N)^0.9 falls, and how many of them are trained.
POLY = {
    "advent_250k": (250000, 120000),
    "camvid": (1600, 1600),
    "camvid_second_part": (600, 600),
    "ssd300_streets": (1500, 1500),
    "ssd300_streets_second_part": (500, 500),
    "ssd_streets": (900, 900),
    "ssd_streets_second_part": (300, 300),
    "streets": (900, 900),
    "streets_group_norm": (1100, 1100),
    "streets_group_norm_second_part": (300, 300),
    "streets_second_part": (100, 100),
}
SCHEDULES = sorted(path.stem for path in (CONFIGS / "_base_/schedules").glob("*.py"))


def rates(name: str) -> list[float]:
    """The rate of every iteration that the schedule trains."""
    config = Config.fromfile(CONFIGS / "_base_/schedules" / f"{name}.py")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE_RATE)
    (settings,) = config.param_scheduler
    scheduler = PARAM_SCHEDULERS.build(settings, default_args=dict(optimizer=optimizer))
    found = []
    for _ in range(config.train_cfg.max_iters):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def test_all_schedules_but_ssds_and_the_translators_are_polynomial() -> None:
    texts = {name: (CONFIGS / "_base_/schedules" / f"{name}.py").read_text() for name in SCHEDULES}
    assert {name for name, text in texts.items() if "param_scheduler" in text} == {
        *POLY,
        "ssd_60k",
        "translation_200k",
        "translation_camvid",
        "translation_streets",
    }


@pytest.mark.parametrize("name", POLY)
def test_rates_are_those_of_the_formula(name: str) -> None:
    decayed, trained = POLY[name]
    found = rates(name)
    assert len(found) == trained
    for iteration in (0, 1, trained // 2, trained - 1):
        expected = BASE_RATE * (1 - iteration / decayed) ** 0.9
        assert found[iteration] == pytest.approx(expected, rel=1e-9), iteration
    assert found[-1] > 0


def test_the_last_rate_of_the_released_code() -> None:
    """2.5e-4 * (1 - 119,999 / 250,000)^0.9, by hand."""
    assert rates("advent_250k")[119999] == pytest.approx(1.387861e-4, rel=1e-6)
