"""The table of per-class IoU, as Table 1 of the paper."""

from mmadvent.results.table_layout import Measure, TableLayout

# mIoU* is the mean over the 13 classes that the protocols of SYNTHIA have in common.
IOU_TABLE = TableLayout(
    class_prefix="IoU.",
    mean=Measure("mIoU", "mIoU"),
    others=(Measure("mean_entropy", "entropy", 100.0, ranked=False),),
    partial_means=(Measure("mIoU*", "mIoU*"),),
)
