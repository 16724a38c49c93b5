"""Whole runs in one and in two processes; the tests run this in a process of its own."""

import sys
import tempfile
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from tests.distributed.processes import run_ranks
from tests.toys import toy_segmentor, toy_training, write_domains

ITERATIONS, CUT = 6, 3
SOURCES, TARGETS = 5, 4


class Record(Hook):
    """Keep which images a process trained on, and how they were flipped."""

    def __init__(self) -> None:
        self.seen: dict[str, list] = {"source": [], "target": []}

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        for domain, seen in self.seen.items():
            (sample,) = data_batch[domain]["data_samples"]
            seen.append((Path(sample.img_path).name, sample.flip))


def config(data: Path, work_dir: Path, launcher: str, resume: Path | None) -> Config:
    """A run of AdvEnt whose network draws no random numbers: it has no dropout."""
    config = toy_training(data, work_dir, ITERATIONS)
    config.model.auxiliary_head = toy_segmentor(19).auxiliary_head
    config.launcher = launcher
    if launcher == "pytorch":
        config.model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel", device_ids=None)
    if resume is not None:
        config.load_from, config.resume = str(resume), True
    return config


def run(config: Config) -> dict:
    runner = Runner.from_cfg(config)
    record = Record()
    runner.register_hook(record)
    runner.train()
    model = getattr(runner.model, "module", runner.model)
    optimizers = runner.optim_wrapper.state_dict()
    return dict(seen=record.seen, weights=model.state_dict(), optimizers=optimizers)


def main(file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        data = write_domains(root / "data", SOURCES, TARGETS)

        def runs(count: int, name: str, resume: Path | None = None) -> list[dict]:
            launcher = "pytorch" if count > 1 else "none"
            # All of it in the children: they are forked before any backward pass.
            return run_ranks(lambda _: run(config(data, root / name, launcher, resume)), count)

        two, one = (root / name / f"iter_{CUT}.pth" for name in ("two", "one"))
        results = {
            "two": runs(2, "two"),
            "one": runs(1, "one"),
            "two from two": runs(2, "two_from_two", two),
            "two from one": runs(2, "two_from_one", one),
            "one from two": runs(1, "one_from_two", two),
        }
        torch.save(results, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
