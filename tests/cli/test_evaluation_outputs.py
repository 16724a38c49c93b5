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


def test_a_segmentors_pictures_go_where_its_visualizer_writes() -> None:
    settings = config()
    draw_predictions(settings, "out")
    hook = settings.default_hooks.visualization
    assert (hook.draw, hook.interval, hook.show, hook.wait_time) == (True, 1, False, 0)
    assert settings.visualizer.save_dir == "out" and "test_out_dir" not in hook


def test_a_detectors_pictures_go_to_an_absolute_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = config("mmdet")
    draw_predictions(settings, "out")
    assert settings.default_hooks.visualization.test_out_dir == str(tmp_path / "out")
    assert "save_dir" not in settings.visualizer


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for option, use in (("--show-dir", draw_predictions), ("--out", write_label_maps)):
        with pytest.raises(InputError) as caught:
            use(config(), str(file))
        assert str(caught.value) == (
            f"{option} must be a folder or in one, got '{file}': '{file}' is a file"
        )


@pytest.mark.parametrize("scope", ["mmseg", "mmdet"])
def test_a_window_without_a_folder(scope: str) -> None:
    settings = config(scope)
    draw_predictions(settings, None, show=True, wait_time=2.5)
    hook = settings.default_hooks.visualization
    assert (hook.show, hook.wait_time) == (True, 2.5)
    assert "save_dir" not in settings.visualizer and "test_out_dir" not in hook


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


@pytest.mark.parametrize("kind", ["IoUMetric", "ClassIoUMetric"])
def test_the_first_iou_metric_writes_label_maps(kind: str) -> None:
    settings = config(test_evaluator=[dict(type="MeanEntropyMetric"), dict(type=kind)])
    write_label_maps(settings, "out")
    assert settings.test_evaluator == [
        dict(type="MeanEntropyMetric"), dict(type=kind, output_dir="out")
    ]  # fmt: skip
    alone = config(test_evaluator=dict(type=kind))
    write_label_maps(alone, "out")
    assert alone.test_evaluator.output_dir == "out"


def test_label_maps_need_an_iou_metric() -> None:
    settings = config(test_evaluator=[dict(type="MeanEntropyMetric"), dict(type="CocoMetric")])
    with pytest.raises(InputError) as error:
        write_label_maps(settings, "out")
    assert str(error.value) == (
        "--out needs an IoUMetric in test_evaluator, got MeanEntropyMetric, CocoMetric"
    )
