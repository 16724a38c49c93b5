"""What mmengine's runner needs for two domains: the loops, the optimizers, the wrapper, hooks."""

from mmadvent.engine.cpu_amp import CPUAmpOptimWrapper
from mmadvent.engine.distributed import AdaptationDistributedDataParallel
from mmadvent.engine.due_validation_hook import DueValidationHook
from mmadvent.engine.finite_hook import FiniteHook
from mmadvent.engine.optim_wrapper_constructor import UDAOptimWrapperConstructor
from mmadvent.engine.peak_memory_hook import PeakMemoryHook, peak_resident_mib
from mmadvent.engine.resumable_loader import ResumableLoader
from mmadvent.engine.resumed_schedule_hook import ResumedScheduleHook
from mmadvent.engine.test_time_adaptation_loop import TestTimeAdaptationLoop
from mmadvent.engine.uda_train_loop import UDATrainLoop
from mmadvent.engine.whole_checkpoint_hook import WholeCheckpointHook

__all__ = [
    "AdaptationDistributedDataParallel",
    "CPUAmpOptimWrapper",
    "DueValidationHook",
    "FiniteHook",
    "ResumableLoader",
    "ResumedScheduleHook",
    "PeakMemoryHook",
    "TestTimeAdaptationLoop",
    "UDAOptimWrapperConstructor",
    "UDATrainLoop",
    "WholeCheckpointHook",
    "peak_resident_mib",
]
