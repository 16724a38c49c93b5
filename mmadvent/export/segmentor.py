"""Exports of segmentors to mmseg."""

from typing import Any

from mmengine.registry import MODELS

from mmadvent.export.own_classes import modules_source, own_classes
from mmadvent.export.plain import Library


def lacking(model: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The model as it is, and the source of the classes that mmseg lacks."""
    own = own_classes(model, MODELS)
    return model, modules_source(own, "mmseg") if own else ""


MMSEG = Library(
    name="mmseg",
    models={
        "DomainAdaptSegmentor": "EncoderDecoder",
        "DomainAdaptCascadeSegmentor": "CascadeEncoderDecoder",
    },
    dataset="BaseSegDataset",
    visualizer="SegLocalVisualizer",
    module=lacking,
)
