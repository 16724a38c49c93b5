"""Whether weights are those of a network, all of them."""

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

METHODS_PREFIX = "adaptation."
# Of a parallel wrapper; mmengine drops it as well (``revise_keys``).
WRAPPER = re.compile(r"^module\.")
# Counts batches; files of old versions of torch lack it, and no prediction uses it.
COUNTER = "num_batches_tracked"


def select(state_dict: Mapping[str, Any], wanted: Callable[[str], bool]) -> dict[str, Any]:
    """The entries with the wanted names, without the prefix of a wrapper."""
    chosen: Any = copy.copy(state_dict)  # which keeps what torch notes of the layers' versions
    chosen.clear()
    for name, value in state_dict.items():
        short = WRAPPER.sub("", name)
        if wanted(short):
            chosen[short] = value
    return chosen


def misfit(network: nn.Module, weights: Mapping[str, Any], leave_out: str | None = None) -> str:
    """Load weights into a network; why they are not its own, or nothing if they are.

    Layers may rename what older versions of them have saved, so the weights have to be loaded to
    know what is missing.

    Args:
        network: gets those that fit.
        weights: by name, without the prefix of a wrapper.
        leave_out: how the names begin of what may be missing.

    Returns:
        The first weight that is missing, the first that is unexpected and the first of another
        shape, and how many more there are of each; an empty text if there are none.
    """
    own = network.state_dict()
    for name, value in weights.items():
        if name in own and not name.endswith(COUNTER) and not _is_of_kind(value, own[name]):
            return f"'{name}' must be {_kind(own[name])}, got {_kind(value)}"
    reshaped = [name for name, value in weights.items() if _differs(value, own.get(name))]
    odd = set(reshaped)
    try:
        found = network.load_state_dict(select(weights, lambda name: name not in odd), strict=False)
    except RuntimeError as error:  # tensors without values, layers with rules of their own
        return " ".join(str(error).split())[:300]
    missing = [
        name
        for name in found.missing_keys
        if name not in odd
        and not name.endswith(COUNTER)
        and not (leave_out and name.startswith(leave_out))
    ]
    reasons = []
    if missing:
        reasons.append(f"it lacks {_first(missing, own)}")
    if found.unexpected_keys:
        reasons.append(f"it has {_first(found.unexpected_keys, weights)}, which the model lacks")
    if reshaped:
        more = f" (and {len(reshaped) - 1} more)" if len(reshaped) > 1 else ""
        name = reshaped[0]
        reasons.append(
            f"'{name}' has the shape {_shape(weights[name])} instead of {_shape(own[name])}{more}"
        )
    return "; ".join(reasons)


def _is_of_kind(value: Any, own: Any) -> bool:
    """Whether a value can stand for a weight: torch would copy numbers of any kind, rounded."""
    if not isinstance(own, Tensor):
        return True  # what a layer keeps besides
    return isinstance(value, Tensor) and value.is_floating_point() == own.is_floating_point()


def _kind(value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"a {type(value).__name__}"
    return f"a tensor of {str(value.dtype).removeprefix('torch.')}"


def _differs(value: Any, own: Any) -> bool:
    return isinstance(own, Tensor) and isinstance(value, Tensor) and value.shape != own.shape


def _first(names: Sequence[str], values: Mapping[str, Any]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"'{names[0]}' {_shape(values.get(names[0]))}{more}"


def _shape(value: Any) -> str:
    return str(tuple(value.shape)) if isinstance(value, Tensor) else f"({type(value).__name__})"
