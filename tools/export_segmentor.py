"""Export a trained segmentor so that plain mmseg loads it, with no mmadvent installed.

python tools/export_segmentor.py CONFIG CHECKPOINT OUT_DIR

OUT_DIR gets a checkpoint of the network alone, a config for inference and, if the model has classes
that mmseg lacks, one Python module with their source, which the config imports.
"""

from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.cli.export import export_model
from mmadvent.export.segmentor import MMSEG

if __name__ == "__main__":
    with one_sentence_errors():
        export_model(MMSEG)
