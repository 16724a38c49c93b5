"""Peak memory of the process, in the logs."""

import resource
import sys

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import Runner


def peak_resident_mib() -> float:
    """Highest resident memory of this process so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


@HOOKS.register_module()
class PeakMemoryHook(Hook):
    """Log ``peak_rss``, the process's peak resident memory in MiB.

    mmengine logs the memory of a GPU and, on a CPU, none.
    """

    priority = "VERY_HIGH"

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: dict | None = None,
    ) -> None:
        if self.every_n_train_iters(runner, 10) or batch_idx == 0:
            runner.message_hub.update_scalar("train/peak_rss", peak_resident_mib())
