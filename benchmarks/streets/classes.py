"""Class ids of the three label formats the bench writes."""

import numpy as np
import numpy.typing as npt

# Cityscapes labelIds by name; the GTA5 publisher's files use the same ids.
LABEL_IDS: dict[str, int] = {
    "unlabeled": 0,
    "ego vehicle": 1,
    "rectification border": 2,
    "out of roi": 3,
    "static": 4,
    "dynamic": 5,
    "ground": 6,
    "road": 7,
    "sidewalk": 8,
    "parking": 9,
    "rail track": 10,
    "building": 11,
    "wall": 12,
    "fence": 13,
    "guard rail": 14,
    "bridge": 15,
    "tunnel": 16,
    "pole": 17,
    "polegroup": 18,
    "traffic light": 19,
    "traffic sign": 20,
    "vegetation": 21,
    "terrain": 22,
    "sky": 23,
    "person": 24,
    "rider": 25,
    "car": 26,
    "truck": 27,
    "bus": 28,
    "caravan": 29,
    "trailer": 30,
    "train": 31,
    "motorcycle": 32,
    "bicycle": 33,
}

# SYNTHIA-RAND-CITYSCAPES ids; a class that is missing here is written as 0 (void).
SYNTHIA_IDS: dict[str, int] = {
    "sky": 1,
    "building": 2,
    "road": 3,
    "sidewalk": 4,
    "fence": 5,
    "vegetation": 6,
    "pole": 7,
    "car": 8,
    "traffic sign": 9,
    "person": 10,
    "bicycle": 11,
    "motorcycle": 12,
    "traffic light": 15,
    "rider": 17,
    "bus": 19,
    "wall": 21,
}

# Cityscapes display colours of labelIds 0..33.
COLORS: tuple[tuple[int, int, int], ...] = (
    (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0), (111, 74, 0), (81, 0, 81),
    (128, 64, 128), (244, 35, 232), (250, 170, 160), (230, 150, 140), (70, 70, 70),
    (102, 102, 156), (190, 153, 153), (180, 165, 180), (150, 100, 100), (150, 120, 90),
    (153, 153, 153), (153, 153, 153), (250, 170, 30), (220, 220, 0), (107, 142, 35),
    (152, 251, 152), (70, 130, 180), (220, 20, 60), (255, 0, 0), (0, 0, 142), (0, 0, 70),
    (0, 60, 100), (0, 0, 90), (0, 0, 110), (0, 80, 100), (0, 0, 230), (119, 11, 32),
)  # fmt: skip


def synthia_table() -> npt.NDArray[np.uint8]:
    """SYNTHIA id of each Cityscapes labelId: uint8, shape (34,)."""
    table = np.zeros(len(LABEL_IDS), dtype=np.uint8)
    for name, synthia_id in SYNTHIA_IDS.items():
        table[LABEL_IDS[name]] = synthia_id
    return table


def color_table() -> npt.NDArray[np.uint8]:
    """Display colour of each Cityscapes labelId: uint8, shape (34, 3)."""
    return np.array(COLORS, dtype=np.uint8)
