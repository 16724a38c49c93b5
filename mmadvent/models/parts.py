"""The parts of a model that have an optimizer each, and where they are."""

from torch import nn

# The names of the optimizers.
NETWORK = "network"
DISCRIMINATOR = "discriminator"
# The children of a model that are not the network's: its methods, and discriminators of its own.
METHODS = "adaptation"
DISCRIMINATORS = "discriminators"


def discriminators_of(model: nn.Module) -> nn.ModuleList:
    """Those of a model's methods and its own: what the optimizer of discriminators trains."""
    own = getattr(model, DISCRIMINATORS, None)
    parts = [method.discriminators for method in getattr(model, METHODS, ())]
    return nn.ModuleList(parts if own is None else [*parts, own])
