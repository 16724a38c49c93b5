"""The look of a domain as numbers, and the way from one look to another."""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

RGB = tuple[float, float, float]
Colors = tuple[RGB, ...]
T = TypeVar("T")


def _within(low: float, high: float) -> Any:
    return field(metadata={"limits": (low, high)})


def _color() -> Any:
    return _within(0.0, 1.0)


@dataclass(frozen=True)
class Palette:
    """Base colours, each channel in [0, 1]; an object takes one of the list and jitters it."""

    road: Colors = _color()
    sidewalk: Colors = _color()
    marking: RGB = _color()
    facade: Colors = _color()
    roof: Colors = _color()
    glass: RGB = _color()
    foliage: Colors = _color()
    grass: Colors = _color()
    bark: RGB = _color()
    sky_top: RGB = _color()
    sky_low: RGB = _color()
    wall: Colors = _color()
    fence: Colors = _color()
    pole: Colors = _color()
    car: Colors = _color()
    lorry: Colors = _color()
    clothes: Colors = _color()
    spread: float = _within(0.0, 0.5)
    """Largest brightness jitter of an object's colour, as a share."""
    hue_spread: float = _within(0.0, 0.3)
    """Largest jitter of each channel on its own, as a share."""


@dataclass(frozen=True)
class Surface:
    """Materials: how surfaces deviate from one flat colour."""

    grain: float = _within(0.0, 1.0)
    """Amplitude of the fine surface noise, as a share of the colour."""
    stain: float = _within(0.0, 1.0)
    """Amplitude of the coarse blotches, as a share of the colour."""
    wear: float = _within(0.0, 1.0)
    """Share of the lane paint that is worn off."""
    brick: float = _within(0.0, 1.0)
    """Probability that a facade shows courses of bricks."""
    paving: float = _within(0.0, 1.0)
    """Contrast of the joints between paving slabs."""
    glass_contrast: float = _within(0.0, 1.0)
    """How much window panes differ from each other in brightness."""
    leaf_contrast: float = _within(0.0, 1.0)
    """Contrast of light and dark leaves."""


@dataclass(frozen=True)
class Light:
    """Illumination of the scene, before the sensor."""

    sun: float = _within(0.0, 2.0)
    """Strength of the direct light."""
    ambient: float = _within(0.05, 2.0)
    """Strength of the light from all directions."""
    spread: float = _within(0.0, 0.9)
    """Largest change of the sun from scene to scene, as a share."""
    shadow: float = _within(0.0, 0.95)
    """Share of light that cast shadows take away in a sunny scene."""
    cloud: float = _within(0.0, 1.0)
    """Share of the sky that clouds cover."""
    haze: float = _within(0.0, 0.1)
    """Haze density h in 1/m: at depth t the share h*t / (1 + h*t) is haze."""


@dataclass(frozen=True)
class Sensor:
    """Development of the picture: from scene light to the 8-bit image."""

    gain: float = _within(0.2, 3.0)
    gain_spread: float = _within(0.0, 0.9)
    """Largest change of the gain from scene to scene, as a share."""
    bend: float = _within(0.2, 5.0)
    """Tone curve c / (c + (1 - c) * bend): 1 is straight, above 1 darkens the mid tones."""
    contrast: float = _within(0.1, 2.0)
    saturation: float = _within(0.0, 2.0)
    cast: RGB = _within(0.5, 1.5)
    """Gain per channel."""
    cast_spread: float = _within(0.0, 0.4)
    blur: float = _within(0.0, 4.0)
    """Standard deviation of the blur in pixels of a 512 pixels wide picture."""
    noise: float = _within(0.0, 0.3)
    """Standard deviation of the sensor noise at mid grey, 1 being full scale."""
    vignette: float = _within(0.0, 0.9)
    """Share of light lost in the corners."""
    bonnet: float = _within(0.0, 0.3)
    """Height of the ego vehicle's bonnet at the bottom, as a share of the picture."""
    border: float = _within(0.0, 0.1)
    """Width of the unlabelled border, as a share of the picture."""


