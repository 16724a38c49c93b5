"""The command line's overrides of a config."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mmengine.config import DictAction


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
