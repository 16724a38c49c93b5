"""Translate a source data set into the look of the target.

python tools/translate.py configs/translation/semantic_gan_gta2cs.py CHECKPOINT data/GTA5_translated
"""

from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.cli.translate import translate_dataset

if __name__ == "__main__":
    with one_sentence_errors():
        translate_dataset()
