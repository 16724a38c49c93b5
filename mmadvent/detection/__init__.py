"""The detection half: name it in a config's ``custom_imports``."""

import mmadvent.engine
import mmadvent.models  # noqa: F401  (mend upstream first, register the task-neutral parts)
from mmadvent import compat

compat.fix_ssd_head()

from mmadvent.detection import datasets, metrics  # noqa: E402
from mmadvent.detection.domain_adapt_detector import DomainAdaptDetector  # noqa: E402
from mmadvent.detection.ssd_entropy_head import SSDEntropyHead  # noqa: E402

__all__ = ["DomainAdaptDetector", "SSDEntropyHead", "datasets", "metrics"]
