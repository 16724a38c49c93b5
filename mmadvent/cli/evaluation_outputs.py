"""What a test run leaves besides its measures: pictures and label maps."""

from typing import Any

from mmengine.config import Config

from mmadvent.cli.command_line import is_detection
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_folder_to_write


def draw_predictions(
    config: Config, folder: str | None, show: bool = False, wait_time: float = 0
) -> None:
    """Have the test draw every prediction.

    Args:
        config: of the test.
        folder: for the pictures, which lie there as their images do.
        show: whether to show them in a window.
        wait_time: seconds that a window stays.

    Raises:
        InputError: if the config has no visualization hook.
    """
    if folder:
        check_folder_to_write(folder, "--show-dir")
    hook = (config.get("default_hooks") or {}).get("visualization")
    if not isinstance(hook, dict):
        raise InputError("--show and --show-dir need default_hooks.visualization in the config")
    if show:
        hook.update(draw=True, interval=1, show=True, wait_time=wait_time)
    if folder:
        options = dict(pred_score_thr=hook.get("score_thr", 0.3)) if is_detection(config) else {}
        _add_hook(config, type="PredictionPictureHook", out_dir=folder, options=options)


def metrics(config: Config) -> list[dict]:
    """The test's metrics, which upstream allows as one dict or as a list.

    Raises:
        InputError: if there are none.
    """
    evaluator = config.get("test_evaluator")
    if not evaluator:
        raise InputError("a config for testing must have test_evaluator, got none")
    return [evaluator] if isinstance(evaluator, dict) else list(evaluator)


def write_label_maps(config: Config, folder: str) -> None:
    """Have the test write label maps, PNGs of class indices, at the images' places."""
    check_folder_to_write(folder, "--out")
    _add_hook(config, type="LabelMapHook", out_dir=folder)


def _add_hook(config: Config, **hook: Any) -> None:
    config.custom_hooks = [*(config.get("custom_hooks") or ()), hook]
