"""PNGs in the real layouts, about as hard to decode as photographs."""

from pathlib import Path

import numpy as np
from PIL import Image

IDS = (7, 8, 11, 12, 17, 20, 21, 23, 24, 26, 0)
"""labelIds, the last of which is not evaluated."""
Size = tuple[int, int]
"""Width and height, as Pillow has them."""


def write_image(path: Path, size: Size, rng: np.random.Generator) -> None:
    """Smooth colours with a sensor's noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = rng.integers(0, 256, (max(size[1] // 32, 1), max(size[0] // 32, 1), 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC), np.int16)
    noise = rng.normal(0, 3, smooth.shape).astype(np.int16)
    Image.fromarray((smooth + noise).clip(0, 255).astype(np.uint8)).save(path)


def write_label(path: Path, size: Size, rng: np.random.Generator) -> None:
    """Blocks of labelIds in a palette PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = rng.choice(IDS, (max(size[1] // 32, 1), max(size[0] // 32, 1))).astype(np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.NEAREST).convert("P")
    image.putpalette([value for index in range(256) for value in (index, 255 - index, 7)])
    image.save(path)


def write_gta5(root: Path, count: int, size: Size) -> tuple[list[Path], list[Path]]:
    """Images and labels of GTA5; their paths."""
    rng = np.random.default_rng(0)
    images = [root / f"images/{index:05d}.png" for index in range(count)]
    labels = [root / f"labels/{path.name}" for path in images]
    for image, label in zip(images, labels, strict=True):
        write_image(image, size, rng)
        write_label(label, size, rng)
    return images, labels


def write_cityscapes(
    root: Path, split: str, count: int, size: Size
) -> tuple[list[Path], list[Path]]:
    """Images of a split of Cityscapes and, for ``val``, labels; their paths."""
    rng = np.random.default_rng(1)
    stems = [f"aachen_{index:06d}_000019" for index in range(count)]
    images = [root / f"leftImg8bit/{split}/aachen/{stem}_leftImg8bit.png" for stem in stems]
    labels = [root / f"gtFine/{split}/aachen/{stem}_gtFine_labelIds.png" for stem in stems]
    for image, label in zip(images, labels, strict=True):
        write_image(image, size, rng)
        if split == "val":
            write_label(label, size, rng)
    return images, labels
