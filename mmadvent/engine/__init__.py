"""What mmengine's runner needs for two domains: the loop, the optimizers, the wrapper, a hook."""

from mmadvent.engine.cpu_amp import CPUAmpOptimWrapper
from mmadvent.engine.delayed_log_hook import DelayedLogHook
from mmadvent.engine.distributed import AdaptationDistributedDataParallel
from mmadvent.engine.grouped_constructor import GroupedOptimWrapperConstructor
from mmadvent.engine.optim_wrapper_constructor import UDAOptimWrapperConstructor
from mmadvent.engine.peak_memory_hook import PeakMemoryHook, peak_resident_mib
from mmadvent.engine.resumable_loader import ResumableLoader
from mmadvent.engine.test_time_adaptation_loop import TestTimeAdaptationLoop
from mmadvent.engine.uda_train_loop import UDATrainLoop

__all__ = [
    "AdaptationDistributedDataParallel",
    "CPUAmpOptimWrapper",
    "DelayedLogHook",
    "GroupedOptimWrapperConstructor",
    "ResumableLoader",
    "PeakMemoryHook",
    "TestTimeAdaptationLoop",
    "UDAOptimWrapperConstructor",
    "UDATrainLoop",
    "peak_resident_mib",
]
