"""Upstream's private names: still there, and what they stand for."""

from itertools import islice
from pathlib import Path

import pytest
import torch
from mmengine.dataset import InfiniteSampler
from mmengine.optim import OptimWrapper
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.models.data_preprocessor import SegDataPreProcessor
from mmseg.models.decode_heads import FCNHead
from mmseg.structures import SegDataSample
from torch import nn

from mmadvent.compat import (
    move_without_waiting,
    order_of_rank,
    resumes,
    seed_differs_by_rank,
    set_inner_count,
    settle_val_interval,
    stacked_labels,
    start_from,
    take_datasets,
)
from tests.small_runs import small_run


def test_the_count_of_an_optimizer_can_be_set_back() -> None:
    weight = nn.Parameter(torch.ones(1))
    optimizer = OptimWrapper(torch.optim.SGD([weight], lr=1.0), accumulative_counts=2)
    assert optimizer.inner_count == 0
    optimizer.backward(weight.sum())
    assert optimizer.inner_count == 1 and not optimizer.should_update()
    set_inner_count(optimizer, 0)
    assert optimizer.inner_count == 0
    optimizer.backward(weight.sum())
    assert not optimizer.should_update()  # it waits for a second call again
    optimizer.backward(weight.sum())
    assert optimizer.should_update()


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_order_of_an_endless_sampler_begins_anew(shuffle: bool) -> None:
    sampler = InfiniteSampler(range(5), shuffle=shuffle, seed=1)
    first = list(islice(iter(sampler), 12))
    assert list(islice(iter(sampler), 12)) != first  # upstream goes on where it was left
    assert list(islice(order_of_rank(sampler), 12)) == first


@pytest.mark.parametrize("settings", [dict(seed=3), dict(seed=3, diff_rank_seed=True)])
def test_a_runner_says_whether_its_seed_has_the_rank(settings: dict, tmp_path: Path) -> None:
    runner = Runner(nn.Linear(1, 1), str(tmp_path), randomness=settings)
    assert seed_differs_by_rank(runner) == settings.get("diff_rank_seed", False)


def test_a_decode_head_stacks_the_labels() -> None:
    init_default_scope("mmseg")
    head = FCNHead(in_channels=2, channels=2, num_classes=2, num_convs=1)
    labels = torch.arange(24).reshape(2, 1, 3, 4)
    samples = [SegDataSample(gt_sem_seg=PixelData(data=label)) for label in labels]
    assert torch.equal(stacked_labels(head, samples), labels)


def test_a_data_preprocessor_moves_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    preprocessor = SegDataPreProcessor()
    moves: list[dict] = []
    image = torch.zeros(1)
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *_, **kwargs: moves.append(kwargs) or self)
    preprocessor.cast_data(image)
    move_without_waiting(preprocessor)
    preprocessor.cast_data(image)
    assert moves == [dict(non_blocking=False), dict(non_blocking=True)]


def test_a_runner_starts_from_what_it_is_told(tmp_path: Path) -> None:
    small_run(tmp_path / "a", max_iters=2).train()
    checkpoint = str(tmp_path / "a" / "iter_2.pth")
    for resume, iterations in ((True, 1), (False, 3)):
        runner = small_run(tmp_path / f"b{resume}", max_iters=3, load_from="elsewhere.pth")
        assert not resumes(runner)
        start_from(runner, checkpoint, resume)
        assert resumes(runner) == resume
        runner.load_or_resume()
        assert runner.max_iters - runner.iter == iterations
        assert torch.equal(
            runner.model.line.weight, torch.load(checkpoint)["state_dict"]["line.weight"]
        )
        assert not runner.cfg


def test_a_runner_takes_over_data_sets(tmp_path: Path) -> None:
    runner = small_run(tmp_path, inputs=(1.0, 2.0))
    runner.cfg.target_dataloader = dict(batch_size=3)
    datasets: dict = dict(train_dataloader=[3.0], val_dataloader=[4.0], target_dataloader=[5.0])
    take_datasets(runner, datasets)
    assert not datasets
    assert runner._train_loop.pop("target_dataloader") == dict(batch_size=3, dataset=[5.0])
    loaders = (runner.train_dataloader, runner.val_dataloader)
    assert [loader.dataset for loader in loaders] == [[3.0], [4.0]]


def test_a_loop_takes_the_validation_interval_of_where_it_is(tmp_path: Path) -> None:
    intervals = [(1, 4), (5, 2)]
    settings = dict(type="IterBasedTrainLoop", max_iters=9, dynamic_intervals=intervals)
    loop = small_run(tmp_path, train_cfg=settings).train_loop
    loop._iter = 6
    settle_val_interval(loop)
    assert loop.val_interval == 2
