"""The table of per-class average precision, as Table 3 of the paper."""

from mmadvent.results.table_layout import Measure, TableLayout

# The classes and their mean are PASCAL VOC 2007's AP at an IoU of 0.5 (11 points), the paper's
# measure; the others are means of VOC's area under the curve and of COCO's AP.
AP_TABLE = TableLayout(
    class_prefix="voc07_11points/AP50.",
    mean=Measure("voc07_11points/mAP", "mAP", 100.0),
    others=(Measure("voc_area/mAP", "area", 100.0), Measure("coco/bbox_mAP", "COCO", 100.0)),
)
