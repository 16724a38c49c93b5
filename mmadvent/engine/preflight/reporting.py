"""What a run reports with, checked before it writes: its runner, visualizer and logs."""

import inspect
from typing import Any

from mmengine.config import Config
from mmengine.registry import LOG_PROCESSORS, RUNNERS, VISBACKENDS, VISUALIZERS

from mmadvent.engine.parts import build_part, check_call, check_type
from mmadvent.engine.sections import check_dict, check_dicts, type_name
from mmadvent.errors import InputError

DRAWING = "PredictionPictureHook"


def check_reporting(config: Config) -> None:
    """Check the type and the arguments of the runner, the visualizer, its backends and the logs.

    The scope of the config must be the current one.

    Raises:
        InputError: naming the first part of an unknown type, or with an argument that it has not;
            if predictions shall be drawn into files, which mmengine's own visualizer does not.
    """
    if config.get("runner_type") is not None:
        check_type(RUNNERS, config.runner_type, "runner_type")
    if config.get("visualizer") is not None:
        _check_visualizer(config.visualizer)
    hooks = config.get("custom_hooks") or ()
    if any(isinstance(hook, dict) and type_name(hook) == DRAWING for hook in hooks):
        _check_drawing(config.get("visualizer") or {})
    logs = config.get("log_processor")
    if logs is not None:
        check_dict(logs, "log_processor")
        build_part(LOG_PROCESSORS, dict({"type": "LogProcessor"} | logs), "log_processor")


def _check_visualizer(settings: Any) -> None:
    check_call(VISUALIZERS, settings, "visualizer")
    key = "visualizer.vis_backends"
    backends = settings.get("vis_backends")
    check_dicts(backends, key)
    for backend in [backends] if isinstance(backends, dict) else backends or []:
        arguments = {name: value for name, value in backend.items() if name != "name"}
        check_call(VISBACKENDS, {"save_dir": None} | arguments, key)


def _check_drawing(visualizer: Any) -> None:
    built: Any = type(visualizer)
    if isinstance(visualizer, dict):  # mmengine draws with its own where none is given
        built = check_type(VISUALIZERS, visualizer.get("type", "Visualizer"), "visualizer.type")
    if "out_file" not in inspect.signature(built.add_datasample).parameters:
        raise InputError(
            "visualizer must draw predictions into files, as SegLocalVisualizer and "
            f"DetLocalVisualizer do, got {built.__name__}"
        )
