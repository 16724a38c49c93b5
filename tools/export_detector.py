"""Export a trained detector so that plain mmdet loads it, with no mmadvent installed.

python tools/export_detector.py CONFIG CHECKPOINT OUT_DIR

OUT_DIR gets a checkpoint of the network alone, a config for inference and, for an SSD, one Python
module, which the config imports: mmdet's own head lacks an attribute that its prediction asks for.
"""

from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.cli.export import export_model
from mmadvent.export.detector import MMDET

if __name__ == "__main__":
    with one_sentence_errors():
        export_model(MMDET)
