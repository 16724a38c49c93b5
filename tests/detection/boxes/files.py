"""A picture of instance ids whose boxes are worked out by hand, and files in Cityscapes' layout."""

from pathlib import Path

import numpy as np
from PIL import Image

CAR, PERSON, GROUP, CARAVAN = 26, 24, 26, 29


def street() -> np.ndarray:
    """12 x 10 pixels (width x height): see :data:`REGIONS`."""
    ids = np.full((10, 12), 7, np.uint16)  # road
    ids[0, :4] = 23  # sky
    ids[2:5, 2:5] = 26000  # two cars that touch
    ids[2:5, 5:9] = 26001
    ids[7, 1] = 24000  # a person behind a pole: two parts, one box
    ids[7:10, 2] = 17
    ids[8:10, 3] = 24000
    ids[0:2, 10:12] = 33000  # a bicycle in the corner
    ids[9, 11] = 25003  # one pixel of a rider, in the other corner
    ids[6, 5:8] = 26  # a group of cars, in two parts
    ids[9, 8] = 26
    ids[5, 0] = 29000  # a caravan, and a group of trailers: not evaluated
    ids[6, 0] = 30
    return ids


# id: (x, y, width, height), number of pixels
REGIONS = {
    26: ((5, 6, 4, 4), 4),
    24000: ((1, 7, 3, 3), 3),
    25003: ((11, 9, 1, 1), 1),
    26000: ((2, 2, 3, 3), 9),
    26001: ((5, 2, 4, 3), 12),
    33000: ((10, 0, 2, 2), 4),
}


def write_image(root: Path, split: str, city: str, number: int, ids: np.ndarray) -> str:
    """An image and its instance ids; returns its name as annotations have it."""
    stem = f"{city}/{city}_{number:06d}_000019"
    image = root / f"leftImg8bit/{split}/{stem}_leftImg8bit.png"
    instances = root / f"gtFine/{split}/{stem}_gtFine_instanceIds.png"
    for path in (image, instances):
        path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(number).integers(0, 256, (*ids.shape, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(image)
    Image.fromarray(ids).save(instances)
    return f"{stem}_leftImg8bit.png"


def write_split(root: Path, split: str = "train") -> list[str]:
    """Four images: the street, nothing, a group only, and a single car."""
    empty, group, car = (np.full((10, 12), 7, np.uint16) for _ in range(3))
    group[1, 1] = 24
    car[4:6, 3:9] = 26000
    return [
        write_image(root, split, "bonn", 0, street()),
        write_image(root, split, "bonn", 1, empty),
        write_image(root, split, "ulm", 2, group),
        write_image(root, split, "ulm", 3, car),
    ]
