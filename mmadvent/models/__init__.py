"""Task-neutral models: losses, discriminators, adaptation methods and the training step."""

from mmadvent.models.adaptations import Adaptation, AdvEnt, ClassPrior, MinEnt
from mmadvent.models.discriminators import SelfInfoDiscriminator
from mmadvent.models.losses import ClassPriorLoss, EntropyLoss
from mmadvent.models.train_step import AdaptationStep

__all__ = [
    "Adaptation",
    "AdaptationStep",
    "AdvEnt",
    "ClassPrior",
    "ClassPriorLoss",
    "EntropyLoss",
    "MinEnt",
    "SelfInfoDiscriminator",
]
