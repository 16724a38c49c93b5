"""Whole runs in one and in two processes; the tests run this in a process of its own."""

import copy
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

from tests.distributed.processes import run_ranks
from tests.toys import toy_training, write_domains
from tests.training.draws import Draws

ITERATIONS, CUT = 6, 3
SOURCES, TARGETS = 5, 4


class Record(Hook):
    """Keep which images a process trained on, how they were flipped, and what it validated."""

    def __init__(self) -> None:
        self.seen: dict[str, list] = {"source": [], "target": []}
        self.validated: list[dict[str, Tensor]] = []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        for domain, seen in self.seen.items():
            (sample,) = data_batch[domain]["data_samples"]
            seen.append((Path(sample.img_path).name, sample.flip))

    def before_val_iter(self, runner, batch_idx, data_batch=None):
        if batch_idx == 0:
            model = getattr(runner.model, "module", runner.model)
            self.validated.append(copy.deepcopy(model.state_dict()))


def config(
    data: Path,
    work_dir: Path,
    launcher: str,
    resume: Path | None,
    accumulative_counts: int = 1,
    diff_rank_seed: bool = False,
    averaged: bool = False,
) -> Config:
    """A run of AdvEnt with dropout; it validates on the way, a resumed one has other workers."""
    config = toy_training(data, work_dir, ITERATIONS, workers=0 if resume is None else 1)
    config.randomness.diff_rank_seed = diff_rank_seed
    config.optim_wrapper.accumulative_counts = accumulative_counts
    config.train_cfg.val_interval = CUT
    config.default_hooks.checkpoint.update(save_best="mean_entropy", rule="less")
    if averaged:
        config.custom_hooks.append(dict(type="EMAHook", momentum=0.3, update_buffers=True))
    config.launcher = launcher
    if launcher == "pytorch":
        config.model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel", device_ids=None)
    if resume is not None:
        config.load_from, config.resume = str(resume), True
    return config


def run(config: Config) -> dict:
    runner = Runner.from_cfg(config)
    record, draws = Record(), Draws()
    runner.register_hook(record)
    runner.register_hook(draws)
    runner.train()
    model = getattr(runner.model, "module", runner.model)
    optimizers = runner.optim_wrapper.state_dict()
    return dict(
        seen=record.seen,
        validated=record.validated,
        drawn=draws.numbers,
        weights=model.state_dict(),
        optimizers=optimizers,
    )


def main(file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        data = write_domains(root / "data", SOURCES, TARGETS)

        def runs(count: int, name: str, resume: Path | None = None, **settings: Any) -> list[dict]:
            launcher = "pytorch" if count > 1 else "none"

            # All of it in the children: they are forked before any backward pass.
            def one_rank(_: int) -> dict:
                return run(config(data, root / name, launcher, resume, **settings))

            return run_ranks(one_rank, count)

        two, one, slow = (root / name / f"iter_{CUT}.pth" for name in ("two", "one", "slow"))
        results = {
            "two": runs(2, "two"),
            "two, seeds apart": runs(2, "apart", diff_rank_seed=True),
            "two, averaged": runs(2, "averaged", averaged=True),
            "one": runs(1, "one"),
            "two from two": runs(2, "two_from_two", two),
            "two from one": runs(2, "two_from_one", one),
            "one from two": runs(1, "one_from_two", two),
            "accumulated": runs(2, "slow", accumulative_counts=CUT),
            "accumulated from two": runs(2, "slow_from_two", slow, accumulative_counts=CUT),
        }
        torch.save(results, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
