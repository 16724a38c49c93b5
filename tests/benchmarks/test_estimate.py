"""The arithmetic of the estimate."""

from dataclasses import replace

import pytest

from benchmarks import estimate, estimate_tables
from benchmarks.estimate import Costs
from mmadvent.errors import InputError
from tests.benchmarks.growth_numbers import GROWTH, ROWS

# At 5 TFLOP/s an iteration takes a second, at 50 a tenth.
COSTS = Costs(
    operations=5e12,
    prediction=0.5e12,
    gradients=12.5e9,
    decode_source=0.1,
    decode_target=0.05,
    entropy=0.02,
    label=0.01,
    listing=1e-5,
    listing_bytes=1024.0,
    shuffling=1e-6,
)


def test_a_training_on_one_gpu():
    found = estimate.training(COSTS, images=1_000, gpus=1, pairs=86_400)
    assert (found.steps, found.epochs) == (86_400, 86.4)
    assert found.gpu_hours == pytest.approx((2.4, 24.0))
    assert found.days == pytest.approx((0.1, 1.0))
    assert found.read == pytest.approx((4.6, 46.0))
    assert found.cores == pytest.approx((0.15, 1.5))
    assert found.sent == 0 and found.sending == (0, 0)


def test_gpus_share_the_pairs_and_send_gradients():
    found = estimate.training(COSTS, images=1_000, gpus=64, pairs=86_400)
    assert (found.steps, found.epochs) == (1_350, 86.4)
    assert found.gpu_hours == pytest.approx((2.4, 24.0))
    assert found.days == pytest.approx((0.1 / 64, 1 / 64))
    assert found.read == pytest.approx((64 * 4.6, 64 * 46.0))
    assert found.cores == pytest.approx((0.15, 1.5))
    assert found.sent == pytest.approx(12.5e9 * 126 / 64)
    # A second for each 12.5 GB, beside a second or a tenth of computing.
    assert found.sending == pytest.approx((126 / 64, 1260 / 64))


def test_the_paper_s_schedule_is_the_default():
    found = estimate.training(COSTS, images=2_975, gpus=1)
    assert found.steps == 120_000
    assert found.epochs == estimate.EPOCHS == pytest.approx(40.336, abs=1e-3)


@pytest.mark.parametrize(("processes", "sent"), [(1, 0), (2, 8), (4, 12), (64, 15.75)])
def test_a_ring_sends_each_gradient_less_than_twice(processes, sent):
    assert estimate.ring_bytes(8, processes) == pytest.approx(sent)


def test_the_slowest_part_of_a_pass_decides():
    hour = 3600
    # Predicting takes 0.01 or 0.1 s, decoding 0.05 s.
    assert estimate.pseudo_label_hours(COSTS, hour) == pytest.approx((0.05, 0.1))
    slow = replace(COSTS, entropy=0.07)
    assert estimate.pseudo_label_hours(slow, hour) == pytest.approx((0.07, 0.1))
    fast = replace(COSTS, decode_target=0.0, entropy=0.0)
    assert estimate.pseudo_label_hours(fast, hour) == pytest.approx((0.01, 0.1))


def test_the_class_prior_is_of_the_source():
    assert estimate.class_prior_hours(COSTS) == pytest.approx(24_966 * 0.01 / 3600)


def test_what_is_met_first_comes_first():
    found = [(limit.what, round(limit.images)) for limit in estimate.limits(COSTS)]
    assert found == [
        ("120,000 pairs do not show each target image once", 120_000),
        ("a pass for pseudo-labels takes a week on one GPU", 6_048_000),
        ("listing them fills 128 GiB, in 8 processes at once", 16 * 2**20),
        ("listing the files takes 10 minutes at each start", 60_000_000),
        ("the order of an epoch fills 128 GiB, in as many processes", 16 * 2**30 // 48),
    ]
    slow = replace(COSTS, listing=1e-2)
    assert estimate.limits(slow)[0].what == "listing the files takes 10 minutes at each start"


def test_costs_are_those_that_were_measured():
    costs = estimate_tables.costs_of(GROWTH, ROWS)
    assert vars(costs) == pytest.approx(
        dict(
            operations=5e12,
            prediction=0.5e12,
            gradients=10 * 2**20,
            decode_source=0.1,
            decode_target=0.05,
            entropy=0.2,
            label=0.01,
            listing=1e-5,
            listing_bytes=1024.0,
            shuffling=1e-6,
        )
    )


@pytest.mark.parametrize(
    ("growth", "rows", "missing"),
    [
        (GROWTH, ROWS[1:], "data, GTA5"),
        (replace(GROWTH, curves=GROWTH.curves[:-1]), ROWS, "first place in the stream"),
        (replace(GROWTH, curves=GROWTH.curves[1:]), ROWS, "time of an iteration"),
        (replace(GROWTH, operations=None), ROWS, "operations"),
        (replace(GROWTH, processes=None), ROWS[:-1], "class-prior pass, processes"),
    ],
)
def test_a_missing_number_is_named(growth, rows, missing):
    with pytest.raises(InputError) as error:
        estimate_tables.text(growth, rows)
    assert str(error.value) == (
        f"the estimate needs the numbers of whole runs, got none of {missing}"
    )


def test_tables():
    small = replace(COSTS, gradients=64 * 2**20)
    assert estimate_tables.training_table(small).splitlines()[2:6] == [
        "| Cityscapes, 2,975 | 120,000 | 40.3 | 1 | 120,000 | 3.33-33.3 | 0.139-1.39 |",
        "| Cityscapes, 2,975 | 120,000 | 40.3 | 64 | 1,875 | 3.33-33.3 | 0.00217-0.0217 |",
        "| Mapillary, 25,000 | 120,000 | 4.8 | 1 | 120,000 | 3.33-33.3 | 0.139-1.39 |",
        "| Mapillary, 25,000 | 120,000 | 4.8 | 64 | 1,875 | 3.33-33.3 | 0.00217-0.0217 |",
    ]
    assert len(estimate_tables.training_table(small).splitlines()) == 2 + 2 + 4 + 6
    assert estimate_tables.step_table(small).splitlines()[2:] == [
        "| 1 | 0 | 0 | 4.6-46 | 0.15-1.5 |",
        "| 64 | 126 | 1.06-10.6 | 294-2,944 | 0.15-1.5 |",
    ]
    assert estimate_tables.set_table(small).splitlines()[-1] == (
        "| internet, 100,000,000 | 1,000 s | 95.4 GiB | 100 s | 1,389-2,778 GPU hours "
        "| 0.0693 hours |"
    )
    assert [line.split(" | ")[-1] for line in estimate_tables.limit_table(small).splitlines()] == [
        "met by |",
        "--: |",
        *["internet |"] * 4,
        "none |",
    ]


def test_the_text_says_what_was_assumed():
    text = " ".join(estimate_tables.text(GROWTH, ROWS).split())
    assert "an iteration needs 5.00 TFLOP, counted as above; a GPU sustains 5 to 50 TFLOP/s" in text
    assert "takes a core 0.150 s" in text
    # The line over pixels is 2 s and 0.001 s each; 4,000 of them.
    assert "would take 6 s by the line over pixels (0.833 TFLOP/s)" in text
    assert "120,000 of them 8.33 days" in text
