"""mmengine's constructor of optimizers, with few parameter groups and few launches."""

import inspect
from collections.abc import Sequence
from typing import Any

from mmengine.device import get_device
from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from mmengine.registry import OPTIM_WRAPPER_CONSTRUCTORS, OPTIMIZERS
from torch import nn


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class GroupedOptimWrapperConstructor(DefaultOptimWrapperConstructor):
    """``DefaultOptimWrapperConstructor`` that steps over many parameters at once.

    With ``paramwise_cfg`` upstream gives every parameter a group of its own, and torch's optimizers
    and mmengine's schedulers take the groups one by one: 120 of them in DeepLab-V2. Here parameters
    with the same settings share a group, which changes no number. On an accelerator the optimizer
    is torch's fused one, unless its config names ``fused`` or ``foreach``, where it has one.

    Args: those of :class:`mmengine.optim.DefaultOptimWrapperConstructor`.
    """

    optimizer_cfg: dict

    def __call__(self, model: nn.Module) -> OptimWrapper:
        """Build the optimizer wrapper for ``model``, wrapped or not."""
        if _may_be_fused(self.optimizer_cfg):
            self.optimizer_cfg = dict(self.optimizer_cfg, fused=True)
        return super().__call__(model)

    def add_params(
        self, params: list[dict], module: nn.Module, prefix: str = "", **kwargs: Any
    ) -> None:
        """Upstream's groups of ``module``, those of the same settings in one."""
        super().add_params(params, module, prefix, **kwargs)
        if not prefix:
            params[:] = merged_groups(params)


def merged_groups(groups: Sequence[dict]) -> list[dict]:
    """Parameter groups of which no two have the same settings, in the order of their first."""
    merged: list[dict] = []
    for group in groups:
        settings = {key: value for key, value in group.items() if key != "params"}
        for other in merged:
            if {key: value for key, value in other.items() if key != "params"} == settings:
                other["params"] = [*other["params"], *group["params"]]
                break
        else:
            merged.append(group)
    return merged


def _may_be_fused(config: dict) -> bool:
    if get_device() != "cuda" or {"fused", "foreach"} & config.keys():
        return False
    optimizer = config["type"]
    if isinstance(optimizer, str):
        with OPTIMIZERS.switch_scope_and_registry(None) as registry:
            optimizer = registry.get(optimizer)
    return optimizer is not None and "fused" in inspect.signature(optimizer).parameters