@dataclass(frozen=True)
class View:
    """The camera and the course of the street."""

    focal: float = _within(0.4, 3.0)
    """Focal length as a share of the picture's width."""
    height: float = _within(0.6, 12.0)
    """Camera height in metres."""
    height_spread: float = _within(0.0, 6.0)
    pitch: float = _within(-0.4, 0.6)
    """Tangent of the angle by which the camera looks down."""
    pitch_spread: float = _within(0.0, 0.4)
    yaw_spread: float = _within(0.0, 1.0)
    """Largest tangent of the angle by which the camera looks aside."""
    lateral_spread: float = _within(0.0, 8.0)
    """Largest shift of the camera from the middle of its lane, in metres."""
    bend_spread: float = _within(0.0, 0.002)
    """Largest curvature k of the street x = k * z**2, in 1/m."""


@dataclass(frozen=True)
class Population:
    """How often things occur; densities are per 100 m and per side or lane."""

    traffic: float = _within(0.0, 12.0)
    parked: float = _within(0.0, 15.0)
    truck: float = _within(0.0, 1.0)
    """Share of lorries among the moving vehicles."""
    bus: float = _within(0.0, 1.0)
    """Share of buses among the moving vehicles."""
    tram: float = _within(0.0, 1.0)
    """Probability of tram rails with a tram."""
    person: float = _within(0.0, 40.0)
    rider: float = _within(0.0, 15.0)
    bicycle: float = _within(0.0, 15.0)
    motorcycle: float = _within(0.0, 15.0)
    tree: float = _within(0.0, 25.0)
    pole: float = _within(0.0, 20.0)
    sign: float = _within(0.0, 20.0)
    junction: float = _within(0.0, 1.0)
    """Probability of a junction, with traffic lights."""
    wall: float = _within(0.0, 5.0)
    """Weight of a walled plot; a house has weight 1."""
    fence: float = _within(0.0, 5.0)
    """Weight of a fenced plot."""
    park: float = _within(0.0, 5.0)
    """Weight of an open green plot."""
    verge: float = _within(0.0, 1.0)
    """Probability of a grass strip beside the road."""


@dataclass(frozen=True)
class DomainStyle:
    """Everything that tells one domain's pictures from another's.

    Raises:
        ValueError: A number lies outside the limits of its field.
    """

    palette: Palette
    surface: Surface
    light: Light
    sensor: Sensor
    view: View
    population: Population

    def __post_init__(self) -> None:
        for group in fields(self):
            part = getattr(self, group.name)
            for item in fields(part):
                low, high = item.metadata["limits"]
                for number in _numbers(getattr(part, item.name)):
                    if not low <= number <= high:
                        raise ValueError(
                            f"{group.name}.{item.name} must lie in [{low:g}, {high:g}], "
                            f"got {number:g}"
                        )


def _numbers(value: Any) -> list[float]:
    if isinstance(value, tuple):
        return [number for part in value for number in _numbers(part)]
    return [float(value)]


def _blend(a: Any, b: Any, strength: float, limits: tuple[float, float]) -> Any:
    if isinstance(a, tuple):
        return tuple(_blend(x, y, strength, limits) for x, y in zip(a, b, strict=True))
    # This form gives exactly a at strength 0 and exactly b at strength 1.
    return min(max((1.0 - strength) * a + strength * b, limits[0]), limits[1])


def interpolate(a: T, b: T, strength: float) -> T:
    """The style ``(1 - strength) * a + strength * b``, number by number.

    Args:
        a: The style at strength 0, returned unchanged there.
        b: The style at strength 1.
        strength: At least 0; above 1 goes beyond ``b``, each number stopping at its limits.

    Raises:
        ValueError: ``strength`` is negative or not a finite number.
    """
    if not 0.0 <= strength < float("inf"):
        raise ValueError(f"the gap's strength must be a finite number >= 0, got {strength}")
    changes: dict[str, Any] = {}
    for item in fields(a):  # type: ignore[arg-type]
        one, other = getattr(a, item.name), getattr(b, item.name)
        if is_dataclass(one):
            changes[item.name] = interpolate(one, other, strength)
        else:
            changes[item.name] = _blend(one, other, strength, item.metadata["limits"])
    return replace(a, **changes)  # type: ignore[type-var]
