"""A training step as a method sees it, without a training."""

from typing import Any

from mmadvent.models import Step
from mmadvent.structures import DomainOutput


def step_of(target: DomainOutput, source: DomainOutput | None = None, network: Any = None) -> Step:
    """A step whose passes gave these outputs."""
    return Step(network, source=source, target=target)
