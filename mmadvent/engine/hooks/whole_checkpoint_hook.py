"""Checkpoints that are whole, whenever the run ends."""

from collections import deque
from pathlib import Path
from typing import Any

from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend, register_backend
from mmengine.hooks import CheckpointHook
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from mmadvent.errors import InputError
from mmadvent.io.work_dir import note_last_checkpoint
from mmadvent.io.writing import write_whole

BACKEND = "mmadvent_whole_files"
# The names under which upstream's hook keeps paths.
NAMED = ("last_ckpt", "best_ckpt")
ELSEWHERE = ("out_dir", "file_client_args", "backend_args")


class WholeFileBackend(LocalBackend):
    """mmengine's local files, each of which appears at once, and removes what it is told later."""

    def __init__(self) -> None:
        super().__init__()
        self.outdated: list[str] = []

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write a file.

        Raises:
            InputError: if the disk is full or the folder cannot be written.
        """
        try:
            write_whole(Path(filepath), obj)
        except OSError as error:
            raise InputError(
                f"the checkpoint '{filepath}' cannot be written: {error.strerror or error}"
            ) from error

    def remove(self, filepath: str | Path) -> None:
        """Remember a file for :meth:`remove_outdated`."""
        self.outdated.append(str(filepath))

    def remove_outdated(self, but: set[str | None]) -> None:
        """Remove the files that are remembered."""
        for path in self.outdated:
            if path not in but:
                Path(path).unlink(missing_ok=True)
        self.outdated.clear()


register_backend(BACKEND, WholeFileBackend)


@HOOKS.register_module()
class WholeCheckpointHook(CheckpointHook):
    """mmengine's ``CheckpointHook``, whose last good file outlives any kill.

    A checkpoint is written beside its place, brought to the disk and renamed, then
    ``last_checkpoint`` is, and only then are the files removed that ``max_keep_ckpts`` and
    ``save_best`` no longer want. Upstream removes first and writes in place: with
    ``max_keep_ckpts=1`` a kill while it writes leaves nothing.

    Args:
        args: of mmengine's hook, as are ``kwargs``. Checkpoints lie in the work directory, so that
            it can be moved: ``out_dir``, ``file_client_args`` and ``backend_args`` are refused.

    Raises:
        InputError: if one of those is given; while training, if a checkpoint cannot be written.
    """

    keep_ckpt_ids: deque[int]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for name in ELSEWHERE:
            if kwargs.pop(name, None) is not None:
                raise InputError(
                    f"default_hooks.checkpoint.{name} must be left out: checkpoints lie in the "
                    "work directory (--work-dir)"
                )
        super().__init__(*args, backend_args=dict(backend=BACKEND), **kwargs)

    def before_train(self, runner: Runner) -> None:
        """Find the work directory, and finish a removal that was interrupted."""
        self._rebase(runner)
        super().before_train(runner)
        # A resumed run's first validation, which may be made up for, tells it of a new best one.
        self.last_ckpt = runner.message_hub.runtime_info.get("last_ckpt")
        self._remove_outdated()

    def _rebase(self, runner: Runner) -> None:
        """What a resumed run names lies in its own directory, which may be a copy of another's."""
        known = runner.message_hub.runtime_info
        for name in [name for name in known if name.startswith(NAMED) and known[name]]:
            runner.message_hub.update_info(name, str(Path(runner.work_dir, Path(known[name]).name)))

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        kept = list(self.keep_ckpt_ids) if self.max_keep_ckpts > 0 else []
        if self.max_keep_ckpts > 0 and step not in kept[-1:]:
            kept.append(step)
            # With those that are removed below: a run that is killed before removes them later.
            runner.message_hub.update_info("keep_ckpt_ids", kept)
        name = self.filename_tmpl.format(step)
        self.last_ckpt = str(Path(self.out_dir, name))
        runner.message_hub.update_info("last_ckpt", self.last_ckpt)
        runner.save_checkpoint(
            self.out_dir,
            name,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            backend_args=self.backend_args,
            **self.args,
        )
        if is_main_process():
            note_last_checkpoint(Path(runner.work_dir), self.last_ckpt)
        if self.max_keep_ckpts > 0:
            for outdated in kept[: -self.max_keep_ckpts]:
                self.file_backend.remove(Path(self.out_dir, self.filename_tmpl.format(outdated)))
            self.keep_ckpt_ids = deque(kept, self.max_keep_ckpts)
        self._remove_outdated()

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        if self.save_best:
            super()._save_best_checkpoint(runner, metrics)
            self._remove_outdated()

    def _remove_outdated(self) -> None:
        best = {getattr(self, "best_ckpt_path", None)}
        best |= set(getattr(self, "best_ckpt_path_dict", {}).values())
        if is_main_process():
            self.file_backend.remove_outdated(but={*best, self.last_ckpt})
