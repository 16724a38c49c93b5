"""The only place that knows about versions, private names and defects of other packages.

:func:`apply` runs at ``import mmadvent``. Each module holds one topic and does nothing where
nothing is broken; its mirrored test fails as soon as upstream has mended the defect, and then it
can go.
"""

from .checkpoints import allow_training_state, load_weights_only
from .launch import join_cpu_group
from .noise import quiet_upstream
from .ops import MissingOpError, offer_stand_in
from .private_names import (
    order_of_rank,
    resumes,
    seed_differs_by_rank,
    set_inner_count,
    settle_val_interval,
    stacked_labels,
    start_from,
)
from .separate_run import separate_run
from .ssd import fix_ssd_head
from .versions import VersionError, check_versions, installed_line

__all__ = [
    "MissingOpError",
    "VersionError",
    "apply",
    "fix_ssd_head",
    "installed_line",
    "join_cpu_group",
    "order_of_rank",
    "resumes",
    "seed_differs_by_rank",
    "separate_run",
    "set_inner_count",
    "settle_val_interval",
    "stacked_labels",
    "start_from",
]


def apply() -> None:
    """Refuse untested versions, then mend what every user of mmengine, mmcv or mmseg meets.

    Raises:
        VersionError: if a package's version is outside the tested range.
    """
    check_versions()
    offer_stand_in()
    allow_training_state()
    load_weights_only()
    quiet_upstream()
