"""Testing while the model adapts to what it is tested on."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmengine.dist import get_world_size
from mmengine.evaluator import Evaluator
from mmengine.hooks import EMAHook
from mmengine.registry import LOOPS
from mmengine.runner import Runner, TestLoop
from torch import Tensor, nn
from torch.utils.data import DataLoader

from mmadvent.engine.loops.adapted_tests import (
    LOOP,
    MINENT,
    check_settings,
    choose_trained,
    use_methods,
)
from mmadvent.engine.model_checks import check_adapts
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from mmadvent.engine.parts import told_of
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import network_part
from mmadvent.io.writing import write_checkpoint
from mmadvent.models.running_statistics import kept_running_statistics


@LOOPS.register_module()
class TestTimeAdaptationLoop(TestLoop):
    """Adapt to each test batch without its labels, then predict it.

    The network trains on the batch with methods that need no source, by default TENT: the entropy
    is minimised over the affine parameters of the norms. Then it predicts the same batch. Norms use
    the batch's statistics in both, dropout is off. Labels reach the metrics alone. A norm that sees
    one value a channel, as behind the pooling of a whole image, uses its running statistics.

    Args:
        runner: the runner. Its model has to be one of this package's.
        dataloader: as :class:`mmengine.runner.TestLoop` has it, as are ``evaluator`` and ``fp16``.
        adaptation: configs of the methods, in place of the model's own, or a method's name.
        optim_wrapper: config of the optimizer, Adam with a rate of 1e-4 by default; what
            ``optimizer`` leaves out stays so. Gradients that it accumulates step with the last
            batch at the latest.
        parameters: what is trained: ``norms``, the affine parameters of the norms, or ``all``.
        steps: training steps on each batch; 0 only predicts with the batch's statistics.
        episodic: whether the weights and the optimizer are set back before each batch. A batch is
            an image where ``test_dataloader.batch_size`` is 1, as usual.
        batch_statistics: whether norms predict with the batch's statistics, as TENT does, or with
            the running ones, which adaptation moves.
        save_as: file for a checkpoint of the network as it is after the last batch.

    Raises:
        InputError: if an argument is outside its range, if an episode ends while gradients are
            accumulated, if ``save_as`` cannot be written, if the model cannot adapt, if a method
            needs a source or pseudo-labels, or if there are several processes, each of which would
            adapt a model of its own.

    Source: Wang et al., TENT, ICLR 2021; Li et al., AdaBN, ICLR 2017 workshops.
    """

    __test__ = False  # no test of pytest's

    def __init__(
        self,
        runner: Runner,
        dataloader: DataLoader | dict,
        evaluator: Evaluator | dict | list,
        fp16: bool = False,
        adaptation: Sequence[dict] | str = MINENT,
        optim_wrapper: dict | None = None,
        parameters: str = "norms",
        steps: int = 1,
        episodic: bool = False,
        batch_statistics: bool = True,
        save_as: str | None = None,
    ) -> None:
        # Before the model, which is in a wrapper where there are several.
        if get_world_size() > 1:
            raise InputError(
                "TestTimeAdaptationLoop adapts one model to one stream of images and needs one "
                f"process, got {get_world_size()}"
            )
        self.adaptation, self.optim_wrapper_cfg = check_settings(
            adaptation, optim_wrapper, parameters, steps, episodic, batch_statistics, save_as
        )
        check_adapts(runner.model, LOOP)
        super().__init__(runner, dataloader, evaluator, fp16)
        self.parameters, self.steps, self.episodic = parameters, steps, episodic
        self.batch_statistics, self.save_as = batch_statistics, save_as

    def run(self) -> dict:
        """Test, and save what the network has become."""
        # Not before: the checkpoint is loaded when the loop is there.
        self._prepare()
        metrics = super().run()
        if self.save_as is not None:
            self._save(self.save_as)
        return metrics

    def run_iter(self, idx: int, data_batch: dict) -> None:
        """Adapt to a batch and predict it."""
        model = self.runner.model
        if self.episodic:
            model.load_state_dict(self._weights)
            self.optim_wrapper.load_state_dict(copy.deepcopy(self._optimizer))
        unlabeled = _without_labels(data_batch)
        with _training_norms(model):
            choose_trained(model, self.parameters)
            for _ in range(self.steps):
                model.adaptation_step(
                    {"target": unlabeled}, self.optim_wrapper, model, training=False
                )
        if not self.batch_statistics:
            super().run_iter(idx, data_batch)
            return
        with _training_norms(model), kept_running_statistics():
            super().run_iter(idx, data_batch)

    def _prepare(self) -> None:
        model = self.runner.model
        use_methods(model, self.adaptation, self.parameters)
        with told_of("test_cfg.optim_wrapper cannot be built"):
            self.optim_wrapper = build_optimizers(model, self.optim_wrapper_cfg)
        # It steps with the last batch, whatever it has accumulated by then.
        self.optim_wrapper.initialize_count_status(model, 0, self.steps * len(self.dataloader))
        # The checkpoint's weights are the averages. The hook would put them back for the adapted.
        hooks = self.runner.hooks
        hooks[:] = [hook for hook in hooks if not isinstance(hook, EMAHook)]
        if self.episodic:
            self._weights = copy.deepcopy(model.state_dict())
            self._optimizer = copy.deepcopy(self.optim_wrapper.state_dict())

    def _save(self, path: str) -> None:
        content = dict(
            meta=dict(dataset_meta=getattr(self.dataloader.dataset, "metainfo", {})),
            state_dict=network_part(self.runner.model.state_dict()),
        )
        write_checkpoint(Path(path), content)


def _without_labels(batch: dict) -> dict:
    samples = [type(sample)(metainfo=sample.metainfo) for sample in batch["data_samples"]]
    return dict(inputs=batch["inputs"], data_samples=samples)


@contextmanager
def _training_norms(model: nn.Module) -> Iterator[None]:
    """Norms with running statistics use, and count, those of the batch; all else predicts."""
    norms: list[Any] = [m for m in model.eval().modules() if hasattr(m, "running_mean")]
    handles = []
    for norm in norms:
        norm.training = True
        handles.append(norm.register_forward_pre_hook(_predict_single_value))
        handles.append(norm.register_forward_hook(_train_again))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
        model.eval()


def _predict_single_value(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    """One value a channel has no variance: torch refuses it of a norm in training mode."""
    norm.training = inputs[0].numel() > inputs[0].shape[1]


def _train_again(norm: nn.Module, inputs: object, output: object) -> None:
    norm.training = True
