"""What a run sets up before all else, checked before it writes: seeds, processes, scaled rates."""

from collections.abc import Callable
from multiprocessing import get_all_start_methods
from typing import Any

from mmengine.config import Config

from mmadvent.engine.sections import check_dict
from mmadvent.errors import InputError


def _is_whole(value: Any) -> bool:
    return type(value) is int


METHODS = get_all_start_methods()
# What a value must be: whether it is, and how to say it.
Kind = tuple[Callable[[Any], bool], str]
SWITCH: Kind = (lambda value: isinstance(value, bool), "True or False")
WHOLE: Kind = (_is_whole, "a whole number")
COUNT: Kind = (lambda value: _is_whole(value) and value >= 1, "a whole number >= 1")
SEED: Kind = (
    lambda value: value is None or (_is_whole(value) and value >= 0),
    "a whole number >= 0",
)
TEXT: Kind = (lambda value: isinstance(value, str), "a text")
DICT: Kind = (lambda value: isinstance(value, dict), "a dict")
START: Kind = (lambda value: value in METHODS, f"one of {', '.join(METHODS)}")

# Section -> what mmengine reads of it.
SETTINGS: dict[str, dict[str, Kind]] = {
    "randomness": dict(seed=SEED, diff_rank_seed=SWITCH, deterministic=SWITCH),
    "env_cfg": dict(cudnn_benchmark=SWITCH, mp_cfg=DICT, dist_cfg=DICT, resource_limit=COUNT),
    "env_cfg.mp_cfg": dict(mp_start_method=START, opencv_num_threads=WHOLE),
    "env_cfg.dist_cfg": dict(backend=TEXT),
    "auto_scale_lr": dict(enable=SWITCH, base_batch_size=COUNT),
}
OPEN = "env_cfg.dist_cfg"  # whose other keys go to torch
MAY_BE_NONE = "auto_scale_lr"


def check_environment(config: Config) -> None:
    """Check ``randomness``, ``env_cfg`` and ``auto_scale_lr``, which mmengine reads unseen.

    Raises:
        InputError: naming the first setting that is unknown or of another kind.
    """
    for key, known in SETTINGS.items():
        *above, name = key.split(".")
        part: Any = (config.get(above[0]) or {}) if above else config
        if name not in part or (key == MAY_BE_NONE and part[name] is None):
            continue
        check_dict(part[name], key)
        for setting, value in part[name].items():
            if setting in known:
                fits, allowed = known[setting]
                if not fits(value):
                    raise InputError(f"{key}.{setting} must be {allowed}, got {value!r:.60}")
            elif key != OPEN:
                raise InputError(f"{key} has only {', '.join(known)}, got {setting}")
    if "randomness" in config and "seed" not in config.randomness:
        raise InputError("randomness.seed must be a whole number, or None to draw one, got nothing")
    scaling = config.get("auto_scale_lr") or {}
    if scaling.get("enable") and "base_batch_size" not in scaling:
        raise InputError(
            "auto_scale_lr.base_batch_size must be the batch size that the learning rate is made "
            "for, got none"
        )
