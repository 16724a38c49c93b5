"""Export a trained segmentor so that plain mmseg loads it, with no mmadvent installed.

python tools/export_segmentor.py CONFIG CHECKPOINT OUT_DIR

OUT_DIR gets a checkpoint of the network alone, a config for inference and, if the model has classes
that mmseg lacks, one Python module with their source, which the config imports.
"""

from typing import Any

from mmengine.registry import MODELS

from mmadvent.engine.command_line import one_sentence_errors
from mmadvent.engine.own_classes import modules_source, own_classes
from mmadvent.engine.plain_export import Library, export, parse_args


def lacking(model: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The model as it is, and the source of the classes that mmseg lacks."""
    own = own_classes(model, MODELS)
    return model, modules_source(own, "mmseg") if own else ""


MMSEG = Library(
    name="mmseg",
    models={"DomainAdaptSegmentor": "EncoderDecoder"},
    dataset="BaseSegDataset",
    visualizer="SegLocalVisualizer",
    module_name="deeplab_v2_modules",
    module=lacking,
)

if __name__ == "__main__":
    with one_sentence_errors():
        export(MMSEG, parse_args(MMSEG))
