"""Task-neutral models: losses, discriminators, adaptation methods and the training step."""

from mmadvent import compat

compat.apply()  # before anything below imports mmengine

from mmadvent.models.adaptations import (  # noqa: E402
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
from mmadvent.models.discriminators import SelfInfoDiscriminator  # noqa: E402
from mmadvent.models.losses import ClassPriorLoss, EntropyLoss  # noqa: E402
from mmadvent.models.train_step import AdaptationStep  # noqa: E402

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
