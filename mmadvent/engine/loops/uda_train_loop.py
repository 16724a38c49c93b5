"""The training loop over two domains."""

from typing import Any

import torch
from mmengine.device import get_device
from mmengine.dist import get_rank
from mmengine.model import is_model_wrapper
from mmengine.optim import OptimWrapperDict
from mmengine.registry import LOOPS
from mmengine.runner import BaseLoop, IterBasedTrainLoop, Runner
from mmengine.runner.utils import calc_dynamic_intervals
from torch.utils.data import DataLoader

from mmadvent.compat import seed_differs_by_rank
from mmadvent.engine.distributed import AdaptationDistributedDataParallel, share_buffers
from mmadvent.engine.hooks.delayed_log_hook import DelayedLogHook
from mmadvent.engine.hooks.fresh_methods_hook import FreshMethodsHook
from mmadvent.engine.loops.epochs import check_counts_iterations
from mmadvent.engine.loops.resumable_loader import ResumableLoader
from mmadvent.engine.loops.seeding import derive_seed, seed_all_generators
from mmadvent.engine.loops.target_dataloader import target_dataloader_of
from mmadvent.engine.model_checks import check_adapts, check_class_names
from mmadvent.engine.optimizers.optim_wrapper_constructor import delegate_constructor
from mmadvent.errors import InputError

_SOURCE, _TARGET, _STEP = range(3)  # set the seeds of each domain's samples and of the steps apart


