"""Domain adaptation by the entropy of predictions, as a plugin of OpenMMLab.

Importing it takes a moment and imports neither torch nor OpenMMLab. A config names
``mmadvent.segmentation`` or ``mmadvent.detection`` in its ``custom_imports``; either mends what is
broken upstream and registers everything, ``mmadvent.models`` and ``mmadvent.engine`` the
task-neutral parts alone.
"""

from importlib import import_module
from types import ModuleType

from mmadvent import compat
from mmadvent.version import __version__

__all__ = ["__version__", "compat", "engine", "functional", "models"]

compat.prepare()  # before anybody imports mmcv, mmseg or mmdet


def __getattr__(name: str) -> ModuleType:
    """Import ``mmadvent.models`` and the like where they are first asked for."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
