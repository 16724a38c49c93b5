"""Runs of mmengine alone, in milliseconds: a line through numbers."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import Tensor, nn

import mmadvent.engine  # noqa: F401  (registers the hooks)

OWN_HOOKS = dict(
    checkpoint=dict(type="WholeCheckpointHook", by_epoch=False, interval=2, max_keep_ckpts=1),
    finite=dict(type="FiniteHook"),
    resumed_schedule=dict(type="ResumedScheduleHook"),
    due_validation=dict(type="DueValidationHook"),
    logger=dict(type="LoggerHook", interval=1, log_metric_by_epoch=False),
)
_numbers = itertools.count()


class Line(BaseModel):
    """Learns to give 0; the log has a value beside its loss that is no number."""

    def __init__(self) -> None:
        super().__init__()
        self.line = nn.Linear(1, 1)
        nn.init.ones_(self.line.weight)
        self.register_buffer("mean", torch.zeros(1))

    def forward(self, inputs: Tensor, mode: str = "tensor") -> Any:
        output = self.line(inputs[:, None])
        if mode == "loss":
            return {"decode.loss_ce": output.square().mean(), "acc": torch.tensor(float("nan"))}
        return list(output)


class Score(BaseMetric):
    """Gives one score after the other, under two names."""

    def __init__(self, scores: Sequence[float]) -> None:
        super().__init__()
        self.scores = iter(scores)

    def process(self, data_batch: Any, data_samples: Any) -> None:
        self.results.append(0)

    def compute_metrics(self, results: list) -> dict[str, float]:
        return dict.fromkeys(("acc", "same"), next(self.scores))


def small_run(
    work_dir: Path,
    inputs: Sequence[float] = (1.0, 2.0),
    max_iters: int = 4,
    val_interval: int = 100,
    scores: Sequence[float] = (0.5,) * 9,
    hooks: dict[str, dict] | None = None,
    **settings: Any,
) -> Runner:
    """A runner over ``inputs``, which come again and again, one an iteration."""

    def loader(kind: str) -> dict:
        return dict(
            batch_size=1,
            num_workers=0,
            sampler=dict(type=kind, shuffle=False),
            dataset=[dict(inputs=torch.tensor(value)) for value in inputs],
            collate_fn=dict(type="default_collate"),
        )

    own: dict[str, Any] = {
        name: hook | (hooks or {}).get(name, {}) for name, hook in OWN_HOOKS.items()
    }
    defaults: dict[str, Any] = dict(
        train_dataloader=loader("InfiniteSampler"),
        train_cfg=dict(type="IterBasedTrainLoop", max_iters=max_iters, val_interval=val_interval),
        val_dataloader=loader("DefaultSampler"),
        val_cfg=dict(type="ValLoop"),
        val_evaluator=[Score(scores)],
        optim_wrapper=dict(optimizer=dict(type="SGD", lr=0.01, momentum=0.9)),
        param_scheduler=[dict(type="PolyLR", power=0.9, end=9, by_epoch=False)],
        log_processor=dict(by_epoch=False),
        default_scope="mmengine",
        # Runners of one process share what has the same name.
        experiment_name=f"small_{next(_numbers)}",
        randomness=dict(seed=1),
    )
    return Runner(Line(), str(work_dir), default_hooks=own, **(defaults | settings))


def stored(work_dir: Path) -> list[str]:
    """The names of the checkpoints in a work directory."""
    return sorted(path.name for path in work_dir.glob("*.pth"))
