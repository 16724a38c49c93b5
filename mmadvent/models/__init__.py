"""Task-neutral models: losses, discriminators, adaptation methods and the training step."""

from mmadvent.models.adaptations import Adaptation, AdvEnt, MinEnt
from mmadvent.models.discriminators import SelfInfoDiscriminator
from mmadvent.models.losses import EntropyLoss
from mmadvent.models.train_step import AdaptationStep

__all__ = [
    "Adaptation",
    "AdaptationStep",
    "AdvEnt",
    "EntropyLoss",
    "MinEnt",
    "SelfInfoDiscriminator",
]
