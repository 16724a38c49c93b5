"""The three directory layouts, each as its publisher has it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.streets.canvas import FAR
from benchmarks.streets.classes import color_table, synthia_table
from benchmarks.streets.png import write_png
from benchmarks.streets.render import Picture
from mmadvent.io.writing import write_json

BASELINE = 0.209313
"""Cityscapes' stereo baseline in metres."""

CITIES = {"train": ("alder", "beech", "cedar"), "val": ("damson", "elder")}


def write_gta5(root: Path, index: int, picture: Picture) -> None:
    """Write picture ``index`` (from 0) as ``images/00001.png`` and ``labels/00001.png``."""
    name = f"{index + 1:05d}.png"
    write_png(root / "labels" / name, picture.label, color_table())
    write_png(root / "images" / name, picture.image)


def write_synthia(root: Path, index: int, picture: Picture) -> None:
    """Write picture ``index`` (from 0) as ``RGB/0000000.png`` with its labels and depth.

    The labels are 16-bit with three channels: class id in the red one, instance number in
    the green one. The depth is 16-bit, in centimetres.
    """
    name = f"{index:07d}.png"
    label = np.zeros((*picture.label.shape, 3), dtype=np.uint16)
    label[..., 0] = synthia_table()[picture.label]
    counted = picture.instance >= 1000
    label[..., 1][counted] = picture.instance[counted] % 1000 + 1
    depth = np.clip(picture.depth * 100 + 0.5, 0, 65535).astype(np.uint16)
    write_png(root / "GT" / "LABELS" / name, label)
    write_png(root / "Depth" / "Depth" / name, depth)
    write_png(root / "RGB" / name, picture.image)


def cityscapes_stem(split: str, index: int) -> str:
    """``{city}/{city}_{sequence}_{frame}`` of picture ``index`` (from 0) of a split."""
    cities = CITIES[split]
    city = cities[index % len(cities)]
    return f"{city}/{city}_{index // len(cities):06d}_000019"


def write_cityscapes(
    root: Path, split: str, index: int, picture: Picture, labeled: bool, geometry: bool
) -> None:
    """Write one picture in Cityscapes' layout.

    Args:
        root: The folder of ``leftImg8bit`` and its neighbours.
        split: ``"train"`` or ``"val"``.
        index: The picture's number in its split, from 0.
        picture: What to write.
        labelled: Whether to write ``gtFine``.
        geometry: Whether to write ``disparity`` and ``camera``.
    """
    stem = f"{split}/{cityscapes_stem(split, index)}"
    if labeled:
        truth = root / "gtFine"
        color = color_table()[picture.label]
        opaque = np.full((*picture.label.shape, 1), 255, dtype=np.uint8)
        write_png(truth / f"{stem}_gtFine_labelIds.png", picture.label)
        write_png(truth / f"{stem}_gtFine_instanceIds.png", picture.instance.astype(np.uint16))
        write_png(truth / f"{stem}_gtFine_color.png", np.concatenate((color, opaque), axis=2))
    if geometry:
        write_png(root / "disparity" / f"{stem}_disparity.png", disparity(picture))
        write_json(root / "camera" / f"{stem}_camera.json", _camera(picture))
    write_png(root / "leftImg8bit" / f"{stem}_leftImg8bit.png", picture.image)


def disparity(picture: Picture) -> npt.NDArray[np.uint16]:
    """Cityscapes' code p of the disparity d = baseline * fx / depth: p = 256 * d + 1.

    Returns:
        uint16, (height, width); 0 where there is none, as in the sky.
    """
    shift = picture.camera.focal * BASELINE / picture.depth.astype(np.float64)
    code = np.clip(shift * 256 + 1.5, 1, 65535)
    code[picture.depth >= FAR] = 0
    return code.astype(np.uint16)


def _camera(picture: Picture) -> dict[str, dict[str, float]]:
    camera = picture.camera
    axes = camera.axes
    return {
        "extrinsic": {
            "baseline": BASELINE,
            "pitch": round(-axes.ahead[1], 6),
            "roll": 0.0,
            "x": 0.0,
            "y": 0.0,
            "yaw": round(axes.ahead[0], 6),
            "z": round(axes.place[1], 6),
        },
        "intrinsic": {
            "fx": camera.focal,
            "fy": camera.focal,
            "u0": camera.u0,
            "v0": camera.v0,
        },
    }
