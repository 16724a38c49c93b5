"""What a profile of the step says."""

import pytest

from benchmarks.speed.trace import by_time, device_use


def test_kernels_that_overlap_keep_the_device_busy_once():
    use = device_use([(10.0, 20.0), (0.0, 4.0), (15.0, 18.0), (18.0, 30.0)])
    assert use == dict(kernels=2, busy_s=pytest.approx(12e-6), idle_share=pytest.approx(0.2))
    assert device_use([]) == dict(kernels=0, busy_s=0.0, idle_share=0.0)


def test_the_longest_come_first():
    assert by_time([("a", 1000.0), ("b", 3000.0), ("a", 4000.0)]) == [
        dict(name="a", ms=2.5, number=1.0),
        dict(name="b", ms=1.5, number=0.5),
    ]
