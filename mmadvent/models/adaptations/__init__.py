"""Adaptation methods: one a file."""

from mmadvent.models.adaptations.adaptsegnet import AdaptSegNet
from mmadvent.models.adaptations.advent import AdvEnt
from mmadvent.models.adaptations.base import Adaptation
from mmadvent.models.adaptations.class_prior import ClassPrior
from mmadvent.models.adaptations.minent import MinEnt
from mmadvent.models.adaptations.pseudo_label import PseudoLabel

__all__ = ["AdaptSegNet", "Adaptation", "AdvEnt", "ClassPrior", "MinEnt", "PseudoLabel"]
