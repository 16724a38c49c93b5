"""What an iteration of the loop costs when the model costs nothing."""

import itertools
import tempfile
from collections.abc import Callable, Iterator

import torch
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from mmengine.registry import DefaultScope
from mmengine.runner import IterBasedTrainLoop, Runner
from torch import Tensor, nn
from torch.utils.data import Dataset

import mmadvent.engine  # noqa: F401  (registers the loop)
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave
from mmadvent.models.train_step import AdaptationStep

GOAL = 1.2
ROUNDS = 16  # of each repetition: short ones, as what disturbs them comes and goes
UNUSED_HOOKS = ("logger", "checkpoint", "sampler_seed", "param_scheduler")
_numbers = itertools.count()


class OneParameter(AdaptationStep, BaseModel):
    """The smallest model that can be trained, by our loop too."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, *args: object, **kwargs: object) -> Tensor:
        return self.weight.sum()

    def train_step(self, data: object, optim_wrapper: OptimWrapper) -> dict[str, Tensor]:
        loss = self()
        optim_wrapper.update_params(loss)
        return dict(loss=loss.detach())


class Zeros(Dataset):
    """A data set whose samples cost nothing."""

    metainfo: dict = {}

    def __len__(self) -> int:
        return 100

    def __getitem__(self, index: int) -> Tensor:
        return torch.zeros(1)


def loader() -> dict:
    """A data loader of :class:`Zeros` in this process."""
    return dict(
        batch_size=1,
        num_workers=0,
        dataset=Zeros(),
        sampler=dict(type="InfiniteSampler", shuffle=True),
    )


class SecondLoader(IterBasedTrainLoop):
    """mmengine's loop that also draws from another data loader: the least that two domains cost."""

    def __init__(self, runner: Runner, target_dataloader: dict, **kwargs: object) -> None:
        super().__init__(runner, **kwargs)
        self.target = iter(runner.build_dataloader(target_dataloader, seed=1))

    def run_iter(self, data_batch: object) -> None:
        super().run_iter({"source": data_batch, "target": next(self.target)})


def with_runner(iterations: int, work_dir: str, loop: dict) -> Callable[[], object]:
    """A run of mmengine's runner with one of the loops, without logs and checkpoints."""
    name = f"loop_overhead_{next(_numbers)}"
    runner = Runner(
        model=OneParameter(),
        work_dir=work_dir,
        train_dataloader=loader(),
        train_cfg=dict(max_iters=iterations, **loop),
        optim_wrapper=dict(optimizer=dict(type="SGD", lr=0.1)),
        default_hooks=dict.fromkeys(UNUSED_HOOKS),
        log_level="ERROR",
        experiment_name=name,
        default_scope="mmengine",
        randomness=dict(seed=0),
    )
    return runner.train


def bare(iterations: int) -> Callable[[], object]:
    """The same without a runner: two batches, a loss, a gradient, a step."""
    model = OneParameter()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    loaders = [Runner.build_dataloader(loader(), seed=seed) for seed in (0, 1)]

    def run() -> None:
        streams = [iter(source) for source in loaders]
        for _ in range(iterations):
            for stream in streams:
                next(stream)
            model().backward()
            optimizer.step()
            optimizer.zero_grad()

    return run


def run(settings: Settings) -> Iterator[Row]:
    """Time of an iteration, a batch of each domain in it; upstream's loop has one batch."""
    iterations = 20 if settings.quick else 250
    with (
        tempfile.TemporaryDirectory() as work_dir,
        DefaultScope.overwrite_default_scope("mmengine"),
    ):
        upstream = dict(type="IterBasedTrainLoop")
        ours = dict(type="UDATrainLoop", target_dataloader=loader())
        second = dict(type=SecondLoader, target_dataloader=loader())
        seconds = interleave(
            {
                "ours": lambda: with_runner(iterations, work_dir, ours),
                "upstream": lambda: with_runner(iterations, work_dir, upstream),
                "second": lambda: with_runner(iterations, work_dir, second),
                "bare": lambda: bare(iterations),
            },
            ROUNDS * settings.repeats,
        )
    yield compare(
        "loop overhead, to mmengine's loop", seconds["ours"], seconds["upstream"], GOAL, iterations
    )
    yield compare(
        "loop overhead of a second loader alone",
        seconds["second"],
        seconds["upstream"],
        each=iterations,
    )
    yield compare(
        "loop overhead, to a bare loop", seconds["ours"], seconds["bare"], each=iterations
    )
