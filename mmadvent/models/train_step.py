"""The one training step that segmentation and detection share."""

import copy
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from mmengine.logging import MessageHub
from mmengine.model import ModuleList
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn

from mmadvent.compat import move_without_waiting
from mmadvent.errors import InputError
from mmadvent.models.adaptations import Adaptation, Step
from mmadvent.models.adaptations.building import build_method
from mmadvent.models.optimizer_steps import backward, step_if_due
from mmadvent.models.padding import batch_mask, preprocessed
from mmadvent.models.parts import DISCRIMINATOR, NETWORK
from mmadvent.structures import DomainOutput, LogitsLevel

SOURCE, TARGET, FURTHER = "source", "target", "further"
PASSES = (SOURCE, TARGET, FURTHER, DISCRIMINATOR)


class Pass(NamedTuple):
    """What goes through the network once: a domain's batch, or what one method asks for."""

    mode: str
    method: Adaptation | None = None
    has_gradient: bool = True


class AdaptationStep:
    """Mixin that trains an OpenMMLab model on a batch of each domain.

    Put it before the upstream model class. The host calls :meth:`init_adaptation` at the end of
    its constructor and defines :meth:`source_forward` and :meth:`target_forward`.

    A step passes the source through the network, then the target, then what methods ask for
    (mixed images); each pass is followed by its backward pass, so the memory of a step is that of
    the largest pass. Then the network's optimizer steps, then the discriminators'.
    """

    adaptation: nn.ModuleList

    def init_adaptation(self, configs: Sequence[dict], levels: Sequence[LogitsLevel]) -> None:
        """Build the methods for the network and its levels.

        Raises:
            InputError: if a config is not one of a registered adaptation method, if the name of a
                method contains "loss", if a method needs pseudo-labels and the host reads none, or
                if every level is left out.
        """
        used = [level for level in levels if level.weight > 0]
        if configs and not used:
            raise InputError(
                "model.level_weights must leave a level to adapt, got 0 for "
                f"{', '.join(level.name for level in levels)}"
            )
        move_without_waiting(self.data_preprocessor)  # type: ignore[attr-defined]
        self._adaptation_levels = list(levels)
        self.adaptation = ModuleList()
        for config in configs:
            method = build_method(config)
            if method.needs_pseudo_labels and not self._reads_pseudo_labels():
                raise InputError(
                    f"{type(method).__name__} needs a model that reads pseudo-labels, such as "
                    f"DomainAdaptSegmentor, got {type(self).__name__}"
                )
            method.build(self, used)
            self.adaptation.append(method)

    def replace_adaptation(self, configs: Sequence[dict]) -> None:
        """Adapt by other methods from now on; raises as :meth:`init_adaptation`."""
        device = next(self.parameters()).device  # type: ignore[attr-defined]
        self.init_adaptation(configs, self._adaptation_levels)
        self.adaptation.to(device)

    def source_forward(
        self, inputs: Tensor, data_samples: list, with_logits: bool
    ) -> tuple[dict, DomainOutput]:
        """Supervised losses of a source batch; its images, labels and, if asked for, its logits.

        All come from one forward. The logits have no graph.
        """
        raise NotImplementedError

    def target_forward(self, inputs: Tensor, mask: Tensor | None = None) -> DomainOutput:
        """Outputs of a target batch. It has no data samples: nothing could read a label.

        Where ``mask`` (N, H, W) is false the images are padded, and no position counts.
        """
        raise NotImplementedError

    def read_pseudo_labels(self, inputs: Tensor, data_samples: list) -> Tensor:
        """Pseudo-labels of a target batch, (N, H, W) int64 with 255 where there are none.

        Called only for a method that needs them, and nothing else reads a target's data samples.
        """
        raise NotImplementedError

    def check_pseudo_labels(self, data_samples: list) -> None:
        """Refuse wrong pseudo-labels of a target batch while they are still on the host.

        On a device a step would wait for the answer.
        """

    @property
    def trains_discriminators(self) -> bool:
        """Whether there is something for an optimizer of discriminators."""
        return any(method.active and len(method.discriminators) for method in self.adaptation)

    def copy_of_network(self) -> "AdaptationStep":
        """A copy of the model without its methods, for example for a mean teacher."""
        methods, self.adaptation = self.adaptation, ModuleList()
        try:
            return copy.deepcopy(self)
        finally:
            self.adaptation = methods

    def forward(self, *args: Any, mode: str = "tensor", **kwargs: Any) -> Any:
        """Add the step's passes to the upstream modes.

        All go through ``forward``, which a distributed wrapper needs to synchronise gradients.
        """
        if mode not in PASSES:
            return super().forward(*args, mode=mode, **kwargs)  # type: ignore[misc]
        step: Step = kwargs.pop("step")
        if mode == SOURCE:
            losses, step.source = self.source_forward(**kwargs)
            return losses
        if mode == TARGET:
            output = self.target_forward(step.target.images, step.target.mask)
            step.target = replace(step.target, levels=output.levels)
            return self._ask("target_losses", step)
        if mode == FURTHER:
            return self._ask("further_losses", step, **kwargs)
        return self._ask("discriminator_losses", step)

    def train_step(
        self, data: dict, optim_wrapper: OptimWrapper | OptimWrapperDict
    ) -> dict[str, Tensor]:
        """Train on ``{'source': batch, 'target': batch}`` and return what to log.

        The source may be absent.
        """
        return self.adaptation_step(data, optim_wrapper, self)

    def adaptation_step(
        self,
        data: dict,
        optim_wrapper: OptimWrapper | OptimWrapperDict,
        call: nn.Module,
        training: bool = True,
    ) -> dict[str, Tensor]:
        """One step of all optimizers.

        Args:
            data: a batch of each domain.
            optim_wrapper: of the network and, if there are discriminators, theirs.
            call: the model or the wrapper around it.
            training: whether images are preprocessed as for training, or as for a test.

        Raises:
            InputError: if the batch is not one of each domain.
        """
        if not {SOURCE, TARGET} >= set(data):
            raise InputError(
                f"{type(self).__name__} trains on a batch of each domain, as UDATrainLoop hands "
                f"them on, got a batch of {', '.join(map(str, data))}"
            )
        network, discriminator = self._optimizers(optim_wrapper)
        step = Step(self, MessageHub.get_current_instance().get_info("iter", 0))
        passes = self.passes("source" in data)
        last = max((number for number, each in enumerate(passes) if each.has_gradient), default=-1)
        log: dict[str, Tensor] = {}
        for number, each in enumerate(passes):
            # Under a distributed wrapper the last pass sends the gradients of all.
            later = number != last and hasattr(call, "no_sync")
            with (
                network.optim_context(call),
                call.no_sync() if later else nullcontext(),
                torch.set_grad_enabled(each.has_gradient),
            ):
                losses = call(
                    step=step, mode=each.mode, **self.pass_inputs(each, step, data, training)
                )
            if step.target is not None:
                step.target = step.target.detach()
            if each.has_gradient:
                loss, losses = self.parse_losses(losses)  # type: ignore[attr-defined]
                backward(network, loss, counts=number == last)
                log["loss"] = log.get("loss", 0) + losses.pop("loss")
                del loss  # and its graph, before the next pass builds another
            log.update(losses)
        if last >= 0:
            step.stepped = step_if_due(network, log)

        if discriminator is not None:
            with discriminator.optim_context(call):
                losses = call(step=step, mode=DISCRIMINATOR)
            loss, losses = self.parse_losses(losses)  # type: ignore[attr-defined]
            backward(discriminator, loss)
            step_if_due(discriminator, log)
            log["loss_discriminator"] = losses.pop("loss")
            log.update(losses)

        for method in self.adaptation:
            if method.active:
                method.after_step(step)
        # Whoever keeps them for a while keeps no graph.
        return {name: value.detach() for name, value in log.items()}

    def passes(self, with_source: bool) -> list[Pass]:
        """What goes through the network in a step, in order.

        Raises:
            InputError: if there is no source and a method needs one.
        """
        passes = [Pass(SOURCE)] if with_source else []
        active = [method for method in self.adaptation if method.active]
        for method in active:
            if method.needs_source and not with_source:
                raise InputError(f"{type(method).__name__} needs a source, got the target alone")
        on_target = [method for method in active if method.asks("target_losses")]
        if on_target:
            gradient = any(method.has_target_gradient for method in on_target)
            passes.append(Pass(TARGET, has_gradient=gradient))
        passes += [Pass(FURTHER, method) for method in active if method.asks("further_losses")]
        return passes

    def pass_inputs(self, each: Pass, step: Step, data: dict, training: bool) -> dict[str, Any]:
        """The inputs of a pass; the target's batch, which several may look at, goes to the step."""
        preprocessor = self.data_preprocessor  # type: ignore[attr-defined]
        active = [method for method in self.adaptation if method.active]
        if each.mode == SOURCE:
            with_logits = any(method.needs_source for method in active)
            batch = preprocessed(preprocessor, data["source"], SOURCE, training)
            return dict(batch, with_logits=with_logits)
        if step.target is None:
            needs_pseudo_labels = any(method.needs_pseudo_labels for method in active)
            if needs_pseudo_labels:
                self.check_pseudo_labels(data["target"]["data_samples"])
            batch = preprocessed(preprocessor, data["target"], TARGET, training)
            pseudo_labels = self.read_pseudo_labels(**batch) if needs_pseudo_labels else None
            mask = batch_mask(**batch)
            step.target = DomainOutput(batch["inputs"], pseudo_labels=pseudo_labels, mask=mask)
        return dict(method=each.method) if each.mode == FURTHER else {}

    @classmethod
    def _reads_pseudo_labels(cls) -> bool:
        return cls.read_pseudo_labels is not AdaptationStep.read_pseudo_labels

    def _ask(
        self, question: str, step: Step, method: Adaptation | None = None
    ) -> dict[str, Tensor]:
        """Ask one method or all that answer, and put each one's name before what it answers."""
        answers = {}
        for index, asked in enumerate(self.adaptation):
            if not asked.asks(question) or (method is not None and asked is not method):
                continue
            twins = [other for other in self.adaptation if type(other) is type(asked)]
            prefix = type(asked).__name__.lower() + (f"_{index}" if len(twins) > 1 else "")
            for key, value in getattr(asked, question)(step).items():
                answers[f"{prefix}.{key}"] = value
        return answers

    def _optimizers(
        self, optim_wrapper: OptimWrapper | OptimWrapperDict
    ) -> tuple[OptimWrapper, OptimWrapper | None]:
        """The optimizer of the network and, if there are discriminators, theirs."""
        needed = self.trains_discriminators
        if not isinstance(optim_wrapper, OptimWrapperDict):
            if needed:
                raise InputError(
                    "an adaptation with discriminators needs an optimizer for them: set "
                    "optim_wrapper.discriminator=dict(optimizer=...)"
                )
            return optim_wrapper, None
        return optim_wrapper[NETWORK], optim_wrapper[DISCRIMINATOR] if needed else None
