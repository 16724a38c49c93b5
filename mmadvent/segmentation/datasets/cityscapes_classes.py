"""The 19 classes of the Cityscapes benchmark and the ids that its family of data sets writes."""

from mmseg.datasets import CityscapesDataset

IGNORE = 255

CLASSES: tuple[str, ...] = CityscapesDataset.METAINFO["classes"]
METAINFO: dict = dict(classes=CLASSES, palette=CityscapesDataset.METAINFO["palette"])

# `labelIds` of Cityscapes, which GTA5 shares: 0-33 and, for the licence plate, -1 (stored as 255).
_EVALUATED_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
LABEL_IDS: dict[int, int] = (
    dict.fromkeys(range(34), IGNORE)
    | {label_id: index for index, label_id in enumerate(_EVALUATED_IDS)}
    | {IGNORE: IGNORE}
)

# `labelTrainIds`: the class indices themselves, 255 elsewhere.
TRAIN_IDS: dict[int, int] = {index: index for index in range(len(CLASSES))} | {IGNORE: IGNORE}

# SYNTHIA-RAND-CITYSCAPES: its own ids 0-22; void, parking slot, road work and lane marking are not
# evaluated. Lane markings lie on the road, but the published protocols leave them out.
_SYNTHIA_CLASSES = {
    1: "sky", 2: "building", 3: "road", 4: "sidewalk", 5: "fence", 6: "vegetation", 7: "pole",
    8: "car", 9: "traffic sign", 10: "person", 11: "bicycle", 12: "motorcycle",
    15: "traffic light", 16: "terrain", 17: "rider", 18: "truck", 19: "bus", 20: "train",
    21: "wall",
}  # fmt: skip
SYNTHIA_IDS: dict[int, int] = dict.fromkeys(range(23), IGNORE) | {
    synthia_id: CLASSES.index(name) for synthia_id, name in _SYNTHIA_CLASSES.items()
}
