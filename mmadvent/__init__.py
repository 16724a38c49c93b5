"""Domain adaptation by the entropy of predictions, as a plugin of OpenMMLab."""

from . import compat

compat.apply()  # before anything of mmengine, mmcv, mmseg or mmdet is imported

from .version import __version__  # noqa: E402

__all__ = ["__version__"]
