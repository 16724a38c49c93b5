"""The settings of a folder of foggy images, which must not be mixed."""

import reprlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmadvent.checks import check_choice, parse_json
from mmadvent.errors import InputError
from mmadvent.io.writing import write_json
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


def claim_folder(out: Path, settings: FogSettings) -> None:
    """Note the settings in the output's folder.

    Raises:
        InputError: if it holds other files, or images in fog of other settings.
    """
    note, asked = out / NOTE, settings.as_json()
    if note.exists():
        try:
            found = parse_json(note.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(f"'{note}' cannot be read: {error}") from error
        if found != asked:
            raise InputError(
                f"'{out}' holds images in fog of other settings ({_told(found)} instead of "
                f"{_told(asked)}): choose another folder or remove it"
            )
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            f"'{out}' must be free or hold images that this tool made, found other files"
        )
    else:
        write_json(note, asked)


def _told(settings: Any) -> str:
    if not isinstance(settings, dict):
        return f"a note that says {reprlib.repr(settings)}"
    return ", ".join(f"{name} {value}" for name, value in settings.items())
