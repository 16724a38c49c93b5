"""What is measured of a start."""

import os
from pathlib import Path

import pytest

from benchmarks import growth_startup
from benchmarks.growth_startup import QUICK, QUICK_SKIPPED, first_batch, kept, listing, write_files
from benchmarks.speed.rows import Settings
from mmadvent.engine.domain_stream import DomainStream


def test_files_lie_as_those_of_cityscapes(tmp_path, monkeypatch):
    monkeypatch.setattr(growth_startup, "A_CITY", 2)
    write_files(tmp_path, 5)
    images = sorted(path for path in tmp_path.rglob("*.png"))
    assert [path.parent.name for path in images] == [f"city{n:06d}" for n in (0, 0, 1, 1, 2)]
    dataset = listing(str(tmp_path))()
    assert [Path(dataset.get_data_info(i)["img_path"]) for i in range(5)] == images


def test_listing_opens_no_file(tmp_path):
    """Nor looks at one: these lead nowhere."""
    city = tmp_path / "leftImg8bit" / "train" / "city"
    city.mkdir(parents=True)
    for index in range(3):
        os.symlink(tmp_path / "nowhere", city / f"{index}.png")
    assert len(listing(str(tmp_path))()) == 3


def test_the_kept_list_grows_with_the_files(tmp_path):
    for count in (10, 20):
        write_files(tmp_path / str(count), count)
    few, many = (kept(str(tmp_path / str(count))) for count in (10, 20))
    assert many == 2 * few


@pytest.mark.parametrize("position", [0, 7])
def test_the_first_batch_is_that_of_the_position(monkeypatch, position):
    drawn, draw = [], DomainStream.__next__

    def note(stream):
        drawn.append(draw(stream))
        return drawn[-1]

    first_batch(5, 0)  # building it draws nothing
    assert drawn == []
    monkeypatch.setattr(DomainStream, "__next__", note)
    stream = DomainStream(growth_startup.loader(5), (0,))
    expected = [draw(stream) for _ in range(position + 1)][-1]
    first_batch(5, position)()
    assert drawn == [expected]


def test_the_peak_is_that_of_the_call():
    held = bytearray(2**20)
    assert growth_startup.traced_peak(lambda: bytearray(3 * 2**20)) == pytest.approx(3, abs=0.1)
    assert len(held) == 2**20


def test_every_curve_is_measured():
    curves = list(growth_startup.curves(Settings(quick=True, repeats=1)))
    assert [curve.x for curve in curves] == [QUICK] * 4 + [QUICK_SKIPPED]
    assert [curve.unit for curve in curves] == ["s", "MiB", "MiB", "s", "s"]
    assert all(y > 0 for curve in curves for y in curve.y)
