"""The 11 classes of CamVid, and those of Cityscapes that they stand for."""

from mmadvent.segmentation.datasets.cityscapes_classes import CLASSES, IGNORE, LABEL_IDS

VOID = 11
# In the order of the ids, with the colors of SegNet's tutorial.
COLORS = {
    "sky": (128, 128, 128),
    "building": (128, 0, 0),
    "pole": (192, 192, 128),
    "road": (128, 64, 128),
    "pavement": (60, 40, 222),
    "tree": (128, 128, 0),
    "sign symbol": (192, 128, 128),
    "fence": (64, 64, 128),
    "car": (64, 0, 128),
    "pedestrian": (64, 64, 0),
    "bicyclist": (0, 128, 192),
}
METAINFO: dict = dict(classes=tuple(COLORS), palette=[list(color) for color in COLORS.values()])
CAMVID_IDS: dict[int, int] = {index: index for index in range(VOID)} | {VOID: IGNORE}

# The 11 classes are groups of the 32 that CamVid has itself. Cityscapes' go where their like went:
# walls to building, lorries and buses to car, terrain to tree, motorcycles to bicyclist.
FROM_CITYSCAPES = {
    "road": "road", "sidewalk": "pavement", "building": "building", "wall": "building",
    "fence": "fence", "pole": "pole", "traffic light": "sign symbol",
    "traffic sign": "sign symbol", "vegetation": "tree", "terrain": "tree", "sky": "sky",
    "person": "pedestrian", "rider": "bicyclist", "car": "car", "truck": "car", "bus": "car",
    "train": "car", "motorcycle": "bicyclist", "bicycle": "bicyclist",
}  # fmt: skip
_INDICES = {
    index: METAINFO["classes"].index(FROM_CITYSCAPES[name]) for index, name in enumerate(CLASSES)
} | {IGNORE: IGNORE}
# Cityscapes' labelIds, and GTA5's, which has one more for licence plates.
LABEL_IDS_TO_CAMVID: dict[int, int] = {
    label_id: _INDICES[index] for label_id, index in LABEL_IDS.items()
} | {34: IGNORE}
