"""The training loop over two domains."""

import torch
from mmengine.dist import get_rank, get_world_size
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.optim import OptimWrapperDict
from mmengine.registry import LOOPS
from mmengine.runner import BaseLoop, IterBasedTrainLoop, Runner
from mmengine.runner.utils import calc_dynamic_intervals
from torch.utils.data import DataLoader

from mmadvent.engine.distributed import AdaptationDistributedDataParallel
from mmadvent.engine.domain_stream import DomainStream
from mmadvent.engine.random_state import (
    isolated_random_state,
    random_state,
    set_random_state,
)
from mmadvent.errors import InputError

STATE_KEY = "uda_random_state"


@LOOPS.register_module()
class UDATrainLoop(IterBasedTrainLoop):
    """Draw one batch of each domain an iteration and hand both to the model's training step.

    The source is the runner's ordinary ``train_dataloader``, which hooks and tools know; the
    target's loader is given here. Each has its own batch size, workers, pipeline and seed. A
    resumed run continues both streams where the checkpoint stands, without loading what was used,
    and, in a run of one process, with the checkpoint's random states: it gives the weights of an
    uninterrupted run.

    Args:
        runner: the runner.
        dataloader: the source's dataloader or its config.
        target_dataloader: the target's dataloader or its config, as ``train_dataloader``. Its
            dataset needs images only.
        max_iters: number of iterations.
        val_begin: first iteration that may be followed by a validation.
        val_interval: iterations between two validations.
        dynamic_intervals: pairs of an iteration and the validation interval from there on.

    Raises:
        InputError: if there is no target loader, or if the model is wrapped by a distributed
            wrapper that would skip the adaptation.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: DataLoader | dict,
        max_iters: int,
        target_dataloader: DataLoader | dict | None = None,
        val_begin: int = 1,
        val_interval: int = 1000,
        dynamic_intervals: list[tuple[int, int]] | None = None,
    ) -> None:
        target_dataloader = check_target_dataloader(target_dataloader)
        if is_model_wrapper(runner.model) and not isinstance(
            runner.model, AdaptationDistributedDataParallel
        ):
            raise InputError(
                "model_wrapper_cfg.type must be AdaptationDistributedDataParallel (others skip the "
                f"adaptation), got {type(runner.model).__name__}"
            )
        # Not IterBasedTrainLoop's own constructor: it starts the source's workers at once, which
        # draw from the sampler before the loop knows where to start.
        BaseLoop.__init__(self, runner, dataloader)
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
        runner.visualizer.dataset_meta = self.dataloader.dataset.metainfo
        self._seed = seed = runner.seed or 0
        if isinstance(target_dataloader, dict):
            # Another seed than the source's: equally long sets would be shuffled alike.
            target_dataloader = runner.build_dataloader(target_dataloader, seed=seed + 1)
        self.target_dataloader = target_dataloader
        self.source = DomainStream(self.dataloader, (seed, get_rank(), 0))
        self.target = DomainStream(self.target_dataloader, (seed, get_rank(), 1))
        self._saved_state: dict | None = None
        self._training_state: dict | None = None  # while a validation draws its own numbers
        runner.register_hook(_RandomStateHook(self), priority="VERY_LOW")

    def run(self) -> torch.nn.Module:
        """Train."""
        self.runner.call_hook("before_train")
        self.runner.call_hook("before_train_epoch")
        self._take_over_seed()
        self._count_accumulation()
        self.source.seek(self._iter)
        self.target.seek(self._iter)
        if self._iter > 0 and self._saved_state is not None:
            set_random_state(self._saved_state)
        while self._iter < self._max_iters and not self.stop_training:
            self.runner.model.train()
            self.run_iter({"source": next(self.source), "target": next(self.target)})
            self._decide_current_val_interval()
            if self._validates_now():
                # Validation draws random numbers too (each loader its workers' seed), and a resumed
                # run does not repeat it.
                # The hook of checkpoints saves the best one, and the last again, before it ends.
                self._training_state = random_state()
                with isolated_random_state():
                    self.runner.val_loop.run()
                self._training_state = None
        # Now, not when the runner is collected as garbage: then torch waits 5 s for each worker.
        self.source.close()
        self.target.close()
        self.runner.call_hook("after_train_epoch")
        self.runner.call_hook("after_train")
        return self.runner.model

    def _take_over_seed(self) -> None:
        """A run whose config has no seed resumes with the one that its checkpoint's run drew."""
        before, seed = self._seed, self.runner.seed or 0
        for domain, stream in enumerate((self.source, self.target)):
            stream.seed = (seed, get_rank(), domain)
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


def check_target_dataloader(loader: DataLoader | dict | None) -> DataLoader | dict:
    """Return ``loader`` if there is one.

    Raises:
        InputError: if it is None or an empty config.
    """
    if loader is None or loader == {}:
        raise InputError(
            "train_cfg.target_dataloader must be the dataloader of the unlabelled target images, "
            f"got {loader}"
        )
    return loader


class _RandomStateHook(Hook):
    """Carry the random states of the loop's process through checkpoints."""

    def __init__(self, loop: UDATrainLoop) -> None:
        self.loop = loop

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        checkpoint[STATE_KEY] = self.loop._training_state or random_state()

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        # Only the first process saves, and the others must not draw what it draws.
        if get_world_size() == 1:
            self.loop._saved_state = checkpoint.get(STATE_KEY)
