"""The one place where checkpoints are read: unpickled, checked and loaded into a network."""

import os
import pickle
import re
import reprlib
import struct
from collections.abc import Mapping
from typing import Any

import torch
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from mmadvent.compat import allow_training_state, load_weights_only
from mmadvent.errors import InputError
from mmadvent.io.weights_fit import METHODS_PREFIX, misfit, select

# Who reads a checkpoint may have imported nothing else of mmadvent.
allow_training_state()
load_weights_only()
# What torch's unpickler stumbles over in a file that is none of its own.
DAMAGED = (
    pickle.UnpicklingError, struct.error, EOFError, LookupError, ValueError, TypeError,
    AttributeError,
)  # fmt: skip


def unpickle(path: str) -> Any:
    """What ``torch.save`` wrote, on the CPU, from a file or a URL, without running any of it.

    URLs and the names of model zoos and object stores go to mmengine's loader, which
    :func:`mmadvent.compat.load_weights_only` has made as careful as this: what mmengine reads
    itself, such as ``init_cfg`` and ``load_from``, runs nothing either.

    Raises:
        FileNotFoundError: if there is no such file.
    """
    if "://" in path:
        return CheckpointLoader.load_checkpoint(path, map_location="cpu", logger="silent")
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{path} can not be found.")
    return torch.load(path, map_location="cpu", weights_only=True)


def read_checkpoint(path: str) -> dict[str, Any]:
    """The contents of a checkpoint, on the CPU.

    Raises:
        InputError: if it is not there, cannot be fetched or is not a checkpoint.
    """
    try:
        checkpoint = unpickle(path)
    except FileNotFoundError as error:
        raise InputError(f"the checkpoint '{path}' does not exist") from error
    except (*DAMAGED, OSError, RuntimeError) as error:
        raise InputError(f"the checkpoint '{path}' cannot be read: {reason_of(error)}") from error
    for key, value in {"": checkpoint, **_parts(checkpoint)}.items():
        if not isinstance(value, dict):
            name = f" as '{key}'" if key else ""
            raise InputError(
                f"the checkpoint '{path}' must hold a dict{name}, got {type(value).__name__}"
            )
    for name in weights_in(checkpoint):
        if not isinstance(name, str):
            raise InputError(
                f"the checkpoint '{path}' must hold weights by name, got the name "
                f"{reprlib.repr(name)}, a {type(name).__name__}"
            )
    return checkpoint


def _parts(checkpoint: Any) -> dict[str, Any]:
    """Those entries that have to be dicts."""
    if not isinstance(checkpoint, dict):
        return {}
    return {key: checkpoint[key] for key in ("state_dict", "meta") if key in checkpoint}


def reason_of(error: Exception) -> str:
    """The reason on one line, without torch's advice to run what a file holds."""
    if isinstance(error, DAMAGED):
        named = re.search(r"GLOBAL ([\w.]+)", str(error))
        if named:
            return f"it holds {named[1]}, and a checkpoint may hold tensors and plain values only"
        return "it is no file that torch has saved, or it is damaged"
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return "".join(character for character in lines[0] if character.isprintable())


def weights_in(checkpoint: dict) -> Mapping[str, Any]:
    """The weights of a checkpoint, which may be nothing else."""
    return checkpoint.get("state_dict", checkpoint)


def network_part(state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of the network, without what its methods keep."""
    return select(state_dict, lambda name: not name.startswith(METHODS_PREFIX))


def load_network_weights(network: nn.Module, checkpoint: dict, path: str) -> dict[str, Tensor]:
    """Load a checkpoint into a network, all its weights, and return them.

    What methods keep is left out, in the checkpoint and in the network.

    Args:
        network: of a config, with or without ``adaptation``.
        checkpoint: its contents.
        path: of the checkpoint, for the error.

    Raises:
        InputError: if the weights are not those of the network.
    """
    weights = network_part(weights_in(checkpoint))
    reason = misfit(network, weights, leave_out=METHODS_PREFIX)
    if reason:
        raise InputError(f"the checkpoint '{path}' is not of the config's model: {reason}")
    return weights


def stored_dataset_meta(checkpoint: dict) -> dict[str, Any]:
    """The classes and their colors that a checkpoint names; empty if it names none.

    Nothing else that stands beside them, and neither if they are of another kind: an export writes
    them into a config, which is code.
    """
    meta = checkpoint.get("meta")
    meta = meta.get("dataset_meta") if isinstance(meta, dict) else None
    found: dict[str, Any] = {}
    if not isinstance(meta, dict):
        return found
    classes: Any = meta.get("classes")
    palette: Any = meta.get("palette")
    if isinstance(classes, (list, tuple)) and all(type(name) is str for name in classes):
        found["classes"] = tuple(classes)
        if _is_palette(palette, len(classes)):
            found["palette"] = [list(color) for color in palette]
    return found


def _is_palette(palette: Any, number: int) -> bool:
    """A color of three numbers in [0, 255] for each class."""
    return (
        isinstance(palette, (list, tuple))
        and len(palette) == number
        and all(isinstance(color, (list, tuple)) and len(color) == 3 for color in palette)
        and all(type(value) is int and 0 <= value <= 255 for color in palette for value in color)
    )
