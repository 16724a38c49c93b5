"""What mmengine's runner needs for two domains: the loop, the optimizers, the wrapper, a hook."""

from mmadvent.engine.cpu_amp import CPUAmpOptimWrapper
from mmadvent.engine.distributed import AdaptationDistributedDataParallel
from mmadvent.engine.optim_wrapper_constructor import UDAOptimWrapperConstructor
from mmadvent.engine.peak_memory_hook import PeakMemoryHook, peak_resident_mib
from mmadvent.engine.repeated_sgd import RepeatedSGD
from mmadvent.engine.resumable_loader import ResumableLoader
from mmadvent.engine.test_time_adaptation_loop import TestTimeAdaptationLoop
from mmadvent.engine.uda_train_loop import UDATrainLoop

__all__ = [
    "AdaptationDistributedDataParallel",
    "CPUAmpOptimWrapper",
    "ResumableLoader",
    "PeakMemoryHook",
    "RepeatedSGD",
    "TestTimeAdaptationLoop",
    "UDAOptimWrapperConstructor",
    "UDATrainLoop",
    "peak_resident_mib",
]