@LOOPS.register_module()
class UDATrainLoop(IterBasedTrainLoop):
    """Draw one batch of each domain an iteration and hand both to the model's training step.

    The source is the runner's ordinary ``train_dataloader``, which hooks and tools know; the
    target's is the config's ``target_dataloader``, beside it. Each has its own batch size, workers,
    pipeline and seed.

    A resumed run continues both streams where the checkpoint stands, without loading what was used.
    Before each step the generators that it draws from (dropout) are seeded by the run's seed, the
    process's rank and the iteration's number. So neither a validation in between nor an
    interruption changes what they give: a resumed run of as many processes draws what an
    uninterrupted one does.

    Args:
        runner: the runner.
        dataloader: the source's dataloader or its config.
        target_dataloader: the target's dataloader or its config, as ``train_dataloader``, where
            the runner's config has none. Its dataset needs images only.
        source_free: whether to train on the target alone. ``train_dataloader``, which mmengine asks
            for, is not built then, so the source's images may be absent.
        max_iters: number of iterations.
        val_begin: first iteration that may be followed by a validation.
        val_interval: iterations between two validations.
        dynamic_intervals: pairs of an iteration and the validation interval from there on.
        max_epochs: refused; a config that inherits from one that counts in epochs is told what to
            write.

    Raises:
        InputError: if the config counts in epochs, if there is no target loader, if the model has
            no adaptation step or is wrapped by a distributed wrapper that would skip it, if a
            method's numbers are of other classes than the source's, or if there is nothing to train
            on without a source.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: DataLoader | dict,
        max_iters: int | None = None,
        target_dataloader: DataLoader | dict | None = None,
        val_begin: int = 1,
        val_interval: int = 1000,
        dynamic_intervals: list[tuple[int, int]] | None = None,
        source_free: bool = False,
        max_epochs: int | None = None,
    ) -> None:
        target_dataloader = target_dataloader_of(runner.cfg, target_dataloader)
        if is_model_wrapper(runner.model) and not isinstance(
            runner.model, AdaptationDistributedDataParallel
        ):
            raise InputError(
                "model_wrapper_cfg.type must be AdaptationDistributedDataParallel (others skip the "
                f"adaptation), got {type(runner.model).__name__}"
            )
        model = getattr(runner.model, "module", runner.model)
        check_adapts(model)
        self._rank = get_rank()
        self._seed = seed = self._seed_of_run(runner)
        if isinstance(target_dataloader, dict):
            # Another seed than the source's: equally long sets would be shuffled alike.
            target_dataloader = _build(runner, target_dataloader, seed + 1)
        self.target_dataloader = target_dataloader
        if source_free:
            check_source_free(model)
            dataloader = target_dataloader
        elif isinstance(dataloader, dict):
            dataloader = _build(runner, dataloader, seed)
        # After the loaders: their length is what an epoch is.
        check_counts_iterations(runner.cfg, len(dataloader))
        if max_iters is None:
            raise InputError("train_cfg.max_iters must be the number of iterations, got none")
        delegate_constructor(runner.optim_wrapper)
        # Not IterBasedTrainLoop's own constructor: it starts the source's workers at once, which
        # draw from the sampler before the loop knows where to start.
        BaseLoop.__init__(self, runner, dataloader)
        if not source_free:
            check_class_names(model, self.dataloader.dataset)
        self._max_iters = int(max_iters)
        self._max_epochs = 1  # the whole training is one epoch, as upstream has it
        self._epoch = 0
        self._iter = 0
        self.val_begin = val_begin
        self.val_interval = val_interval
        self.stop_training = False  # set by EarlyStoppingHook
        self.dynamic_milestones, self.dynamic_intervals = calc_dynamic_intervals(
            val_interval, dynamic_intervals
        )
        runner.register_hook(FreshMethodsHook())
        runner.visualizer.dataset_meta = self.dataloader.dataset.metainfo
        self.streams = {"target": ResumableLoader(target_dataloader, (seed, self._rank, _TARGET))}
        if not source_free:
            source = ResumableLoader(self.dataloader, (seed, self._rank, _SOURCE))
            self.streams = {"source": source} | self.streams

    def run(self) -> torch.nn.Module:
        """Train."""
        DelayedLogHook.replace_upstreams(self.runner)
        self.runner.call_hook("before_train")
        self.runner.call_hook("before_train_epoch")
        self._take_over_seed()
        self._count_accumulation()
        for stream in self.streams.values():
            stream.seek(self._iter)
        while self._iter < self._max_iters and not self.stop_training:
            self.runner.model.train()
            self.run_iter({domain: next(stream) for domain, stream in self.streams.items()})
            self._decide_current_val_interval()
            if self._validates_now():
                share_buffers(self.runner)
                self.runner.val_loop.run()
        # Now, not when the runner is collected as garbage: then torch waits 5 s for each worker.
        for stream in self.streams.values():
            stream.close()
        self.runner.call_hook("after_train_epoch")
        self.runner.call_hook("after_train")
        return self.runner.model

    def run_iter(self, data_batch: dict) -> None:
        """Train on ``{'source': batch, 'target': batch}``."""
        seed_all_generators(derive_seed((self._seed, self._rank, _STEP), self._iter))
        super().run_iter(data_batch)

    def _seed_of_run(self, runner: Runner) -> int:
        """The same in all processes, of which each takes its share of one order of the images."""
        seed = runner.seed or 0
        # Then the runner has added the rank.
        return seed - self._rank if seed_differs_by_rank(runner) else seed

    def _take_over_seed(self) -> None:
        """A run whose config has no seed resumes with the one that its checkpoint's run drew."""
        before, seed = self._seed, self._seed_of_run(self.runner)
        for name, stream in self.streams.items():
            domain = _SOURCE if name == "source" else _TARGET
            stream.seed = (seed, self._rank, domain)
            sampler = stream.dataloader.sampler
            if getattr(sampler, "seed", None) == before + domain:
                sampler.seed = seed + domain
        self._seed = seed

    def _count_accumulation(self) -> None:
        """Tell each optimizer where the run stands and ends: upstream forgets those of a dict."""
        optimizers = self.runner.optim_wrapper
        if isinstance(optimizers, OptimWrapperDict):
            for optimizer in optimizers.values():
                optimizer.initialize_count_status(self.runner.model, self._iter, self._max_iters)

    def _validates_now(self) -> bool:
        if self.runner.val_loop is None or self._iter < self.val_begin:
            return False
        return self._iter % self.val_interval == 0 or self._iter == self._max_iters


def _build(runner: Runner, dataloader: dict, seed: int) -> DataLoader:
    """A dataloader whose batches reach an accelerator while it computes, unless it says not to."""
    if get_device() != "cpu":
        dataloader = dict(dataloader)
        dataloader.setdefault("pin_memory", True)
    return runner.build_dataloader(dataloader, seed=seed)


def check_source_free(model: Any) -> None:
    """Check that a model has something to learn from the target alone.

    Raises:
        InputError: if it has no active method, or one that needs a source.
    """
    methods = [method for method in getattr(model, "adaptation", ()) if method.active]
    needing = [type(method).__name__ for method in methods if method.needs_source]
    if needing or not methods:
        raise InputError(
            "train_cfg.source_free=True needs methods in model.adaptation that learn from the "
            f"target alone, such as InformationMaximization, got {', '.join(needing) or 'none'}"
        )
