"""Renders one picture of a domain, with all its ground truth."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

from benchmarks.streets.camera import Camera, Vector, dot
from benchmarks.streets.canvas import FAR, Canvas
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.ground import paint_ground
from benchmarks.streets.noise import Floats, Lattice
from benchmarks.streets.scene import compose
from benchmarks.streets.sensor import add_haze, develop
from benchmarks.streets.shadows import throw_shadows
from benchmarks.streets.sky import paint_sky
from benchmarks.streets.stage import Stage
from benchmarks.streets.street import Street, draw_street
from benchmarks.streets.style import DomainStyle


@dataclass(frozen=True)
class Picture:
    """A rendered picture; all arrays have the same height and width."""

    image: npt.NDArray[np.uint8]
    """(height, width, 3), RGB."""
    label: npt.NDArray[np.uint8]
    """Cityscapes labelIds."""
    instance: npt.NDArray[np.int32]
    """labelId * 1000 + k for people and vehicles, else the labelId."""
    depth: Floats
    """Metres along the optical axis; the sky has 600."""
    camera: Camera


def render(style: DomainStyle, width: int, height: int, key: tuple[int, ...]) -> Picture:
    """Render a picture that depends on its arguments only.

    Args:
        style: The domain's look.
        width: Width in pixels, at least 32.
        height: Height in pixels, at least 32.
        key: Non-negative integers that name the picture, e.g. (seed, domain, split, index).

    Raises:
        ValueError: The size is too small.
    """
    if width < 32 or height < 32:
        raise ValueError(f"a picture needs at least 32x32 pixels, got {width}x{height}")
    draws = Draws(*key)
    street = draw_street(draws, style)
    camera = _aim(draws, style, street, width, height)
    sunny = 1 + draws.around(0.0, style.light.spread)
    sun = _sun(draws)
    # In a dull scene the sky gives some of the light that the sun does not.
    direct = style.light.sun * sunny
    ambient = style.light.ambient * (1 + 0.25 * (1 - sunny))

    def light(normal: Vector) -> float:
        return ambient * (0.85 + 0.15 * normal[1]) + direct * max(dot(normal, sun), 0.0)

    canvas = Canvas(camera, light)
    # Shadows fade with the sun.
    fade = min(max(sunny, 0.0), 1.0) * style.light.shadow
    stage = Stage(canvas, Lattice(draws), replace(style, light=replace(style.light, shadow=fade)))
    shade = draws.uniform(2.0, 16.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        paint_sky(stage, draws)
        for thing in compose(stage, street, draws):
            thing.paint()
        paint_ground(stage, street, draws, (shade, 0.0) if sun[0] < 0 else (0.0, shade))
        throw_shadows(stage)
        sky = canvas.label == LABEL_IDS["sky"]
        add_haze(canvas.rgb, canvas.depth, sky, style.light.haze, style.palette.sky_low)
    _bonnet(canvas, style.sensor.bonnet)
    _border(canvas, style.sensor.border)
    label = canvas.label
    instance = np.where(canvas.instance > 0, canvas.instance, label).astype(np.int32)
    return Picture(
        image=develop(canvas.rgb, style.sensor, draws),
        label=label,
        instance=instance,
        depth=np.minimum(canvas.depth, FAR),
        camera=camera,
    )


def _aim(draws: Draws, style: DomainStyle, street: Street, width: int, height: int) -> Camera:
    view = style.view
    return Camera(
        width,
        height,
        focal=view.focal * width,
        x=street.lane(street.lanes - 1) + draws.around(0.0, view.lateral_spread),
        elevation=max(draws.around(view.height, view.height_spread), 0.6),
        pitch=draws.around(view.pitch, view.pitch_spread),
        yaw=draws.around(0.0, view.yaw_spread),
    )


def _sun(draws: Draws) -> Vector:
    """A unit vector to the sun, which may stand anywhere but straight above."""
    x, y, z = draws.uniform(-1.0, 1.0), draws.uniform(0.45, 1.1), draws.uniform(-1.0, 0.8)
    length = sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)


def _bonnet(canvas: Canvas, share: float) -> None:
    """Paint the ego vehicle's bonnet at the bottom, if the camera sees it."""
    if share <= 0:
        return
    height, width = canvas.label.shape
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    y = (np.arange(height, dtype=np.float32) + 0.5) / height
    edge = (1 - share) + 0.75 * share * (x * x)
    below = y[:, None] - edge[None, :]
    bonnet = below > 0
    tone = 0.10 + 0.30 * np.clip(1 - below / share, 0, 1)
    canvas.rgb[bonnet] = tone[bonnet][:, None]
    canvas.label[bonnet] = LABEL_IDS["ego vehicle"]
    canvas.instance[bonnet] = 0
    canvas.depth[bonnet] = 1.5


def _border(canvas: Canvas, share: float) -> None:
    """Label the outermost pixels as Cityscapes does; the picture itself goes on there."""
    if share <= 0:
        return
    height, width = canvas.label.shape
    wide, tall = max(int(share * width + 0.5), 1), max(int(share * height + 0.5), 1)
    edge = np.ones((height, width), dtype=bool)
    edge[tall : height - tall, wide : width - wide] = False
    edge &= canvas.label != LABEL_IDS["ego vehicle"]
    canvas.label[edge] = LABEL_IDS["out of roi"]
    canvas.instance[edge] = 0
    corner = np.zeros_like(edge)
    corner[:, :wide] = edge[:, :wide]
    canvas.label[corner] = LABEL_IDS["rectification border"]
