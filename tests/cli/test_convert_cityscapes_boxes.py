"""The words of the command; what it writes is checked over hand-made pictures."""

from mmadvent.cli.convert_cityscapes_boxes import CONVENTIONS
from mmadvent.detection.boxes import CONVENTIONS as KNOWN
from tests.cli.parsing import parse


def test_its_help_names_the_conventions_that_there_are() -> None:
    assert CONVENTIONS == KNOWN
    args = parse("convert-cityscapes-boxes", "data")
    assert args.convention == "mmdet" and args.split == ["train", "val"]
