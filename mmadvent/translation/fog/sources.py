"""Where an image's depth lies in the layouts that we know, and how to read it."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mmadvent.checks import is_number, parse_json
from mmadvent.errors import InputError
from mmadvent.io.reading import decode_unchanged
from mmadvent.translation.fog.depth import depth_from_disparity, distance_along_rays
from mmadvent.translation.fog.optical_model import Map

LEFT = "leftImg8bit"
CENTIMETRES = 0.01


class DistanceSource(Protocol):
    """Files that tell how far the things on an image are."""

    @property
    def files(self) -> tuple[str, ...]:
        """What must be there; the first is a picture of the image's size."""

    def read(self) -> Map:
        """Distances from the camera, (H, W), in metres; NaN where not measured."""


@dataclass(frozen=True)
class CityscapesDistance:
    """A disparity and a camera file of Cityscapes, which are of the image's size."""

    disparity: str
    camera: str

    @property
    def files(self) -> tuple[str, ...]:
        return (self.disparity, self.camera)

    def read(self) -> Map:
        try:
            camera = parse_json(Path(self.camera).read_bytes())
            values = [camera["extrinsic"]["baseline"]]
            values += [camera["intrinsic"][name] for name in ("fx", "u0", "v0")]
            if not all(is_number(value) and math.isfinite(value) for value in values):
                raise ValueError(f"got {values}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"the camera file '{self.camera}' must hold extrinsic.baseline and intrinsic.fx, "
                f"u0, v0, as Cityscapes' have them: {type(error).__name__}: {error}"
            ) from error
        baseline, fx, u0, v0 = values
        if not (baseline > 0 and fx > 0):
            raise InputError(
                f"the camera file '{self.camera}' must have a baseline and an fx above 0, got "
                f"{baseline} and {fx}"
            )
        depth = depth_from_disparity(_read_one_channel(self.disparity), baseline, fx)
        return distance_along_rays(depth, fx, u0, v0)


@dataclass(frozen=True)
class DepthPNG:
    """A 16-bit PNG of depths, 0 where there is none; ``scale`` metres a unit.

    There is no camera file: the depth along the optical axis stands for the distance.
    """

    path: str
    scale: float = CENTIMETRES

    @property
    def files(self) -> tuple[str, ...]:
        return (self.path,)

    def read(self) -> Map:
        code = _read_one_channel(self.path)
        return np.where(code > 0, code * np.float32(self.scale), np.float32(np.nan))


def find_distance(image: str) -> DistanceSource:
    """The depth beside an image of Cityscapes or SYNTHIA, or of data in one of their layouts.

    ``ROOT/leftImg8bit/A/B/X_leftImg8bit.png`` has ``ROOT/disparity/A/B/X_disparity.png`` and
    ``ROOT/camera/A/B/X_camera.json``; ``ROOT/RGB/X.png`` has ``ROOT/Depth/Depth/X.png``, in
    centimetres.

    Raises:
        InputError: if the image lies in neither layout.
    """
    path = Path(image)
    parts = path.parts[:-1]
    if LEFT in parts and path.name.endswith(f"_{LEFT}.png"):
        place = len(parts) - 1 - parts[::-1].index(LEFT)
        stem = path.name.removesuffix(f"_{LEFT}.png")

        def beside(kind: str, ending: str) -> str:
            return str(Path(*parts[:place], kind, *parts[place + 1 :], f"{stem}_{ending}"))

        return CityscapesDistance(
            beside("disparity", "disparity.png"), beside("camera", "camera.json")
        )
    if parts and parts[-1] == "RGB":
        return DepthPNG(str(path.parent.parent / "Depth" / "Depth" / path.with_suffix(".png").name))
    raise InputError(
        f"the depth of an image is known for Cityscapes' '{LEFT}/.../*_{LEFT}.png' and SYNTHIA's "
        f"'RGB/*.png', got '{image}'"
    )


def check_scale(scale: float) -> None:
    """Check the metres a unit of depth PNGs.

    Raises:
        InputError: if it is not a finite number above 0.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise InputError(f"scale must be a finite number > 0 (metres a unit), got {scale}")


def _read_one_channel(path: str) -> npt.NDArray[Any]:
    try:
        code = decode_unchanged(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"the depth '{path}' cannot be read: {error}") from error
    if code.dtype != np.uint16:
        raise InputError(f"the depth '{path}' must be a 16-bit PNG, got {code.dtype}")
    return code if code.ndim == 2 else code[..., 0]  # SYNTHIA's three channels are the same
