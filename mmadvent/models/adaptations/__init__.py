"""Adaptation methods: one a file."""

from mmadvent.models.adaptations.advent import AdvEnt
from mmadvent.models.adaptations.base import Adaptation
from mmadvent.models.adaptations.class_prior import ClassPrior
from mmadvent.models.adaptations.minent import MinEnt

__all__ = ["Adaptation", "AdvEnt", "ClassPrior", "MinEnt"]
