"""The validation that a kill has prevented is made up for, and no other is repeated."""

from pathlib import Path
from typing import Any

import pytest
from mmengine.hooks import Hook

from tests.small_runs import small_run, stored


class Validations(Hook):
    """Notes the iterations that are validated, or stops where the first would begin."""

    priority = "VERY_HIGH"

    def __init__(self, kill: bool = False) -> None:
        self.at: list[int] = []
        self.kill = kill

    def before_val(self, runner) -> None:
        if self.kill:
            raise KeyboardInterrupt
        self.at.append(runner.iter)


class KilledInTraining(Hook):
    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        raise KeyboardInterrupt


def validations(folder: Path, max_iters: int, resume: bool = True, **settings: int) -> list[int]:
    run = small_run(folder, max_iters=max_iters, resume=resume, **settings)
    run.register_hook(hook := Validations())
    run.train()
    assert run.iter == max_iters
    return hook.at


@pytest.mark.parametrize(
    ("max_iters", "val_interval", "expected"), [(2, 2, [2]), (5, 2, [2, 4, 5])]
)
def test_a_run_that_was_killed_in_front_of_a_validation(
    tmp_path: Path, max_iters: int, val_interval: int, expected: list[int]
) -> None:
    """At the end of the training, where nothing else is left to be done, or before."""
    run = small_run(tmp_path, max_iters=max_iters, val_interval=val_interval)
    run.register_hook(Validations(kill=True))
    with pytest.raises(KeyboardInterrupt):
        run.train()
    assert validations(tmp_path, max_iters, val_interval=val_interval) == expected
    # Once it is there, it is not repeated.
    assert validations(tmp_path, max_iters, val_interval=val_interval) == []


def test_a_second_kill_forgets_no_best_checkpoint(tmp_path: Path) -> None:
    """The one behind a validation that was made up for, whose score no later checkpoint holds."""
    settings: dict[str, Any] = dict(max_iters=4, val_interval=2)
    settings["hooks"] = dict(checkpoint=dict(save_best="acc"))
    run = small_run(tmp_path, **settings)
    run.register_hook(Validations(kill=True))
    with pytest.raises(KeyboardInterrupt):
        run.train()
    run = small_run(tmp_path, scores=(0.9,), resume=True, **settings)
    run.register_hook(KilledInTraining())
    with pytest.raises(KeyboardInterrupt):
        run.train()
    small_run(tmp_path, scores=(0.3,), resume=True, **settings).train()
    assert stored(tmp_path) == ["best_acc_iter_2.pth", "iter_4.pth"]


def test_a_note_of_an_earlier_run_counts_for_nothing(tmp_path: Path) -> None:
    validations(tmp_path, 2, resume=False)
    run = small_run(tmp_path, max_iters=2)  # anew, in the same folder
    run.register_hook(Validations(kill=True))
    with pytest.raises(KeyboardInterrupt):
        run.train()
    assert validations(tmp_path, 2) == [2]


def test_a_validation_that_is_not_due_is_none(tmp_path: Path) -> None:
    assert validations(tmp_path, 2, resume=False, val_interval=100) == [2]
    assert validations(tmp_path, 4, val_interval=3) == [3, 4]
    # A run that begins anew has none at its start, whatever lies there.
    assert validations(tmp_path, 4, resume=False, val_interval=4) == [4]


def test_a_validation_of_its_own_leaves_no_note(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    run.val()
    assert not (tmp_path / "last_validation").exists()
