"""What a second process costs."""

import copy

import pytest
import torch
import torch.distributed as dist

from benchmarks import growth_processes
from benchmarks.growth_rows import Processes
from benchmarks.growth_step import QUICK, batch, build
from benchmarks.speed import memory
from benchmarks.speed.rows import Settings


@pytest.fixture
def group(tmp_path):
    dist.init_process_group("gloo", (tmp_path / "store").as_uri(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def test_the_joined_step_is_that_of_the_plain_model(group):
    model, optimizers = build(QUICK, quick=True)
    wrapped, theirs = growth_processes.build_wrapped(QUICK, quick=True)
    before = copy.deepcopy(model.state_dict())
    model.train_step(batch(QUICK), optimizers)
    wrapped.train_step(batch(QUICK), theirs)
    moved = 0
    for (name, mine), other in zip(
        model.state_dict().items(), wrapped.module.state_dict().values(), strict=True
    ):
        torch.testing.assert_close(mine, other, msg=name)
        moved += not torch.equal(mine, before[name])
    assert moved > 10


def test_both_steps_run_and_a_process_has_a_peak(group):
    for step in growth_processes.make_steps(QUICK, quick=True):
        step()
    assert growth_processes.peak(0, QUICK, quick=True) > 100


def test_gradients_are_of_what_is_trained():
    model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Linear(5, 2))
    model[1].bias.requires_grad = False
    assert growth_processes.gradient_bytes(model) == 4 * (3 * 5 + 5 + 5 * 2)


def test_the_slower_process_decides_and_ratios_are_of_a_round(monkeypatch):
    seconds = [
        dict(alone=[1.0, 2.0], beside=[2.0, 2.0], joined=[4.0, 5.0]),
        dict(alone=[], beside=[1.0, 4.0], joined=[3.0, 6.0]),
    ]
    calls = []

    def in_processes(function, *args):
        calls.append(function)
        return seconds if function is growth_processes.take_turns else [30.0, 40.0]

    def peak_memory(*args):
        assert torch.get_num_threads() == 1
        return 20.0, 10.0

    before = torch.get_num_threads()
    monkeypatch.setattr(growth_processes, "in_processes", in_processes)
    monkeypatch.setattr(memory, "peak_memory", peak_memory)
    found = growth_processes.measure(Settings(quick=True, repeats=2))
    assert torch.get_num_threads() == before
    assert calls == [growth_processes.take_turns, growth_processes.peak]
    assert found == Processes(
        count=2,
        alone=(1.5, 1.0, 2.0),
        beside=(3.0, 2.0, 4.0),
        joined=(5.0, 4.0, 6.0),
        overhead=(3.5, 3.0, 4.0),
        sending=(1.75, 1.5, 2.0),
        gradients=growth_processes.gradient_bytes(build(QUICK, quick=True)[0]),
        peak_alone=20.0,
        peak_joined=40.0,
    )
