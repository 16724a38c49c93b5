# The 16 classes that SYNTHIA-RAND-CITYSCAPES and Cityscapes share. The model tells all of them
# apart; it is evaluated on them (mIoU) and, without wall, fence and pole, on 13 (mIoU*), as in
# Table 1b.
classes = (
    "road",
    "sidewalk",
    "building",
    "wall",
    "fence",
    "pole",
    "traffic light",
    "traffic sign",
    "vegetation",
    "sky",
    "person",
    "rider",
    "car",
    "bus",
    "motorcycle",
    "bicycle",
)
iou_16_and_13 = dict(type="ClassIoUMetric", without={"mIoU*": ("wall", "fence", "pole")})
