"""The one place where checkpoints are read: unpickled, checked and loaded into a network."""

import os
import pickle
import re
from collections.abc import Mapping
from typing import Any

import torch
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn
from torch.hub import load_state_dict_from_url

from mmadvent.compat import allow_training_state
from mmadvent.errors import InputError

allow_training_state()  # who reads a checkpoint may have imported nothing else of mmadvent

METHODS_PREFIX = "adaptation."
# What torch's unpickler stumbles over in a file that is none of its own.
DAMAGED = (
    pickle.UnpicklingError, EOFError, LookupError, ValueError, TypeError, AttributeError
)  # fmt: skip


def unpickle(path: str) -> Any:
    """What ``torch.save`` wrote, on the CPU, from a file or a URL, without running any of it.

    ``weights_only=True`` is said on every line of OpenMMLab and for URLs, where upstream leaves it
    out. Names of model zoos and object stores are left to upstream.

    Raises:
        FileNotFoundError: if there is no such file.
    """
    if path.startswith(("http://", "https://")):
        return load_state_dict_from_url(path, map_location="cpu", progress=False, weights_only=True)
    if "://" in path:
        return CheckpointLoader.load_checkpoint(path, map_location="cpu", logger="silent")
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(path)
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
        raise InputError(f"the checkpoint '{path}' cannot be read: {_reason(error)}") from error
    if not isinstance(checkpoint, dict):
        raise InputError(
            f"the checkpoint '{path}' must hold a dict, got {type(checkpoint).__name__}"
        )
    return checkpoint


def _reason(error: Exception) -> str:
    """Torch's reason on one line, without its advice to run what a file holds."""
    if isinstance(error, DAMAGED):
        named = re.search(r"GLOBAL ([\w.]+)", str(error))
        if named:
            return f"it holds {named[1]}, and a checkpoint may hold tensors and plain values only"
        return "it is no file that torch has saved, or it is damaged"
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return "".join(character for character in lines[0] if character.isprintable())


def check_checkpoint(path: str) -> None:
    """Read a checkpoint and throw it away; one that lies elsewhere than in a file is not read.

    Raises:
        InputError: if there is no such file, or if it is not a checkpoint.
    """
    if "://" not in path:
        read_checkpoint(path)


def network_part(state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of the network, without what its methods keep."""
    return {k: value for k, value in state_dict.items() if not k.startswith(METHODS_PREFIX)}


def load_network_weights(network: nn.Module, checkpoint: dict, path: str) -> dict[str, Tensor]:
    """Load a checkpoint into a network without its methods, strictly, and return its weights.

    Args:
        network: built from the config without ``adaptation``.
        checkpoint: its contents.
        path: of the checkpoint, for the error.

    Raises:
        InputError: if the weights are not those of the network.
    """
    weights = network_part(checkpoint.get("state_dict", checkpoint))
    try:
        network.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError(
            f"the checkpoint '{path}' is not of the config's model: {reason}"
        ) from error
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
