"""The settings of a folder of foggy images, which must not be mixed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmadvent.checks import check_choice
from mmadvent.io.claimed_folder import claim_folder as claim
from mmadvent.translation.fog.atmospheric_light import check_light
from mmadvent.translation.fog.depth import HOLES

NOTE = "fog.json"
"""In the output's folder: the settings, so that images of different ones are not mixed."""


@dataclass(frozen=True)
class FogSettings:
    """What the pixels of a foggy image depend on beside its density.

    Raises:
        InputError: if one is out of its range.
    """

    atmospheric_light: tuple[float, float, float] | None = None
    """RGB in [0, 255]; estimated from each image if None."""
    holes: str = "far"
    """See :func:`mmadvent.translation.fog.depth.fill_holes`."""

    def __post_init__(self) -> None:
        check_light(self.atmospheric_light)
        check_choice("holes", self.holes, HOLES)

    def as_json(self) -> dict[str, Any]:
        """As :data:`NOTE` has them."""
        light = self.atmospheric_light
        return dict(
            atmospheric_light="estimated" if light is None else list(light), holes=self.holes
        )


def claim_folder(out: Path, settings: FogSettings, origin: dict[str, Any] | None = None) -> None:
    """Note the settings in the output's folder.

    Args:
        out: the folder.
        settings: of the fog.
        origin: of images and depths, where it is not Cityscapes' own layout; JSON.

    Raises:
        InputError: if it holds other files, or images in fog of other settings.
    """
    claim(out, NOTE, settings.as_json() | (origin or {}), "images in fog")
