"""What a model is adapted by to what it is tested on: settings, methods and trained parameters."""

from collections.abc import Sequence
from typing import Any

from torch import nn

from mmadvent.checks import check_choice
from mmadvent.engine.sections import check_dict
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_file_to_write

MINENT = (dict(type="MinEnt", loss_weight=1.0),)
ADAM = dict(type="Adam", lr=1e-4)
OPTIMIZER = "test_cfg.optim_wrapper"
LOOP = "TestTimeAdaptationLoop"


def check_settings(
    adaptation: Any = MINENT,
    optim_wrapper: dict | None = None,
    parameters: str = "norms",
    steps: int = 1,
    episodic: bool = False,
    batch_statistics: bool = True,
    save_as: str | None = None,
    **others: Any,
) -> tuple[list[dict], dict]:
    """Check the arguments of :class:`TestTimeAdaptationLoop`; ``others`` are mmengine's.

    Returns:
        The methods, and the whole config of the optimizer.

    Raises:
        InputError: naming the first that is outside its range.
    """
    check_choice("test_cfg.parameters", parameters, ("norms", "all"))
    if type(steps) is not int or steps < 0:
        raise InputError(f"test_cfg.steps must be an integer >= 0, got {steps!r}")
    switches = dict(episodic=episodic, batch_statistics=batch_statistics)
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise InputError(f"test_cfg.{name} must be True or False, got {value!r:.60}")
    if save_as is not None:
        if not str(save_as).endswith(".pth"):
            raise InputError(f"test_cfg.save_as must end in .pth, got '{save_as}'")
        check_file_to_write(save_as, "test_cfg.save_as")
    methods = [dict(type=adaptation)] if isinstance(adaptation, str) else adaptation
    if not isinstance(methods, (list, tuple)) or not all(isinstance(m, dict) for m in methods):
        raise InputError(
            "test_cfg.adaptation must be the name of a method or a list of dicts with a type, got "
            f"{adaptation!r:.60}"
        )
    settings = {} if optim_wrapper is None else optim_wrapper
    check_dict(settings, OPTIMIZER)
    counts = settings.get("accumulative_counts", 1)
    if type(counts) is not int or counts < 1:
        raise InputError(
            f"{OPTIMIZER}.accumulative_counts must be an integer >= 1, got {counts!r:.60}"
        )
    if episodic and steps % counts:
        raise InputError(
            f"{OPTIMIZER}.accumulative_counts must divide test_cfg.steps, {steps}, where "
            f"test_cfg.episodic sets the weights back before each batch, got {counts}"
        )
    optimizer = settings.get("optimizer", {})
    check_dict(optimizer, f"{OPTIMIZER}.optimizer")
    return list(methods), dict(settings, optimizer=ADAM | optimizer)


def use_methods(model: Any, methods: Sequence[dict], parameters: str) -> None:
    """Give a model the methods that adapt it, in place of its own, and choose what is trained.

    Raises:
        InputError: if a method cannot be built or needs more than the image, or if there is nothing
            to train.
    """
    model.replace_adaptation(methods)
    for method in model.adaptation:
        if method.needs_source or method.needs_pseudo_labels:
            raise InputError(
                "test_cfg.adaptation must hold methods that need nothing but the image, got "
                f"{type(method).__name__}"
            )
    choose_trained(model, parameters)
    trainable = any(parameter.requires_grad for parameter in model.parameters())
    if not trainable and any(method.has_target_gradient for method in model.adaptation):
        raise InputError(
            "test_cfg.parameters='norms' needs norms with affine parameters, got none: write "
            "'all', or adapt by AdaBN"
        )


def choose_trained(model: nn.Module, parameters: str) -> None:
    """Before each batch: backbones freeze their stages again whenever their mode changes."""
    for module in model.modules():
        trained = parameters == "all" or _is_norm(module)
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(trained)


def _is_norm(module: nn.Module) -> bool:
    """By what it keeps: a runner turns SyncBN into a class that is no norm of torch's own."""
    return hasattr(module, "running_mean") or isinstance(module, (nn.GroupNorm, nn.LayerNorm))
