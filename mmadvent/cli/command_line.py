"""What the command lines share: configs, launchers and one-sentence errors."""

import errno
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmadvent.compat import OWN, find_own_configs, join_cpu_group, resolve_own_configs
from mmadvent.errors import InputError

if TYPE_CHECKING:
    from mmengine.config import Config
    from mmengine.runner import Runner

LONGEST = 600  # characters of a sentence
LAUNCHERS = ("none", "pytorch", "slurm", "mpi")
# The number of this process, as the launchers set it.
RANKS = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK")
# The default hooks that mmengine has unless they are None; it takes no other that is.
UPSTREAM_HOOKS = (
    *("runtime_info", "timer", "sampler_seed", "logger", "param_scheduler", "checkpoint"),
)
# Reasons of the system that a disk takes nothing.
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
TORCHRUN_VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


def add_config_arguments(parser: ArgumentParser) -> None:
    """Add the config and the overrides that OpenMMLab's users know."""
    parser.add_argument("config", help=f"path of a config, or {OWN}FOLDER/NAME.py for one of ours")
    add_override_argument(parser, "the config")


def add_override_argument(parser: ArgumentParser, whose: str) -> None:
    """Add ``--cfg-options``; ``whose`` is what it overrides settings of."""
    from mmadvent.cli.overrides import OverrideAction

    parser.add_argument(
        "--cfg-options",
        nargs="+",
        action=OverrideAction,
        metavar="KEY=VALUE",
        help=f"override settings of {whose}, for example train_cfg.max_iters=100; "
        'lists as key="[a,b]" or key=a,b, without white space',
    )


def add_run_arguments(parser: ArgumentParser) -> None:
    """Add the work directory and the options of distributed launchers."""
    parser.add_argument(
        "--work-dir", help="where logs and results go (work_dirs/FOLDER/NAME for FOLDER/NAME.py)"
    )
    parser.add_argument("--launcher", choices=LAUNCHERS, default="none", help="job launcher")
    # torch.distributed.launch passes it; torchrun sets LOCAL_RANK instead.
    parser.add_argument("--local_rank", "--local-rank", type=int, default=0)


def load_config(path: str, options: dict | None = None, work_dir: str | None = None) -> "Config":
    """Read a config, apply the command line's options and settle the work directory.

    Without ``--work-dir`` or the config's own it is ``work_dirs/FOLDER/NAME`` for a config
    ``FOLDER/NAME.py``: the methods' configs have the same names in different folders.

    Raises:
        InputError: if the file or one that it inherits from does not exist, if it cannot be read,
            if a section of it is of another kind, or if an option overrides nothing.
    """
    from mmengine.config import Config

    from mmadvent.cli.overrides import check_overridden
    from mmadvent.engine.loops.target_dataloader import move_target_dataloader
    from mmadvent.engine.parts import switch_off_idle_workers, told_of
    from mmadvent.engine.sections import check_sections

    resolve_own_configs()
    if path.startswith(OWN):
        path = str(find_own_configs() / "configs" / path.removeprefix(OWN))
    if not os.path.isfile(path):
        raise InputError(f"the config '{path}' does not exist")
    try:
        config = Config.fromfile(path)
        _look_up_imports(dict(config.items()))
    except FileNotFoundError as error:
        raise InputError(f"the config '{path}' cannot be read: {error}") from error
    except Exception as error:  # a config is code: it may raise anything
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"the config '{path}' cannot be read: {reason}") from error
    check_sections(config)
    move_target_dataloader(config)  # before options for its new place
    check_overridden(config, options or ())
    for key, value in (options or {}).items():
        with told_of(f"--cfg-options {key}={value!r:.60} cannot be applied"):
            config.merge_from_dict({key: value})
    check_sections(config)
    move_target_dataloader(config)
    if config.get("default_scope", "") is None:  # as one that is not given
        config.pop("default_scope")
    switch_off_idle_workers(config)
    file = Path(path).resolve()
    default = os.path.join("work_dirs", file.parent.name, file.stem)
    config.work_dir = work_dir or config.get("work_dir") or default
    return config


