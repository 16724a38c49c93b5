"""Exports of detectors to mmdet."""

from typing import Any

from mmengine.registry import MODELS

from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError
from mmadvent.export.own_classes import own_classes
from mmadvent.export.plain import Library

SSD_HEADS = ("SSDHead", "SSDEntropyHead")
SSD_HEAD = "PredictingSSDHead"
SSD_MODULE = f'''"""The head of an exported SSD."""

from mmdet.models.dense_heads import SSDHead
from mmdet.registry import MODELS


@MODELS.register_module(force=True)
class {SSD_HEAD}(SSDHead):
    """mmdet's SSDHead with the attribute that its prediction asks for; it means nothing to it."""

    loss_cls = None
'''


def lacking(model: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The model with a head that predicts, and that head's source if mmdet lacks it.

    Raises:
        InputError: if the model has another class that mmdet lacks.
    """
    module = ""
    if type_name(model["bbox_head"]) in SSD_HEADS:
        model = dict(model, bbox_head=dict(model["bbox_head"], type=SSD_HEAD))
        module = SSD_MODULE
    own = own_classes(model, MODELS)
    if own:
        raise InputError(
            f"a detector can be exported if its classes are mmdet's, got {own[0].__name__}"
        )
    return model, module


MMDET = Library(
    name="mmdet",
    models={"DomainAdaptDetector": "SingleStageDetector"},
    dataset="BaseDetDataset",
    visualizer="DetLocalVisualizer",
    module=lacking,
)
