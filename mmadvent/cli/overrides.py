"""The command line's overrides of a config."""

import inspect
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from mmengine.config import Config, DictAction

from mmadvent.errors import InputError

# What is read of a config that need not have it, beside its sections and the runner's arguments.
READ = (
    *("tta_pipeline", "test_pipeline", "runner_type", "sync_bn", "find_unused_parameters"),
    *("activation_checkpointing", "efficient_conv_bn_eval", "compile"),
)


class OverrideAction(DictAction):
    """mmengine's reading of ``KEY=VALUE``, which says what is wrong."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: Any, *option: Any
    ) -> None:
        for value in values:
            key, equals, _ = value.partition("=")
            if not equals or not all(key.split(".")):
                parser.error(f"--cfg-options must be KEY=VALUE or KEY.KEY=VALUE, got {value!r:.60}")
        try:
            super().__call__(parser, namespace, values, *option)
        except (AssertionError, ValueError, RecursionError) as error:
            parser.error(f"--cfg-options must hold values such as 1, a or [a,b]: {error}")


def check_overridden(config: Config, keys: Iterable[str]) -> None:
    """Check that options override what somebody reads: a config takes any key and says nothing.

    Args:
        config: before they are merged into it.
        keys: of the options. What follows the first dot may be new.

    Raises:
        InputError: naming the first that begins with a key that neither the config nor mmengine's
            runner has, and the nearest one that is there; or one that nobody reads after the file
            was: a variable, whose value the other settings hold already.
    """
    from mmengine.runner import Runner

    from mmadvent.engine.sections import DICTS, LISTS, TEXTS

    read = {*inspect.signature(Runner).parameters, *DICTS, *LISTS, *TEXTS, *READ} - {"cfg"}
    if (config.get("model") or {}).get("data_preprocessor"):
        read.remove("data_preprocessor")  # mmengine's runner takes the model's own
    if config.get("test_dataloader"):
        read.remove("test_pipeline")
    known = read | {*config}
    for key in keys:
        first = key.partition(".")[0]
        if first in config and first not in read:
            raise InputError(
                f"--cfg-options cannot change {key}: it is a variable, which the config's other "
                "settings have taken over already; change it in the file, or change those settings"
            )
        if first not in known:
            near = get_close_matches(first, sorted(known), n=1)
            such = f", such as {near[0]}" if near else ""
            raise InputError(
                "--cfg-options must begin with a key that the config or mmengine's runner has"
                f"{such}, got {key}"
            )
