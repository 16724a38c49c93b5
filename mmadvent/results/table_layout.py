"""What a table of results has for rows and columns, before anything is read."""

from dataclasses import dataclass
from pathlib import Path

SHORT = {
    "traffic light": "light",
    "traffic sign": "sign",
    "sign symbol": "sign",
    "vegetation": "veg",
    "motorcycle": "mbike",
    "bicycle": "bike",
}


@dataclass(frozen=True)
class TableRow:
    """One method: its name and its work directories, one for each seed."""

    method: str
    work_dirs: tuple[Path, ...]


@dataclass(frozen=True)
class Measure:
    """One figure of an evaluation.

    Attributes:
        key: its name in the log.
        title: its name in the table.
        factor: what makes it a percentage; 100 for a share in [0, 1].
        ranked: whether more of it is better.
    """

    key: str
    title: str
    factor: float = 1.0
    ranked: bool = True


@dataclass(frozen=True)
class TableLayout:
    """The columns of a table: one for each class, their mean, and other measures.

    Attributes:
        class_prefix: what comes before a class's name in the log.
        mean: the mean over the classes, in the unit of the classes.
        others: further measures; one that no evaluation has is no column.
        partial_means: means over some of the classes, each with a gap of its own; as ``others``.
    """

    class_prefix: str
    mean: Measure
    others: tuple[Measure, ...] = ()
    partial_means: tuple[Measure, ...] = ()


# Table 1 of the paper. mIoU* is the mean over the 13 classes that the protocols of SYNTHIA have in
# common.
IOU_TABLE = TableLayout(
    class_prefix="IoU.",
    mean=Measure("mIoU", "mIoU"),
    others=(Measure("mean_entropy", "entropy", 100.0, ranked=False),),
    partial_means=(Measure("mIoU*", "mIoU*"),),
)
# Table 3. The classes and their mean are PASCAL VOC 2007's AP at an IoU of 0.5 (11 points), the
# paper's measure; the others are means of VOC's area under the curve and of COCO's AP.
AP_TABLE = TableLayout(
    class_prefix="voc07_11points/AP50.",
    mean=Measure("voc07_11points/mAP", "mAP", 100.0),
    others=(Measure("voc_area/mAP", "area", 100.0), Measure("coco/bbox_mAP", "COCO", 100.0)),
)
