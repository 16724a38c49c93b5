"""Two optimizers from one flat config: the network's and the discriminators'."""

import copy

from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import OPTIM_WRAPPER_CONSTRUCTORS
from torch import nn

from mmadvent.engine.grouped_constructor import GroupedOptimWrapperConstructor
from mmadvent.errors import InputError
from mmadvent.models.parts import (
    DISCRIMINATOR,
    DISCRIMINATORS,
    METHODS,
    NETWORK,
    discriminators_of,
)


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class UDAOptimWrapperConstructor:
    """Give the network the inherited optimizer and the discriminators their own.

    The network's settings stay at the top level of ``optim_wrapper``, where upstream configs and
    ``--amp`` expect them; ``discriminator`` holds what differs:

    .. code-block:: python

        optim_wrapper = dict(
            constructor='UDAOptimWrapperConstructor',
            optimizer=dict(type='SGD', lr=2.5e-4, momentum=0.9, weight_decay=5e-4),
            paramwise_cfg=dict(custom_keys={'head': dict(lr_mult=10.0)}),
            discriminator=dict(optimizer=dict(type='Adam', lr=1e-4, betas=(0.9, 0.99))))

    Type, loss scale, accumulation and clipping of the wrapper are shared unless ``discriminator``
    names its own. Each wrapper has its own scaler of losses, counts its own iterations, and clips
    its own gradients, whose norm is logged under its name. No parameter reaches an optimizer twice:
    the released code hands most backbone convolutions to SGD three or four times.

    Args:
        optim_wrapper_cfg: config of the optimizer wrapper, with ``discriminator``.
        paramwise_cfg: the network's parameter-wise options.

    Returns, when called with a model: an ``OptimWrapperDict`` of ``network`` and ``discriminator``.

    Raises:
        InputError: if ``discriminator`` is missing, if the model has none, or if a wrapper is
            Apex's, which prepares the whole model for one optimizer.
    """

    def __init__(self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None) -> None:
        self.cfg = copy.deepcopy(optim_wrapper_cfg)
        self.discriminator_cfg = self.cfg.pop("discriminator", None)
        self.paramwise_cfg = paramwise_cfg
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
                "discriminator"
            )
        network = nn.Module()
        for name, child in model.named_children():
            if name not in (METHODS, DISCRIMINATORS):
                network.add_module(name, child)
        shared = {key: value for key, value in self.cfg.items() if key != "optimizer"}
        wrappers = {
            NETWORK: _build(self.cfg, self.paramwise_cfg, network),
            DISCRIMINATOR: _build({**shared, **self.discriminator_cfg}, None, discriminators),
        }
        for name, wrapper in wrappers.items():
            if wrapper.clip_grad_kwargs:  # both would be logged as one
                wrapper.grad_name = f"{name}.{wrapper.grad_name}"
        return OptimWrapperDict(**wrappers)


def _refuse_apex(kind: str | type | None) -> None:
    if "ApexOptimWrapper" in (kind, getattr(kind, "__name__", None)):
        raise InputError(
            "optim_wrapper.type must be one for a part of a model, such as OptimWrapper or "
            "AmpOptimWrapper, got 'ApexOptimWrapper', which prepares the whole model for one "
            "optimizer"
        )


def _build(cfg: dict, paramwise_cfg: dict | None, module: nn.Module) -> OptimWrapper:
    return GroupedOptimWrapperConstructor(copy.deepcopy(cfg), paramwise_cfg)(module)
