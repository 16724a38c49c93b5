"""Private names of mmengine's and mmseg's that stand for what has no public way.

No other room touches one. Each has a test that fails when upstream no longer has it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "move_without_waiting",
    "order_of_rank",
    "resumes",
    "seed_differs_by_rank",
    "set_inner_count",
    "settle_val_interval",
    "stacked_labels",
    "start_from",
    "take_datasets",
]


def set_inner_count(optimizer: Any, count: int) -> None:
    """Set how many times an ``OptimWrapper`` has been asked to add gradients.

    ``inner_count`` can only be read, and ``initialize_count_status`` sets other counts besides.
    """
    optimizer._inner_count = count


def order_of_rank(sampler: Any) -> Iterator[int]:
    """A fresh iterator over this process's share of an ``InfiniteSampler``'s endless order.

    Its own, ``indices``, is made once and goes on where it was left.
    """
    return sampler._indices_of_rank()


def seed_differs_by_rank(runner: Any) -> bool:
    """Whether a ``Runner`` has added the rank to its seed (``randomness.diff_rank_seed``)."""
    return bool(runner._randomness_cfg.get("diff_rank_seed"))


def stacked_labels(head: Any, data_samples: list) -> "Tensor":
    """The label maps (N, 1, H, W) of data samples, as an mmseg decode head stacks them."""
    return head._stack_batch_gt(data_samples)


def move_without_waiting(data_preprocessor: Any) -> None:
    """Let a ``BaseDataPreprocessor`` move batches while the device computes.

    Those of mmseg and mmdet do not hand on ``non_blocking``, an argument of their base.
    """
    data_preprocessor._non_blocking = True


def start_from(runner: Any, checkpoint: str | None, resume: bool) -> None:
    """Have a ``Runner`` begin with a checkpoint: resume its training, or take its weights alone.

    Its config keeps what the user wrote: where a run starts depends on the work directory too.
    """
    runner._load_from, runner._resume = checkpoint, resume


def take_datasets(runner: Any, datasets: dict[str, Any]) -> None:
    """Have the loaders of a ``Runner`` take over data sets that are built already.

    Its config, which it has written down by now, keeps their settings.

    Args:
        runner: that has built none.
        datasets: by the key of their loader; ``target_dataloader`` is handed to the
            training loop. It is emptied: the loaders copy them, and none stays in memory twice.
    """
    while datasets:
        key, dataset = datasets.popitem()
        if key == "target_dataloader":
            loader = dict(runner.cfg[key], dataset=dataset)
            runner._train_loop = dict(runner._train_loop, target_dataloader=loader)
        else:
            setattr(runner, f"_{key}", dict(getattr(runner, f"_{key}"), dataset=dataset))


def resumes(runner: Any) -> bool:
    """Whether a ``Runner`` resumes what it loads."""
    return bool(runner._resume)


def settle_val_interval(loop: Any) -> None:
    """Have a training loop take the validation interval of the iteration or epoch that it is at."""
    loop._decide_current_val_interval()
