"""What a test run leaves besides its measures: pictures and label maps."""

import os

from mmengine.config import Config

from mmadvent.cli.command_line import is_detection
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_folder_to_write


def draw_predictions(
    config: Config, folder: str | None, show: bool = False, wait_time: float = 0
) -> None:
    """Make the visualization hook draw every prediction.

    Args:
        config: of the test.
        folder: for the pictures.
        show: whether to show them in a window.
        wait_time: seconds that a window stays.

    Raises:
        InputError: if the config has no visualization hook.
    """
    if folder:
        check_folder_to_write(folder, "--show-dir")
    hook = config.get("default_hooks", {}).get("visualization")
    if hook is None:
        raise InputError("--show and --show-dir need default_hooks.visualization in the config")
    hook.update(draw=True, interval=1, show=show, wait_time=wait_time)
    if folder and is_detection(config):
        # Absolute: mmdet puts its own folder before a relative one, again for every image.
        hook.test_out_dir = os.path.abspath(folder)
    elif folder:
        config.visualizer.save_dir = folder


def metrics(config: Config) -> list[dict]:
    """The test's metrics, which upstream allows as one dict or as a list."""
    evaluator = config.test_evaluator
    return [evaluator] if isinstance(evaluator, dict) else list(evaluator)


def write_label_maps(config: Config, folder: str) -> None:
    """Make the IoU metric write label maps, PNGs of class indices.

    Raises:
        InputError: if the test has no IoU metric.
    """
    check_folder_to_write(folder, "--out")
    writers = [metric for metric in metrics(config) if metric["type"].endswith("IoUMetric")]
    if not writers:
        kinds = ", ".join(metric["type"] for metric in metrics(config))
        raise InputError(f"--out needs an IoUMetric in test_evaluator, got {kinds}")
    writers[0]["output_dir"] = folder
