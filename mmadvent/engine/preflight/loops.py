"""The loops of a config against its model."""

from mmengine.registry import LOOPS, OPTIM_WRAPPERS, OPTIMIZERS
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop
from torch import nn

from mmadvent.engine.loops.adapted_tests import (
    LOOP,
    OPTIMIZER,
    check_settings,
    use_methods,
)
from mmadvent.engine.loops.uda_train_loop import UDATrainLoop
from mmadvent.engine.model_checks import check_adapts, check_optimizers, check_plain
from mmadvent.engine.parts import check_call, check_type


def loop_class(settings: dict, key: str) -> type:
    """The class of a loop, however its type is written: by name, with a scope, or as the class.

    Args:
        settings: of the loop.
        key: their place, ``train_cfg`` or ``test_cfg``.

    Raises:
        InputError: if no such loop is registered.
    """
    default = "TestLoop"
    if key == "train_cfg":
        default = "EpochBasedTrainLoop" if settings.get("by_epoch", True) else "IterBasedTrainLoop"
    found = check_type(LOOPS, settings.get("type") or default, f"{key}.type")
    return found if isinstance(found, type) else object


def check_loop(model: nn.Module, loop: type) -> None:
    """Check a training loop against the model: one of mmengine's knows one domain.

    Raises:
        InputError: if one of them trains on two domains, and the other on one.
    """
    if issubclass(loop, UDATrainLoop):
        check_adapts(model)
    elif issubclass(loop, (IterBasedTrainLoop, EpochBasedTrainLoop)):
        check_plain(model, loop.__name__)


def check_test_time_adaptation(model: nn.Module, test_cfg: dict) -> None:
    """Make what ``TestTimeAdaptationLoop`` makes when a run has written already.

    The model has the loop's methods afterwards.

    Raises:
        InputError: if a setting is wrong, or if the model cannot be adapted by such methods.
    """
    arguments = {name: value for name, value in test_cfg.items() if name not in ("type", "_scope_")}
    methods, optimizer = check_settings(**arguments)
    check_adapts(model, LOOP)
    use_methods(model, methods, arguments.get("parameters", "norms"))
    check_type(OPTIM_WRAPPERS, optimizer.get("type", "OptimWrapper"), f"{OPTIMIZER}.type")
    check_call(OPTIMIZERS, optimizer["optimizer"], f"{OPTIMIZER}.optimizer")
    check_optimizers(model, optimizer, OPTIMIZER)
