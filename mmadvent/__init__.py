"""Domain adaptation by the entropy of predictions, as a plugin of OpenMMLab.

Importing it mends what is broken upstream and registers the task-neutral parts; a config names
``mmadvent.segmentation`` or ``mmadvent.detection`` in its ``custom_imports`` to have the rest.
"""

from mmadvent import compat

compat.apply()  # before anything below imports mmengine, mmcv, mmseg or mmdet

from mmadvent import engine, models  # noqa: E402
from mmadvent.version import __version__  # noqa: E402

__all__ = ["__version__", "compat", "engine", "models"]
