"""What a schedule leaves of a training that is made longer."""

from typing import Any

from mmengine.config import Config

from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError

# End at `eta_min`, 0 where none is given.
TO_ZERO = ("PolyLR", "CosineAnnealingLR")


def check_schedule(config: Config, before: int | None) -> None:
    """Check that what a resumed training is made longer by changes weights.

    Behind the ``end`` of its last schedule a training keeps the rate that it has there, which may
    be 0.

    Args:
        config: of the training.
        before: its iterations as they were when the checkpoint was saved, if that is known.

    Raises:
        InputError: if it has more iterations than before, all of which have a rate of 0.
    """
    last = config.train_cfg.get("max_iters")
    if last is None or before is None or last <= before:
        return
    for chain in _chains(config.get("param_scheduler")):
        final: dict = max(chain, key=lambda each: each.get("end", last), default={})
        to_zero = type_name(final) in TO_ZERO and not final.get("by_epoch", True)
        if not to_zero or final.get("eta_min") or final.get("eta_min_ratio"):
            continue
        if final.get("end", last) <= before:
            raise InputError(
                f"param_scheduler must go on as long as train_cfg.max_iters, {last}, which was "
                f"{before} before, got {type_name(final)} with end={final['end']}, whose rate is 0 "
                "from there on"
            )


def _chains(schedulers: Any) -> list[list]:
    """The schedulers of each optimizer."""
    if isinstance(schedulers, dict) and "type" not in schedulers:
        return [chain for each in schedulers.values() for chain in _chains(each)]
    if schedulers is None:
        return []
    return [list(schedulers) if isinstance(schedulers, (list, tuple)) else [schedulers]]
