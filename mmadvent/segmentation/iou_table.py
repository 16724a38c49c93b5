"""The table of per-class IoU, as Table 1 of the paper."""

from mmadvent.engine.method_table import Measure, TableLayout

IOU_TABLE = TableLayout(
    class_prefix="IoU.",
    mean=Measure("mIoU", "mIoU"),
    others=(Measure("mean_entropy", "entropy", 100.0),),
)
