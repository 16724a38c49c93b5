"""Reading weights that somebody else wrote, without running any of it."""

import re

import torch
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.io.checkpoints import unpickle
from mmadvent.io.weights_fit import COUNTER

# Under what checkpoints hold their weights, and what a parallel wrapper puts before each name.
CONTAINERS = ("state_dict", "model")
WRAPPER = "module."


def read_weights(path: str) -> dict[str, Tensor]:
    """The named tensors of a file, on the CPU, without the prefix of a parallel wrapper.

    The file is unpickled with ``weights_only=True``, on every line of OpenMMLab: whatever else it
    asks for is refused, not run.

    Raises:
        InputError: if there is no such file, or if it holds anything but named tensors of numbers.
    """
    try:
        content = unpickle(path)
    except FileNotFoundError as error:
        raise InputError(f"the weights '{path}' do not exist") from error
    except Exception as error:  # a damaged file makes torch raise almost anything
        asked = re.search(r"GLOBAL ([\w.]+)", str(error))
        kind = type(error).__name__
        got = f"asks for {asked[1]}" if asked else f"is truncated, damaged or none of it ({kind})"
        raise InputError(
            f"the weights '{path}' must be tensors alone, as torch.save writes a state dict, got a "
            f"file that {got}"
        ) from error
    for key in CONTAINERS:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict) or not all(isinstance(v, Tensor) for v in content.values()):
        raise InputError(
            f"the weights '{path}' must be tensors by name, alone or under "
            f"{' or '.join(map(repr, CONTAINERS))}, got {contents(content)}"
        )
    weights = {str(name).removeprefix(WRAPPER): value.detach() for name, value in content.items()}
    for name, value in weights.items():
        is_number = value.is_floating_point() or name.endswith(COUNTER)
        if not is_number or value.is_meta or value.layout is not torch.strided:
            raise InputError(
                f"the weights '{path}' must be floating-point numbers, one for each place of a "
                f"tensor, got '{name}', {_kind(value)}"
            )
    return weights


def _kind(value: Tensor) -> str:
    if value.is_meta:
        return "a tensor without values"
    kind = str(value.dtype).removeprefix("torch.")
    return f"a {'' if value.layout is torch.strided else 'sparse '}tensor of {kind}"


def contents(found: object, count: int = 4) -> str:
    """The first entries of a dict with their shapes, for an error's sentence."""
    if not isinstance(found, dict):
        return f"a {type(found).__name__}"
    entries = [
        f"{name} {tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__}"
        for name, value in found.items()
    ]
    more = f" and {len(entries) - count} more" if len(entries) > count else ""
    return (", ".join(entries[:count]) or "nothing") + more
