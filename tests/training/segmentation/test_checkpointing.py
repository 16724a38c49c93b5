"""Checkpointed blocks (``with_cp``) cost time, save memory, change no weight and no statistic."""

from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from mmengine.optim import OptimWrapper
from torch import Tensor
from torch.utils import checkpoint

from mmadvent.engine import AdaptationDistributedDataParallel
from tests.parity.segmentation.step_reference import as_double
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers, toy_segmentor

CLASSES = 5
ITERATIONS = 3
DROPOUT_HEAD = dict(
    type="FCNHead",
    in_channels=64,
    in_index=1,
    channels=8,
    num_convs=1,
    num_classes=CLASSES,
    dropout_ratio=0.5,
    norm_cfg=dict(type="BN"),
    loss_decode=dict(type="CrossEntropyLoss", avg_non_ignore=True),
)
AUXILIARY_HEAD = dict(DROPOUT_HEAD, in_channels=32, in_index=0)
MEAN_OF_ALL = dict(type="BN", momentum=None)
DEEP = dict(depth=50, base_channels=2)
CASES = {
    "basic blocks": dict(),
    "bottlenecks": dict(backbone=DEEP),
    "statistics over all batches": dict(backbone=dict(norm_cfg=MEAN_OF_ALL)),
    "accumulated": dict(optimizers=dict(accumulative_counts=2)),
    "source only": dict(adaptation=[]),
    "bfloat16": dict(optimizers=dict(type="CPUAmpOptimWrapper"), dtype=torch.float32),
}


@pytest.fixture(autouse=True)
def default_dtype():
    yield
    torch.set_default_dtype(torch.float32)


def train(
    with_cp: bool,
    adaptation: list[dict] = [SMALL_ADVENT],  # noqa: B006
    backbone: dict | None = None,
    optimizers: dict | None = None,
    dtype: torch.dtype = torch.float64,
    auxiliary_head: dict | None = None,
    wrap: type | None = None,
) -> tuple[dict[str, Tensor], list[int]]:
    """Weights and statistics after a training, and how often each iteration ran a block."""
    torch.set_default_dtype(dtype)
    heads = dict(decode_head=DROPOUT_HEAD, auxiliary_head=auxiliary_head)
    config = toy_segmentor(CLASSES, adaptation=adaptation, **heads)
    # All weights get a gradient at once.
    config.backbone.update(backbone or {}, zero_init_residual=False, with_cp=with_cp)
    model = build_segmentor(config)
    if dtype == torch.float64:
        model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    calls = []
    model.backbone.layer4[0].conv1.register_forward_hook(lambda *_: calls.append(1))
    call = model if wrap is None else wrap(model)
    if adaptation:
        wrappers = toy_optimizers(model, **optimizers or {})
    else:
        wrappers = OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9))
    torch.manual_seed(1)  # of the dropout
    forwards = []
    for step in range(ITERATIONS):
        source = toy_batch(step, (64, 72), CLASSES, count=2)
        calls.clear()
        call.train_step(dict(source=source, target=toy_batch(step + 100)), wrappers)
        forwards.append(len(calls))
    return model.state_dict(), forwards


def different(one: dict[str, Tensor], other: dict[str, Tensor]) -> set[str]:
    """What the names of the values that differ, by a bit or more, end with."""
    assert one.keys() == other.keys()
    return {n.rpartition(".")[2] for n, value in one.items() if not torch.equal(value, other[n])}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_weights_and_statistics_are_those_without_it(case: dict) -> None:
    plain, once = train(False, **case)
    checkpointed, twice = train(True, **case)
    domains = 1 if case.get("adaptation") == [] else 2
    assert (once, twice) == ([domains] * ITERATIONS, [2 * domains] * ITERATIONS)
    assert different(plain, checkpointed) == set()
    counter = plain["backbone.layer4.0.bn1.num_batches_tracked"]
    assert counter == domains * ITERATIONS


def test_with_two_heads_it_is_exact_but_for_rounding() -> None:
    """Where three gradients meet, torch adds them in another order."""
    plain, _ = train(False, auxiliary_head=AUXILIARY_HEAD)
    checkpointed, _ = train(True, auxiliary_head=AUXILIARY_HEAD)
    for name, value in plain.items():
        torch.testing.assert_close(checkpointed[name], value, rtol=0, atol=1e-12)


def test_torchs_other_kind_of_checkpoint_is_as_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checkpoint, "checkpoint", partial(checkpoint.checkpoint, use_reentrant=False)
    )
    plain, _ = train(False)
    checkpointed, forwards = train(True)
    assert forwards == [4] * ITERATIONS
    assert different(plain, checkpointed) == set()


def test_statistics_would_count_each_batch_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the comparison is of: without the step's care, checkpointing is not exact."""
    plain, _ = train(False)
    monkeypatch.setattr("mmadvent.models.optimizer_steps.kept_running_statistics", nullcontext)
    checkpointed, _ = train(True)
    statistics = {"running_mean", "running_var", "num_batches_tracked"}
    assert different(plain, checkpointed) == statistics


@pytest.fixture
def group_of_one(tmp_path: Path):
    dist.init_process_group("gloo", f"file://{tmp_path}/store", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def test_it_is_exact_through_the_distributed_wrapper(group_of_one: None) -> None:
    plain, _ = train(False)
    wrap = partial(AdaptationDistributedDataParallel, find_unused_parameters=False)
    checkpointed, forwards = train(True, wrap=wrap)
    assert forwards == [4] * ITERATIONS
    assert different(plain, checkpointed) == set()
