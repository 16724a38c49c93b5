"""Which iterations are measured, and that they run."""

import math
import pickle
from dataclasses import asdict

import pytest

from benchmarks import growth_step
from benchmarks.growth_step import FULL, QUICK, axes, batch, build
from benchmarks.speed.rows import Settings


@pytest.mark.parametrize("quick", [False, True])
def test_one_thing_is_varied_at_a_time(quick):
    base = QUICK if quick else FULL
    fields = {
        "pixels": {"source", "target"},
        "classes": {"classes"},
        "images of each domain": {"images"},
        "levels": {"levels"},
    }
    found = axes(quick)
    assert found.keys() == fields.keys()
    for name, along in found.items():
        assert base in along.values() and len(set(along.values())) == len(along)
        assert list(along) == sorted(along)
        for x, point in along.items():
            changed = {k for k, value in asdict(point).items() if value != asdict(base)[k]}
            assert changed <= fields[name]
            if name != "pixels":
                (field,) = fields[name]
                assert getattr(point, field) == x


def test_pixels_are_those_of_all_images():
    assert FULL.pixels == 180 * 320 + 128 * 256
    pixels = list(axes(quick=False)["pixels"])
    assert [value / FULL.pixels for value in pixels] == pytest.approx([1, 2, 4, 8], rel=5e-3)
    assert growth_step.Point((2, 3), (4, 5), images=3).pixels == 3 * (6 + 20)


def test_a_batch_has_the_images_of_the_point():
    data = batch(growth_step.Point((16, 24), (32, 8), images=3))
    assert [tuple(image.shape) for image in data["source"]["inputs"]] == [(3, 16, 24)] * 3
    assert [tuple(image.shape) for image in data["target"]["inputs"]] == [(3, 32, 8)] * 3
    assert len(data["source"]["data_samples"]) == len(data["target"]["data_samples"]) == 3


@pytest.mark.parametrize(("classes", "levels"), [(19, 2), (65, 1)])
def test_a_model_has_the_classes_and_the_levels_of_the_point(classes, levels):
    model, _ = build(growth_step.Point((1, 1), (1, 1), 1, classes, levels), quick=True)
    judges = model.adaptation[0].discriminators
    assert [judge.in_channels for judge in judges.values()] == [classes] * levels
    assert model.with_auxiliary_head is (levels == 2)
    assert model.decode_head.num_classes == classes


def test_every_size_is_measured(monkeypatch):
    sizes = []

    def peak_memory(side, *args):
        pickle.loads(pickle.dumps((side, args)))  # it can be sent to another process
        sizes.append(args[0])
        return 200.0, 100.0

    monkeypatch.setattr(growth_step, "peak_memory", peak_memory)
    curves = list(growth_step.curves(Settings(quick=True, repeats=1)))
    assert len({*sizes}) == len(sizes) == 5
    assert [(curve.axis, curve.unit) for curve in curves] == [
        (axis, unit) for axis in axes(quick=True) for unit in ("s", "MiB", "MiB")
    ]
    for curve in curves:
        assert curve.x == tuple(axes(quick=True)[curve.axis])
        assert all(y > 0 and math.isfinite(y) for y in curve.y)


def test_memory_is_that_of_an_iteration_after_the_first():
    run = growth_step.after_a_small_one(QUICK, quick=True)
    run()
