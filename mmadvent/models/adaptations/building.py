"""Adaptation methods from configs."""

from mmengine.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.models.adaptations.base import Adaptation


def build_method(config: dict) -> Adaptation:
    """The method of one entry of ``model.adaptation``.

    Raises:
        InputError: if it is not the config of a registered method, or if the method's name contains
            "loss": a step minimises all values whose keys do, and puts the name before each key.
    """
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
        if "loss" in cls.__name__.lower():
            raise InputError(
                "the name of an adaptation method must not contain 'loss', which marks what is "
                f"minimised among its values, got {cls.__name__}"
            )
        return registry.build(config)


def _is_method(registered: object) -> bool:
    return isinstance(registered, type) and issubclass(registered, Adaptation)
