"""What a run logs."""

import json
from pathlib import Path

import pytest

from mmadvent.engine import peak_resident_mib
from tests.toys import toy_training, train, write_domains

ITERATIONS = 3


@pytest.fixture(scope="module")
def scalars(tmp_path_factory) -> list[dict]:
    data = write_domains(tmp_path_factory.mktemp("data"))
    work_dir: Path = tmp_path_factory.mktemp("run")
    train(toy_training(data, work_dir, ITERATIONS))
    (file,) = work_dir.glob("*/vis_data/scalars.json")
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_every_loss_is_logged_by_name(scalars):
    losses = {
        "loss",
        "loss_discriminator",
        *(f"{head}.loss_ce" for head in ("decode", "aux")),
        *(f"advent.{head}.{key}" for head in ("decode", "aux") for key in ("loss_adv", "loss_dis")),
    }
    training = [line for line in scalars if "loss" in line]
    assert [line["step"] for line in training] == list(range(1, ITERATIONS + 1))
    for line in training:
        assert losses <= set(line)
        assert all(line[name] > 0 for name in losses)


def test_entropy_and_accuracy_are_shares(scalars):
    for head in ("decode", "aux"):
        for key in ("entropy", "acc_dis"):
            values = [line[f"advent.{head}.{key}"] for line in scalars if "loss" in line]
            assert len(values) == ITERATIONS
            assert all(0 <= value <= 1 for value in values)


def test_both_learning_rates_follow_the_schedule(scalars):
    training = [line for line in scalars if "loss" in line]
    for step, line in enumerate(training):
        # The logger averages over its window, here one iteration; the decay ends at 10.
        decay = (1 - step / 9) ** 0.9
        assert line["network.lr"] == pytest.approx(1e-2 * decay)
        assert line["discriminator.lr"] == pytest.approx(1e-3 * decay)


def test_memory_is_that_of_the_process(scalars):
    peak = scalars[0]["peak_rss"]
    assert 50 < peak <= peak_resident_mib()


def test_validation_logs_the_mean_entropy_of_the_target(scalars):
    (line,) = [line for line in scalars if "mIoU" in line]
    assert 0 < line["mean_entropy"] <= 1
