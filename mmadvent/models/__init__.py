"""Task-neutral models: losses, discriminators, adaptation methods and the training step."""

from mmadvent.models.adaptations import (
    AdaBN,
    Adaptation,
    AdaptSegNet,
    AdvEnt,
    ClassPrior,
    InformationMaximization,
    MeanTeacher,
    MinEnt,
    PseudoLabel,
    Step,
)
from mmadvent.models.discriminators import SelfInfoDiscriminator
from mmadvent.models.losses import ClassPriorLoss, EntropyLoss
from mmadvent.models.train_step import AdaptationStep

__all__ = [
    "AdaBN",
    "InformationMaximization",
    "MeanTeacher",
    "AdaptSegNet",
    "Adaptation",
    "AdaptationStep",
    "AdvEnt",
    "ClassPrior",
    "ClassPriorLoss",
    "EntropyLoss",
    "MinEnt",
    "PseudoLabel",
    "SelfInfoDiscriminator",
    "Step",
]
