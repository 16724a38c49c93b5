"""What the command lines share: configs, launchers and one-sentence errors."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmengine.config import Config, DictAction

from mmadvent.errors import InputError

LAUNCHERS = ("none", "pytorch", "slurm", "mpi")


def add_config_arguments(parser: ArgumentParser) -> None:
    """Add the config and the options that OpenMMLab's users know."""
    parser.add_argument("config", help="path of a config")
    parser.add_argument("--work-dir", help="where logs and results go")
    parser.add_argument(
        "--cfg-options",
        nargs="+",
        action=DictAction,
        help="override settings of the config, for example train_cfg.max_iters=100",
    )


def add_launcher_arguments(parser: ArgumentParser) -> None:
    """Add the options of distributed launchers."""
    parser.add_argument("--launcher", choices=LAUNCHERS, default="none", help="job launcher")
    parser.add_argument("--local_rank", "--local-rank", type=int, default=0)


def load_config(
    path: str, work_dir: str | None, options: dict[str, Any] | None, launcher: str = "none"
) -> Config:
    """Read a config, apply the command line's options and settle the work directory.

    Without ``--work-dir`` or the config's own it is ``work_dirs/FOLDER/NAME`` for a config
    ``FOLDER/NAME.py``: the methods' configs have the same names in different folders.

    Raises:
        InputError: if there is no such file.
    """
    if not os.path.isfile(path):
        raise InputError(f"the config '{path}' does not exist")
    config = Config.fromfile(path)
    if options:
        config.merge_from_dict(options)
    config.launcher = launcher
    file = Path(path).resolve()
    default = os.path.join("work_dirs", file.parent.name, file.stem)
    config.work_dir = work_dir or config.get("work_dir") or default
    return config


@contextmanager
def one_sentence_errors() -> Iterator[None]:
    """Print an :class:`InputError` as one sentence and exit with 2; let all others through."""
    try:
        yield
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(f"error: {sentence}", file=sys.stderr)
        sys.exit(2)


def _sentence(error: BaseException | None) -> str | None:
    """The text of the first cause: registries and data workers wrap it into longer ones."""
    sentence = None
    while error is not None:
        if isinstance(error, InputError):
            lines: Sequence[str] = str(error).strip().splitlines()
            # A worker process sends the whole traceback as the text.
            sentence = lines[-1].rpartition(f"{InputError.__name__}: ")[2]
        error = error.__cause__ or error.__context__
    return sentence
