"""What a checkpoint holds besides the training: the network's weights and its classes."""

from typing import Any

from torch import Tensor, nn

from mmadvent.errors import InputError

METHODS_PREFIX = "adaptation."


def load_network_weights(network: nn.Module, checkpoint: dict, path: str) -> dict[str, Tensor]:
    """Load a checkpoint into a network without its methods, strictly, and return its weights.

    Args:
        network: built from the config without ``adaptation``.
        checkpoint: its contents.
        path: of the checkpoint, for the error.

    Raises:
        InputError: if the weights are not those of the network.
    """
    weights = {
        name: value
        for name, value in checkpoint.get("state_dict", checkpoint).items()
        if not name.startswith(METHODS_PREFIX)
    }
    try:
        network.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError(
            f"the checkpoint '{path}' is not of the config's model: {reason}"
        ) from error
    return weights


def stored_dataset_meta(checkpoint: dict) -> dict[str, Any]:
    """The classes and their colours that a checkpoint names; empty if it names none."""
    return checkpoint.get("meta", {}).get("dataset_meta") or {}
