"""What a run reports with, checked before it writes: its runner, visualizer and logs."""

from typing import Any

from mmengine.config import Config
from mmengine.registry import LOG_PROCESSORS, RUNNERS, VISBACKENDS, VISUALIZERS

from mmadvent.engine.parts import build_part, check_call, check_type
from mmadvent.engine.sections import check_dict, check_dicts


def check_reporting(config: Config) -> None:
    """Check the type and the arguments of the runner, the visualizer, its backends and the logs.

    The scope of the config must be the current one.

    Raises:
        InputError: naming the first part of an unknown type, or with an argument that it has not.
    """
    if config.get("runner_type") is not None:
        check_type(RUNNERS, config.runner_type, "runner_type")
    if config.get("visualizer") is not None:
        _check_visualizer(config.visualizer)
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
