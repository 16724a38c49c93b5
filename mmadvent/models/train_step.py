"""The one training step that segmentation and detection share."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from mmengine.model import ModuleList
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.compat import set_inner_count
from mmadvent.errors import InputError
from mmadvent.models.adaptations import Adaptation
from mmadvent.models.running_statistics import kept_running_statistics
from mmadvent.structures import DomainOutput, LogitsLevel

NETWORK = "network"
DISCRIMINATOR = "discriminator"


class AdaptationStep:
    """Mixin that trains an OpenMMLab model on a batch of each domain.

    Put it before the upstream model class. The host calls :meth:`init_adaptation` at the end of
    its constructor and defines :meth:`source_forward` and :meth:`target_forward`.

    The source's graph is freed before the target's is built, so the memory of a step is that of
    the larger domain, not of both.
    """

    adaptation: nn.ModuleList

    def init_adaptation(self, configs: Sequence[dict], levels: Sequence[LogitsLevel]) -> None:
        """Build the methods and bind them to the network's levels.

        Raises:
            InputError: if a config is not one of a registered adaptation method, if a method needs
                pseudo-labels and the host reads none, or if every level is left out.
        """
        used = [level for level in levels if level.weight > 0]
        if configs and not used:
            raise InputError(
                "model.level_weights must leave a level to adapt, got 0 for "
                f"{', '.join(level.name for level in levels)}"
            )
        self.adaptation = ModuleList()
        for config in configs:
            method = _build_method(config)
            if method.needs_pseudo_labels and not self._reads_pseudo_labels():
                raise InputError(
                    f"{type(method).__name__} needs a model that reads pseudo-labels, such as "
                    f"DomainAdaptSegmentor, got {type(self).__name__}"
                )
            method.bind(used)
            self.adaptation.append(method)

    def source_forward(
        self, inputs: Tensor, data_samples: list, with_outputs: bool
    ) -> tuple[dict, DomainOutput | None]:
        """Supervised losses of a source batch and, if asked for, its outputs without a graph.

        Both come from one forward.
        """
        raise NotImplementedError

    def target_forward(self, inputs: Tensor) -> DomainOutput:
        """Outputs of a target batch. It has no data samples: nothing could read a label."""
        raise NotImplementedError

    def read_pseudo_labels(self, inputs: Tensor, data_samples: list) -> Tensor:
        """Pseudo-labels of a target batch, (N, H, W) int64 with 255 where there are none.

        Called only for a method that needs them, and nothing else reads a target's data samples.
        """
        raise NotImplementedError

    def forward(self, *args: Any, mode: str = "tensor", **kwargs: Any) -> Any:
        """Add the step's modes to the upstream ones.

        All go through ``forward``, which a distributed wrapper needs to synchronise gradients.
        """
        if mode == "source":
            return self.source_forward(**kwargs)
        if mode == "target":
            pseudo_labels = kwargs.pop("pseudo_labels", None)
            target = replace(self.target_forward(**kwargs), pseudo_labels=pseudo_labels)
            return self._collect("target_losses", target), target.detach()
        if mode == "discriminator":
            return self._collect("discriminator_losses", **kwargs)
        return super().forward(*args, mode=mode, **kwargs)  # type: ignore[misc]

    def train_step(
        self, data: dict, optim_wrapper: OptimWrapper | OptimWrapperDict
    ) -> dict[str, Tensor]:
        """Train on ``{'source': batch, 'target': batch}`` and return what to log."""
        return self.adaptation_step(data, optim_wrapper, self)

    def adaptation_step(
        self, data: dict, optim_wrapper: OptimWrapper | OptimWrapperDict, call: nn.Module
    ) -> dict[str, Tensor]:
        """One step of all optimizers; ``call`` is the model or the wrapper around it."""
        network, discriminator = self._optimizers(optim_wrapper)
        active = any(method.active for method in self.adaptation)
        with_outputs = any(method.active and method.needs_source for method in self.adaptation)
        with_labels = any(
            method.active and method.needs_pseudo_labels for method in self.adaptation
        )

        # Under a distributed wrapper the target's pass sends the gradients of both.
        postponed = call.no_sync() if active and hasattr(call, "no_sync") else nullcontext()
        with network.optim_context(call), postponed:
            batch = self.data_preprocessor(data["source"], training=True)  # type: ignore[attr-defined]
            losses, source = call(
                inputs=batch["inputs"],
                data_samples=batch["data_samples"],
                with_outputs=with_outputs,
                mode="source",
            )
        loss, log = self.parse_losses(losses)  # type: ignore[attr-defined]
        if not active:
            _update(network, loss)
            return log
        _backward_only(network, loss)
        del loss, losses

        with network.optim_context(call):
            batch = self.data_preprocessor(data["target"], training=True)  # type: ignore[attr-defined]
            inputs = dict(inputs=batch["inputs"])
            if with_labels:
                inputs["pseudo_labels"] = self.read_pseudo_labels(**batch)
            losses, target = call(**inputs, mode="target")
        loss, target_log = self.parse_losses(losses)  # type: ignore[attr-defined]
        _update(network, loss)
        log["loss"] = log["loss"] + target_log.pop("loss")
        log.update(target_log)
        del loss, losses

        if discriminator is not None:
            with discriminator.optim_context(call):
                losses = call(source=source, target=target, mode="discriminator")
            loss, discriminator_log = self.parse_losses(losses)  # type: ignore[attr-defined]
            _update(discriminator, loss)
            log["loss_discriminator"] = discriminator_log.pop("loss")
            log.update(discriminator_log)

        for method in self.adaptation:
            method.after_step(self, source, target)
        return log

    @classmethod
    def _reads_pseudo_labels(cls) -> bool:
        return cls.read_pseudo_labels is not AdaptationStep.read_pseudo_labels

    def _collect(self, question: str, *args: Any, **kwargs: Any) -> dict[str, Tensor]:
        """Ask every active method and put its name before what it answers."""
        answers = {}
        for index, method in enumerate(self.adaptation):
            if not method.active:
                continue
            twins = [other for other in self.adaptation if type(other) is type(method)]
            prefix = type(method).__name__.lower() + (f"_{index}" if len(twins) > 1 else "")
            for key, value in getattr(method, question)(*args, **kwargs).items():
                answers[f"{prefix}.{key}"] = value
        return answers

    def _optimizers(
        self, optim_wrapper: OptimWrapper | OptimWrapperDict
    ) -> tuple[OptimWrapper, OptimWrapper | None]:
        """The optimizer of the network and, if there are discriminators, theirs."""
        needed = any(method.active and len(method.discriminators) for method in self.adaptation)
        if not isinstance(optim_wrapper, OptimWrapperDict):
            if needed:
                raise InputError(
                    "an adaptation with discriminators needs an optimizer for them: set "
                    "optim_wrapper.constructor='UDAOptimWrapperConstructor' and "
                    "optim_wrapper.discriminator=dict(optimizer=...)"
                )
            return optim_wrapper, None
        return optim_wrapper[NETWORK], optim_wrapper[DISCRIMINATOR] if needed else None


def _build_method(config: dict) -> Adaptation:
    # The current scope's registry, so that a method registered in mmseg's or mmdet's is found too.
    with MODELS.switch_scope_and_registry(None) as registry:
        name = config.get("type") if isinstance(config, dict) else config
        cls = registry.get(name) if isinstance(name, str) else name
        if not (isinstance(cls, type) and issubclass(cls, Adaptation)):
            known = sorted(key for key, value in MODELS.module_dict.items() if _is_method(value))
            raise InputError(
                f"model.adaptation must be a list of dicts whose type is one of "
                f"{', '.join(known)}, got {name!r}"
            )
        return registry.build(config)


def _is_method(registered: object) -> bool:
    return isinstance(registered, type) and issubclass(registered, Adaptation)


def _backward_only(optimizer: OptimWrapper, loss: Tensor) -> None:
    """Add gradients as the wrapper would, but leave its count of iterations to :func:`_update`.

    ``OptimWrapper.backward`` counts calls; two a step would halve the accumulation.
    """
    count = optimizer.inner_count
    with kept_running_statistics():
        optimizer.backward(optimizer.scale_loss(loss))
    set_inner_count(optimizer, count)


def _update(optimizer: OptimWrapper, loss: Tensor) -> None:
    """Add gradients and, unless they are accumulated further, step."""
    with kept_running_statistics():
        optimizer.update_params(loss)
