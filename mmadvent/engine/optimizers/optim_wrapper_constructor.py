"""Two optimizers from one flat config: the network's and the discriminators'."""

import copy
from typing import Any

from mmengine.optim import OptimWrapper, OptimWrapperDict, build_optim_wrapper
from mmengine.registry import OPTIM_WRAPPER_CONSTRUCTORS
from torch import nn

from mmadvent.engine.optimizers import grouped_constructor  # noqa: F401  (registers the default one)
from mmadvent.engine.sections import class_name
from mmadvent.errors import InputError
from mmadvent.models.parts import (
    DISCRIMINATOR,
    DISCRIMINATORS,
    METHODS,
    NETWORK,
    discriminators_of,
)

OURS = "UDAOptimWrapperConstructor"
DEFAULT = "GroupedOptimWrapperConstructor"
# What mmengine's default constructor reads of paramwise_cfg; it says nothing of other keys.
DEFAULT_PARAMWISE = (
    *("custom_keys", "bias_lr_mult", "bias_decay_mult", "norm_decay_mult", "flat_decay_mult"),
    *("dwconv_decay_mult", "dcn_offset_lr_mult", "bypass_duplicate"),
)


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class UDAOptimWrapperConstructor:
    """Give the network the inherited optimizer and the discriminators their own.

    The network's settings stay at the top level of ``optim_wrapper``, where upstream configs and
    ``--amp`` expect them; ``discriminator`` holds what differs:

    .. code-block:: python

        optim_wrapper = dict(
            optimizer=dict(type='SGD', lr=2.5e-4, momentum=0.9, weight_decay=5e-4),
            paramwise_cfg=dict(custom_keys={'head': dict(lr_mult=10.0)}),
            discriminator=dict(optimizer=dict(type='Adam', lr=1e-4, betas=(0.9, 0.99))))

    The network's part is built by the constructor that the config names, or by
    :class:`GroupedOptimWrapperConstructor`: ``UDATrainLoop`` makes it ``network_constructor`` (see
    :func:`delegate_constructor`).

    Type, loss scale, accumulation and clipping of the wrapper are shared unless ``discriminator``
    names its own. Each wrapper has its own scaler of losses, counts its own iterations, and clips
    its own gradients, whose norm is logged under its name. No parameter reaches an optimizer twice:
    the released code hands most backbone convolutions to SGD three or four times.

    Args:
        optim_wrapper_cfg: config of the optimizer wrapper, with ``discriminator``.
        paramwise_cfg: the network's parameter-wise options.

    Returns, when called with a model: an ``OptimWrapperDict`` of ``network`` and ``discriminator``.

    Raises:
        InputError: if ``discriminator`` is missing, if the model has none, if a wrapper is Apex's,
            which prepares the whole model for one optimizer, or if ``paramwise_cfg`` is of another
            constructor than ``network_constructor``.
    """

    def __init__(self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None) -> None:
        self.cfg = copy.deepcopy(optim_wrapper_cfg)
        self.discriminator_cfg = self.cfg.pop("discriminator", None)
        self.network_constructor = self.cfg.pop("network_constructor", None) or DEFAULT
        self.paramwise_cfg = paramwise_cfg
        _check_paramwise(self.network_constructor, paramwise_cfg or {})
        if self.discriminator_cfg is None:
            raise InputError(
                "optim_wrapper.discriminator must be dict(optimizer=...), the settings of the "
                "discriminators' optimizer, got None"
            )
        for cfg in (self.cfg, self.discriminator_cfg):
            _refuse_apex(cfg.get("type"))

    def __call__(self, model: nn.Module) -> OptimWrapperDict:
        """Build both optimizer wrappers for ``model``, wrapped or not."""
        model = getattr(model, "module", model)
        discriminators = discriminators_of(model)
        if not any(True for _ in discriminators.parameters()):
            raise InputError(
                "optim_wrapper.discriminator is given, but no method in model.adaptation has a "
                "discriminator: set optim_wrapper.discriminator=None"
            )
        network = nn.Module()
        for name, child in model.named_children():
            if name not in (METHODS, DISCRIMINATORS):
                network.add_module(name, child)
        shared = {key: value for key, value in self.cfg.items() if key != "optimizer"}
        wrappers = {
            NETWORK: _build(self.network_constructor, self.cfg, self.paramwise_cfg, network),
            DISCRIMINATOR: _build(
                DEFAULT, {**shared, **self.discriminator_cfg}, None, discriminators
            ),
        }
        for name, wrapper in wrappers.items():
            if wrapper.clip_grad_kwargs:  # both would be logged as one
                wrapper.grad_name = f"{name}.{wrapper.grad_name}"
        return OptimWrapperDict(**wrappers)


def _refuse_apex(kind: str | type | None) -> None:
    if class_name(kind) == "ApexOptimWrapper":
        raise InputError(
            "optim_wrapper.type must be one for a part of a model, such as OptimWrapper or "
            "AmpOptimWrapper, got 'ApexOptimWrapper', which prepares the whole model for one "
            "optimizer"
        )


def build_optimizers(model: nn.Module, optim_wrapper: dict) -> OptimWrapper | OptimWrapperDict:
    """The optimizers of a config, as the runner builds them; the config stays as it is."""
    settings = copy.deepcopy(optim_wrapper)
    delegate_constructor(settings)
    return build_optim_wrapper(model, settings)


def delegate_constructor(optim_wrapper: Any) -> None:
    """Where a config has ``discriminator``, build both parts and keep its constructor for one.

    So a config adds ``discriminator`` to what it inherits, and nothing else; None takes it away
    again.
    """
    if not isinstance(optim_wrapper, dict):
        return
    if not optim_wrapper.get("discriminator"):
        optim_wrapper.pop("discriminator", None)
        return
    constructor = optim_wrapper.get("constructor")
    if class_name(constructor) != OURS:
        optim_wrapper["constructor"] = OURS
        optim_wrapper.setdefault("network_constructor", constructor)


def _check_paramwise(constructor: str | type, paramwise_cfg: dict) -> None:
    """Refuse what the default constructor would not read, and say nothing of."""
    plain = (DEFAULT, "DefaultOptimWrapperConstructor")
    if class_name(constructor) not in plain:
        return
    unknown = [key for key in paramwise_cfg if key not in DEFAULT_PARAMWISE]
    if unknown:
        raise InputError(
            f"optim_wrapper.paramwise_cfg has {', '.join(unknown)}, which {DEFAULT} does not read: "
            f"leave out optim_wrapper.constructor='{OURS}', so that the inherited config's "
            "constructor builds the network's part, or name that as "
            "optim_wrapper.network_constructor"
        )


def _build(
    constructor: str | type, cfg: dict, paramwise_cfg: dict | None, module: nn.Module
) -> OptimWrapper:
    settings = dict(optim_wrapper_cfg=copy.deepcopy(cfg), paramwise_cfg=copy.copy(paramwise_cfg))
    return OPTIM_WRAPPER_CONSTRUCTORS.build(dict(type=constructor, **settings))(module)
