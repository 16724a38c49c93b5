"""Adaptation methods: one a file."""

from mmadvent.models.adaptations.adabn import AdaBN
from mmadvent.models.adaptations.adaptsegnet import AdaptSegNet
from mmadvent.models.adaptations.advent import AdvEnt
from mmadvent.models.adaptations.base import Adaptation, Step
from mmadvent.models.adaptations.class_prior import ClassPrior
from mmadvent.models.adaptations.information_maximization import InformationMaximization
from mmadvent.models.adaptations.mean_teacher import MeanTeacher
from mmadvent.models.adaptations.minent import MinEnt
from mmadvent.models.adaptations.pseudo_label import PseudoLabel

__all__ = [
    "AdaBN",
    "AdaptSegNet",
    "Adaptation",
    "AdvEnt",
    "ClassPrior",
    "InformationMaximization",
    "MeanTeacher",
    "MinEnt",
    "PseudoLabel",
    "Step",
]
