"""A validation that a kill has prevented."""

from pathlib import Path
from typing import Any

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import EpochBasedTrainLoop, Runner

from mmadvent.compat import resumes, settle_val_interval
from mmadvent.engine.distributed import share_buffers
from mmadvent.io.writing import write_bytes

NOTE = "last_validation"


@HOOKS.register_module()
class DueValidationHook(Hook):
    """Make up for the validation between the checkpoint that a run resumes from and its next step.

    A loop saves, then validates. Killed in between, a resumed run would go on with the next step,
    or end at once if there is none, and never have that validation. ``last_validation`` in the work
    directory notes the iteration (or epoch) of the last one that is finished.
    """

    priority = "LOWEST"  # when all others are ready to train

    def __init__(self) -> None:
        self._trains = False

    def before_train(self, runner: Runner) -> None:
        self._trains = True
        note = Path(runner.work_dir, NOTE)
        if not resumes(runner):  # then it is of an earlier run
            if is_main_process():
                note.unlink(missing_ok=True)
            return
        if runner.val_loop is None:
            return
        done, due = _position(runner.train_loop)
        if due and not (note.is_file() and note.read_text().strip() == str(done)):
            runner.logger.info(f"The validation at {done} is made up for.")
            share_buffers(runner)
            runner.val_loop.run()

    def after_val_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        if self._trains and is_main_process():
            done, _ = _position(runner.train_loop)
            write_bytes(Path(runner.work_dir, NOTE), f"{done}\n".encode())

    def after_train(self, runner: Runner) -> None:
        self._trains = False


def _position(loop: Any) -> tuple[int, bool]:
    """The iterations or epochs that are done, and whether a validation follows the last of them."""
    settle_val_interval(loop)
    if isinstance(loop, EpochBasedTrainLoop):
        done, end = loop.epoch, loop.max_epochs
    else:
        done, end = loop.iter, loop.max_iters
    due = done >= loop.val_begin and (done % loop.val_interval == 0 or done == end)
    return done, done > 0 and due
