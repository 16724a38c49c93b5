"""Registered losses: thin classes over :mod:`mmadvent.functional`."""

from mmadvent.models.losses.class_prior_loss import ClassPriorLoss
from mmadvent.models.losses.entropy_loss import EntropyLoss

__all__ = ["ClassPriorLoss", "EntropyLoss"]
