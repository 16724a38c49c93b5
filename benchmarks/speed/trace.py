"""Profile AdvEnt's step: kernels, what they take, and how long the device waits for the host.

    python -m benchmarks.speed.trace OUT

Writes OUT/trace.json, and OUT/trace_SETTING.json.gz for chrome://tracing or Perfetto.
"""

import argparse
import gzip
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from mmengine.device import get_device
from torch.profiler import ProfilerActivity, profile

from benchmarks.speed.suite import step, step_memory
from benchmarks.speed.suite.accelerator import rounded_to_tf32, tried_algorithms
from mmadvent.io.writing import write_json

WARM_UP, TIMED, PROFILED = 4, 5, 2
TOP = 30
WAITS = ("cudaStreamSynchronize", "cudaDeviceSynchronize", "cudaEventSynchronize", "cudaMemcpy")
Interval = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    device = get_device()
    sizes = step.QUICK if args.quick else step_memory.FULL
    summary: dict[str, dict] = {}
    with tried_algorithms():
        for name, tf32, make in (
            ("best", True, lambda: step.ours(sizes, args.quick, True, device)),
            ("tf32", True, lambda: step.ours(sizes, args.quick, False, device)),
            ("strict", False, lambda: step.ours(sizes, args.quick, False, device)),
            ("reference_tf32", True, lambda: step.released(sizes, args.quick, device)),
        ):
            with rounded_to_tf32(tf32):
                summary[name] = measured(make(), device, args.out / f"trace_{name}.json")
            write_json(args.out / "trace.json", summary)  # all that there is, if it is stopped
            print(name, *(f"{key} {value}" for key, value in scalars(summary[name])), flush=True)


def measured(run: Callable[[], object], device: str, path: Path) -> dict:
    """Times of the host and of all, and what a profile says, a step each."""
    for _ in range(WARM_UP):
        run()
    times = [_timed(run, device) for _ in range(TIMED)]
    activities = [ProfilerActivity.CPU]
    if device == "cuda":
        activities.append(ProfilerActivity.CUDA)
    with profile(activities=activities) as profiler:
        for _ in range(PROFILED):
            run()
        _wait(device)
    profiler.export_chrome_trace(str(path))
    with path.open("rb") as plain, gzip.open(f"{path}.gz", "wb") as packed:
        shutil.copyfileobj(plain, packed)
    path.unlink()
    events = profiler.events()
    on_device = [e for e in events if e.device_type != torch.autograd.DeviceType.CPU]
    return dict(
        host_s=min(host for host, _ in times),
        step_s=min(whole for _, whole in times),
        **device_use([(e.time_range.start, e.time_range.end) for e in on_device]),
        waits=sum(e.name.startswith(WAITS) for e in events) / PROFILED,
        kernels_by_time=by_time((e.name, e.time_range.elapsed_us()) for e in on_device),
        operators_by_time=by_time(
            (e.key, e.self_device_time_total or e.self_cpu_time_total)
            for e in profiler.key_averages()
        ),
    )


def device_use(intervals: Iterable[Interval]) -> dict[str, float]:
    """Kernels of a step, how long the device computes, and which share of the time it idles.

    Args:
        intervals: begin and end of each, in microseconds; they may overlap.
    """
    ordered = sorted(intervals)
    if not ordered:
        return dict(kernels=0, busy_s=0.0, idle_share=0.0)
    busy, end = 0.0, ordered[0][0]
    for begin, until in ordered:
        busy += max(until - max(begin, end), 0.0)
        end = max(end, until)
    span = end - ordered[0][0]
    return dict(
        kernels=len(ordered) / PROFILED,
        busy_s=busy / PROFILED / 1e6,
        idle_share=1 - busy / span if span else 0.0,
    )


def by_time(named: Iterable[tuple[str, float]]) -> list[dict]:
    """Milliseconds and number a step of those that take longest, by name."""
    total: dict[str, float] = defaultdict(float)
    number: dict[str, int] = defaultdict(int)
    for name, microseconds in named:
        total[name] += microseconds
        number[name] += 1
    longest = sorted(total, key=total.__getitem__, reverse=True)[:TOP]
    return [
        dict(name=name[:160], ms=total[name] / PROFILED / 1e3, number=number[name] / PROFILED)
        for name in longest
    ]


def scalars(summary: dict) -> list[tuple[str, str]]:
    """What fits a line."""
    return [(key, f"{value:.4g}") for key, value in summary.items() if isinstance(value, float)]


def _timed(run: Callable[[], object], device: str) -> tuple[float, float]:
    """Seconds until the host has asked for everything, and until all is done."""
    _wait(device)
    start = time.perf_counter()
    run()
    host = time.perf_counter() - start
    _wait(device)
    return host, time.perf_counter() - start


def _wait(device: str) -> None:
    if device != "cpu":
        torch.accelerator.synchronize()


if __name__ == "__main__":
    main()
