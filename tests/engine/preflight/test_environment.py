"""What a run sets up before all else is checked before it writes."""

from typing import Any

import pytest
from mmengine.config import Config

from mmadvent.engine.preflight.environment import METHODS, check_environment
from mmadvent.errors import InputError
from tests.toys import CONFIGS


@pytest.mark.parametrize("half", ["default_runtime.py", "detection_runtime.py"])
def test_what_the_configs_have(half: str) -> None:
    check_environment(Config.fromfile(CONFIGS / "_base_" / half, import_custom_modules=False))


def test_right_settings() -> None:
    check_environment(Config({}))
    check_environment(
        Config(
            dict(
                randomness=dict(seed=None, deterministic=True),
                env_cfg=dict(
                    resource_limit=4096,
                    mp_cfg=dict(mp_start_method="spawn", opencv_num_threads=-1),
                    dist_cfg=dict(backend="gloo", timeout=1800, init_method="env://"),
                ),
                auto_scale_lr=dict(enable=True, base_batch_size=16),
            )
        )
    )
    check_environment(Config(dict(auto_scale_lr=None)))
    check_environment(Config(dict(auto_scale_lr=dict(enable=False))))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(randomness=None), "randomness must be a dict, got none"),
        (
            dict(randomness=dict(seed="x")),
            "randomness.seed must be a whole number >= 0, got 'x'",
        ),
        (dict(randomness=dict(seed=-1)), "randomness.seed must be a whole number >= 0, got -1"),
        (
            dict(randomness=dict(deterministic=True)),
            "randomness.seed must be a whole number, or None to draw one, got nothing",
        ),
        (
            dict(randomness=dict(seed=0, deterministic="no")),
            "randomness.deterministic must be True or False, got 'no'",
        ),
        (
            dict(randomness=dict(sed=1)),
            "randomness has only seed, diff_rank_seed, deterministic, got sed",
        ),
        (dict(env_cfg=None), "env_cfg must be a dict, got none"),
        (
            dict(env_cfg=dict(cudnn_benchmark=1)),
            "env_cfg.cudnn_benchmark must be True or False, got 1",
        ),
        (
            dict(env_cfg=dict(resource_limit="x")),
            "env_cfg.resource_limit must be a whole number >= 1, got 'x'",
        ),
        (
            dict(env_cfg=dict(benchmark=True)),
            "env_cfg has only cudnn_benchmark, mp_cfg, dist_cfg, resource_limit, got benchmark",
        ),
        (dict(env_cfg=dict(mp_cfg=None)), "env_cfg.mp_cfg must be a dict, got None"),
        (
            dict(env_cfg=dict(mp_cfg=dict(mp_start_method="frok"))),
            f"env_cfg.mp_cfg.mp_start_method must be one of {', '.join(METHODS)}, got 'frok'",
        ),
        (
            dict(env_cfg=dict(mp_cfg=dict(opencv_num_threads=True))),
            "env_cfg.mp_cfg.opencv_num_threads must be a whole number, got True",
        ),
        (
            dict(env_cfg=dict(dist_cfg=dict(backend=3))),
            "env_cfg.dist_cfg.backend must be a text, got 3",
        ),
        (
            dict(auto_scale_lr=dict(enable="x")),
            "auto_scale_lr.enable must be True or False, got 'x'",
        ),
        (
            dict(auto_scale_lr=dict(base_batch_size=0)),
            "auto_scale_lr.base_batch_size must be a whole number >= 1, got 0",
        ),
        (
            dict(auto_scale_lr=dict(enable=True)),
            "auto_scale_lr.base_batch_size must be the batch size that the learning rate is made "
            "for, got none",
        ),
    ],
)
def test_wrong_settings(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        check_environment(Config(settings))
    assert str(error.value) == sentence
