"""What mmengine's runner needs for two domains: the loops, the optimizers, the wrapper, hooks."""

from mmadvent import compat

compat.apply()  # before anything below imports mmengine

from mmadvent.engine.distributed import AdaptationDistributedDataParallel  # noqa: E402
from mmadvent.engine.hooks.delayed_log_hook import DelayedLogHook  # noqa: E402
from mmadvent.engine.hooks.due_validation_hook import DueValidationHook  # noqa: E402
from mmadvent.engine.hooks.finite_hook import FiniteHook  # noqa: E402
from mmadvent.engine.hooks.label_map_hook import LabelMapHook  # noqa: E402
from mmadvent.engine.hooks.peak_memory_hook import PeakMemoryHook, peak_resident_mib  # noqa: E402
from mmadvent.engine.hooks.prediction_picture_hook import PredictionPictureHook  # noqa: E402
from mmadvent.engine.hooks.resumed_schedule_hook import ResumedScheduleHook  # noqa: E402
from mmadvent.engine.hooks.whole_checkpoint_hook import WholeCheckpointHook  # noqa: E402
from mmadvent.engine.loops.resumable_loader import ResumableLoader  # noqa: E402
from mmadvent.engine.loops.test_time_adaptation_loop import TestTimeAdaptationLoop  # noqa: E402
from mmadvent.engine.loops.uda_train_loop import UDATrainLoop  # noqa: E402
from mmadvent.engine.optimizers.cpu_amp import CPUAmpOptimWrapper  # noqa: E402
from mmadvent.engine.optimizers.grouped_constructor import GroupedOptimWrapperConstructor  # noqa: E402
from mmadvent.engine.optimizers.optim_wrapper_constructor import UDAOptimWrapperConstructor  # noqa: E402
from mmadvent.engine.optimizers.repeated_sgd import RepeatedSGD  # noqa: E402

__all__ = [
    "AdaptationDistributedDataParallel",
    "CPUAmpOptimWrapper",
    "DelayedLogHook",
    "DueValidationHook",
    "FiniteHook",
    "GroupedOptimWrapperConstructor",
    "ResumableLoader",
    "ResumedScheduleHook",
    "LabelMapHook",
    "PeakMemoryHook",
    "PredictionPictureHook",
    "RepeatedSGD",
    "TestTimeAdaptationLoop",
    "UDAOptimWrapperConstructor",
    "UDATrainLoop",
    "WholeCheckpointHook",
    "peak_resident_mib",
]
