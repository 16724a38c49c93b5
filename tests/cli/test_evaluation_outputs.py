"""What a test run leaves besides its measures."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.cli.evaluation_outputs import draw_predictions, metrics, write_label_maps
from mmadvent.errors import InputError


def config(scope: str = "mmseg", **settings: object) -> Config:
    hook = dict(type="SegVisualizationHook")
    return Config(
        dict(default_scope=scope, default_hooks=dict(visualization=hook), visualizer={}) | settings
    )


@pytest.mark.parametrize("scope", ["mmseg", "mmdet"])
def test_pictures_are_a_hooks_beside_those_that_are_there(scope: str) -> None:
    other = dict(type="PeakMemoryHook")
    settings = config(scope, custom_hooks=[other])
    draw_predictions(settings, "out")
    options = dict(pred_score_thr=0.3) if scope == "mmdet" else {}
    assert settings.custom_hooks == [
        other, dict(type="PredictionPictureHook", out_dir="out", options=options)
    ]  # fmt: skip
    # mmseg's and mmdet's own hook would write them once more, by their names alone.
    assert settings.default_hooks.visualization == dict(type="SegVisualizationHook")


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for option, use in (("--show-dir", draw_predictions), ("--out", write_label_maps)):
        with pytest.raises(InputError) as caught:
            use(config(), str(file))
        assert str(caught.value) == (f"{option} '{file}' must be a folder, but '{file}' is a file")


@pytest.mark.parametrize("scope", ["mmseg", "mmdet"])
def test_a_window_without_a_folder(scope: str) -> None:
    settings = config(scope)
    draw_predictions(settings, None, show=True, wait_time=2.5)
    hook = settings.default_hooks.visualization
    assert (hook.show, hook.wait_time) == (True, 2.5)
    assert "custom_hooks" not in settings


@pytest.mark.parametrize("hooks", [{}, dict(default_hooks=dict(visualization=None))])
def test_without_a_hook_nothing_is_drawn(hooks: dict) -> None:
    with pytest.raises(InputError) as error:
        draw_predictions(Config(hooks), "out")
    assert str(error.value) == (
        "--show and --show-dir need default_hooks.visualization in the config"
    )


def test_metrics_are_one_or_several() -> None:
    one = dict(type="IoUMetric")
    assert metrics(config(test_evaluator=one)) == [one]
    assert metrics(config(test_evaluator=[one, one])) == [one, one]


@pytest.mark.parametrize("metric", ["ClassIoUMetric", "MeanEntropyMetric"])
def test_label_maps_need_no_metric(metric: str) -> None:
    settings = config(test_evaluator=dict(type=metric))
    write_label_maps(settings, "out")
    assert settings.custom_hooks == [dict(type="LabelMapHook", out_dir="out")]
    assert settings.test_evaluator == dict(type=metric)
