"""Writes the few files that a test of fog needs."""

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

STEM = "val/ulm/ulm_000000_000019"
# Chosen so that a disparity of d pixels is a depth of 100 / d metres.
BASELINE, FX = 0.5, 200.0


def write_png(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if array.dtype == np.uint16 and array.ndim == 3:  # which Pillow does not write
        assert cv2.imwrite(str(path), array)
    else:
        Image.fromarray(array).save(path)


def code_of(depth: np.ndarray) -> np.ndarray:
    """Cityscapes' code of depths in metres: p = 256 * d + 1; 0 for NaN, 1 for infinity."""
    code = np.rint(256 * BASELINE * FX / depth + 1)
    return np.nan_to_num(code, nan=0).astype(np.uint16)


def write_cityscapes(
    root: Path, image: np.ndarray, depth: np.ndarray, stem: str = STEM, **intrinsic: float
) -> Path:
    """An image with its disparity and camera; returns the image's path."""
    path = root / f"leftImg8bit/{stem}_leftImg8bit.png"
    write_png(path, image)
    write_png(root / f"disparity/{stem}_disparity.png", code_of(depth))
    height, width = depth.shape
    camera = dict(
        extrinsic=dict(baseline=BASELINE, pitch=0.0),
        intrinsic=dict(fx=FX, fy=FX, u0=width / 2, v0=height / 2) | intrinsic,
    )
    file = root / f"camera/{stem}_camera.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(camera))
    return path


def noise(height: int = 4, width: int = 6, seed: int = 0) -> np.ndarray:
    """A picture of random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
