"""Draw images, their translations, what comes back, and the classes that are seen in them.

python tools/translation_sheet.py configs/translation/semantic_gan_streets.py CHECKPOINT
"""

from mmadvent.cli.command_line import one_sentence_errors
from mmadvent.cli.translation_sheet import draw_translations

if __name__ == "__main__":
    with one_sentence_errors():
        draw_translations()
