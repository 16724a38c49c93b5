"""What a run reports with is checked before it writes."""

from typing import Any

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope

import mmadvent.segmentation  # noqa: F401  (registers mmseg's visualizer)
from mmadvent.engine.preflight.reporting import check_reporting
from mmadvent.errors import InputError


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope("mmseg")


def test_right_parts_are_left_as_they_are() -> None:
    backend = dict(type="LocalVisBackend", name="mine")
    for visualizer in (
        None,
        dict(type="SegLocalVisualizer", vis_backends=[backend]),
        dict(type="Visualizer", vis_backends=backend, name="x", save_dir="here"),
    ):
        config = Config(
            dict(visualizer=visualizer, log_processor=dict(by_epoch=False), runner_type="Runner")
        )
        before = config.to_dict()
        check_reporting(config)
        assert config.to_dict() == before
    check_reporting(Config({}))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            dict(visualizer=dict(type="NoSuchVisualizer")),
            "visualizer.type must be registered in 'visualizer', got 'NoSuchVisualizer'",
        ),
        (dict(visualizer={}), "visualizer.type must be registered in 'visualizer', got None"),
        (
            dict(visualizer=dict(type="Visualizer", more=1)),
            "visualizer cannot be built: Visualizer got an unexpected keyword argument 'more'",
        ),
        (
            dict(visualizer=dict(type="Visualizer", vis_backends=[dict(type="NoBackend")])),
            "visualizer.vis_backends.type must be registered in 'vis_backend', got 'NoBackend'",
        ),
        (
            dict(visualizer=dict(type="Visualizer", vis_backends=3)),
            "visualizer.vis_backends must be a dict or a list of dicts, got 3",
        ),
        (
            dict(
                visualizer=dict(type="Visualizer", vis_backends=dict(type="LocalVisBackend", a=1))
            ),
            "visualizer.vis_backends cannot be built: LocalVisBackend got an unexpected keyword "
            "argument 'a'",
        ),
        (
            dict(log_processor=dict(window=3)),
            "log_processor cannot be built: LogProcessor.__init__() got an unexpected keyword "
            "argument 'window'",
        ),
        (
            dict(runner_type="NoSuchRunner"),
            "runner_type must be registered in 'runner', got 'NoSuchRunner'",
        ),
    ],
)
def test_what_the_runner_would_stumble_over(settings: Any, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        check_reporting(Config(settings))
    assert str(error.value) == sentence


@pytest.mark.parametrize("kind", ["PredictionPictureHook", "mmengine.PredictionPictureHook"])
@pytest.mark.parametrize("visualizer", [None, dict(type="Visualizer")])
def test_pictures_need_a_visualizer_that_draws_them(visualizer: Any, kind: str) -> None:
    hooks = [dict(type=kind, out_dir="out")]
    check_reporting(Config(dict(custom_hooks=hooks, visualizer=dict(type="SegLocalVisualizer"))))
    with pytest.raises(InputError) as error:
        check_reporting(Config(dict(custom_hooks=hooks, visualizer=visualizer)))
    assert str(error.value) == (
        "visualizer must draw predictions into files, as SegLocalVisualizer and "
        "DetLocalVisualizer do, got Visualizer"
    )
