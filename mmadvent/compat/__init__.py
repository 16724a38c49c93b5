"""The only place that knows about versions, private names and defects of other packages.

:func:`prepare` runs at ``import mmadvent``, :func:`apply` where a part of mmadvent that needs
OpenMMLab is first imported. Each module holds one topic and does nothing where
nothing is broken; its mirrored test fails as soon as upstream has mended the defect, and then it
can go.
"""

from functools import cache

from .checkpoints import allow_training_state, load_weights_only
from .config_names import OWN, find_own_configs, resolve_own_configs
from .image_loader import offer_image_loader
from .launch import join_cpu_group
from .noise import quiet_upstream
from .ops import MissingOpError, offer_stand_in
from .private_names import (
    move_without_waiting,
    order_of_rank,
    resumes,
    seed_differs_by_rank,
    set_inner_count,
    settle_val_interval,
    stacked_labels,
    start_from,
    take_datasets,
)
from .separate_run import separate_run
from .ssd import fix_ssd_head
from .versions import VersionError, check_versions, installed_line

__all__ = [
    "OWN",
    "MissingOpError",
    "VersionError",
    "allow_training_state",
    "apply",
    "check_versions",
    "find_own_configs",
    "fix_ssd_head",
    "installed_line",
    "join_cpu_group",
    "move_without_waiting",
    "offer_image_loader",
    "order_of_rank",
    "prepare",
    "resolve_own_configs",
    "resumes",
    "seed_differs_by_rank",
    "separate_run",
    "set_inner_count",
    "settle_val_interval",
    "stacked_labels",
    "start_from",
    "take_datasets",
]


def prepare() -> None:
    """What has to be there before mmcv, mmseg or mmdet is imported; imports none of them."""
    offer_stand_in()
    quiet_upstream()


@cache
def apply() -> None:
    """Refuse untested versions, then mend what every user of mmengine, mmcv or mmseg meets.

    Raises:
        VersionError: if a package's version is outside the tested range.
    """
    check_versions()
    allow_training_state()
    load_weights_only()
    resolve_own_configs()