def _look_up_imports(node: Any) -> None:
    """What a config of the new style imports is only imported when it is asked for."""
    if isinstance(node, Mapping):
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for part in node:
            _look_up_imports(part)


def is_detection(config: "Config") -> bool:
    """Whether a config is one of mmdet; the others are mmseg's."""
    return config.get("default_scope") == "mmdet"


def use_launcher(config: "Config", launcher: str, local_rank: int) -> None:
    """Prepare config and process for a distributed run, with or without an accelerator.

    Raises:
        InputError: if ``--launcher pytorch`` was not started by torchrun.
    """
    os.environ.setdefault("LOCAL_RANK", str(local_rank))
    config.launcher = launcher
    if launcher != "pytorch":
        return
    missing = [name for name in TORCHRUN_VARIABLES if name not in os.environ]
    if missing:
        raise InputError(
            "--launcher pytorch needs what torchrun sets, for example 'torchrun --nproc_per_node=2 "
            f"tools/train.py CONFIG --launcher pytorch', but {', '.join(missing)} is not set"
        )
    from mmengine.device import get_device

    if get_device() == "cpu":
        # The runner would ask torch for the device number LOCAL_RANK, which a CPU does not have.
        wrapper = config.get("model_wrapper_cfg") or dict(
            type="MMDistributedDataParallel",
            broadcast_buffers=False,
            find_unused_parameters=config.get("find_unused_parameters", False),
        )
        config.model_wrapper_cfg = dict(wrapper, device_ids=None)
        join_cpu_group(launcher)


def own_work_dir(config: "Config") -> AbstractContextManager[None]:
    """Own the config's work directory while a run lasts; of several processes the first does.

    Raises:
        InputError: on entering, if another run owns it.
    """
    from mmadvent.io.work_dir import owned_work_dir

    if config.get("launcher", "none") != "none" and not is_first_process():
        return nullcontext()
    return owned_work_dir(config.work_dir)


def is_first_process() -> bool:
    """Whether a launcher has started this process as its first, or there is none."""
    return next((os.environ[name] for name in RANKS if name in os.environ), "0") == "0"


def build_runner(config: "Config") -> "Runner":
    """The runner of a config, of its own ``runner_type`` if it names one."""
    from mmengine.registry import RUNNERS
    from mmengine.runner import Runner

    hooks = config.get("default_hooks") or {}
    for name in [name for name, hook in hooks.items() if hook is None]:
        if name not in UPSTREAM_HOOKS:
            hooks.pop(name)
    return RUNNERS.build(config) if "runner_type" in config else Runner.from_cfg(config)


@contextmanager
def one_sentence_errors() -> Iterator[None]:
    """Print an :class:`InputError` as one sentence and exit with 2; let all others through.

    A disk that is full or cannot be written ends a run in a sentence too. Control characters, as in
    names of files, are written as escapes: they could do anything to a terminal.
    """
    try:
        yield
    except Exception as error:
        sentence = _disk_sentence(error) or _sentence(error)
        if sentence is None:
            raise
        print(f"error: {_printable(sentence)}", file=sys.stderr)
        sys.exit(2)


def _sentence(error: BaseException | None) -> str | None:
    """The text of the first cause: registries and data workers wrap it into longer ones.

    What the system refuses names the file, so it is a sentence too, if it has one.
    """
    sentence = None
    while error is not None:
        if isinstance(error, InputError):
            # A worker process sends the whole traceback as the text.
            sentence = str(error).rpartition(f"{InputError.__name__}: ")[2].strip()
        elif sentence is None and isinstance(error, OSError) and error.filename is not None:
            sentence = f"'{error.filename}' cannot be used: {error.strerror}"
        error = error.__cause__ or error.__context__
    return sentence


def _disk_sentence(error: Exception) -> str | None:
    if not isinstance(error, OSError) or error.errno not in UNWRITABLE:
        return None
    named = f"'{error.filename}'" if error.filename else "a file"
    return f"{named} cannot be written: {error.strerror}"


def _printable(text: str) -> str:
    """Text without what moves a cursor, changes colors or turns the direction of reading."""
    text = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
