"""Houses: a street front with rows of windows, end walls and a roof."""

from dataclasses import dataclass

import numpy as np

from benchmarks.streets.camera import Frame, heading
from benchmarks.streets.canvas import Rectangle, Shaded, Shader
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.stage import Stage, jitter, times
from benchmarks.streets.style import RGB

_BUILDING = LABEL_IDS["building"]


@dataclass(frozen=True)
class House:
    """Measures in metres."""

    length: float
    depth: float
    storeys: int
    storey: float
    base: float
    bay: float
    pane: tuple[float, float]
    """Share of a bay and of a storey that the window takes."""
    wall: RGB
    trim: RGB
    roof: RGB
    slope: float
    brick: bool
    shop: bool
    sign: RGB
    windowed_end: bool
    salt: int

    @property
    def eaves(self) -> float:
        """Height of the street front."""
        return self.base + self.storeys * self.storey + 0.5


def draw_house(draws: Draws, stage: Stage) -> House:
    """A house in the style's materials."""
    style = stage.style
    wall = jitter(draws, style.palette.facade, style.palette)
    return House(
        length=draws.uniform(8.0, 20.0),
        depth=draws.uniform(8.0, 13.0),
        storeys=draws.integer(1, 5),
        storey=draws.uniform(2.8, 3.5),
        base=draws.uniform(3.2, 4.2),
        bay=draws.uniform(1.9, 3.6),
        pane=(draws.uniform(0.36, 0.7), draws.uniform(0.45, 0.68)),
        wall=wall,
        trim=times(wall, draws.pick((0.7, 1.25, 1.35))),
        roof=jitter(draws, style.palette.roof, style.palette),
        slope=draws.pick((0.0, 0.6, 0.9)),
        brick=draws.chance(style.surface.brick),
        shop=draws.chance(0.45),
        sign=jitter(draws, style.palette.clothes, style.palette),
        windowed_end=draws.chance(0.6),
        salt=draws.integer(0, 200),
    )


def paint_house(stage: Stage, frame: Frame, house: House, side: int) -> None:
    """Paint a house whose front runs along the frame's z axis from its origin.

    Args:
        stage: Where to paint.
        frame: Origin at the near end of the front.
        house: What to paint.
        side: 0 where the house lies to the left of its front, 1 to the right.
    """
    paint = stage.canvas.paint
    out = 1.0 if side else -1.0
    up = (0.0, 1.0, 0.0)
    front = Rectangle((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), up, house.length, house.eaves)
    paint(frame, front, _front(stage, house), _BUILDING)
    left = 0.0 if side else -house.depth
    rise = house.slope * house.depth / 2
    for z in (0.0, house.length):
        end = Rectangle((left, 0.0, z), (1.0, 0.0, 0.0), up, house.depth, house.eaves + rise)
        paint(frame, end, _end(stage, house), _BUILDING)
    if house.slope:
        cos, sin = heading(house.slope)
        roof = Rectangle(
            (-0.3 * out, house.eaves - 0.3 * house.slope, -0.2),
            (0.0, 0.0, 1.0),
            (out * cos, sin, 0.0),
            house.length + 0.4,
            (house.depth / 2 + 0.3) / cos,
        )
        paint(frame, roof, _tiles(stage, house), _BUILDING)


def _masonry(stage: Stage, house: House, u: Floats, v: Floats) -> Floats:
    rgb = stage.rough(u, v, house.wall, house.salt, size=2.5)
    if house.brick:
        course = np.floor(v / 0.16)
        shift = (course - 2 * np.floor(course / 2)) * 0.5
        brick = stage.lattice.cell(
            np.floor(u / 0.42 + shift).astype(np.int32), course.astype(np.int32), house.salt
        )
        mortar = (v / 0.16 - course < 0.16).astype(np.float32)
        rgb *= (0.86 + 0.26 * brick + 0.12 * mortar)[:, None]
    # Splash water darkens the foot of the wall.
    rgb *= np.clip(0.78 + 0.3 * v, 0, 1)[:, None]
    return rgb


def _front(stage: Stage, house: House) -> Shader:
    glass = np.array(stage.style.palette.glass, dtype=np.float32)
    contrast = stage.style.surface.glass_contrast
    half_u, half_v = house.pane[0] / 2, house.pane[1] / 2

    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = _masonry(stage, house, u, v)
        bay = house.length / max(int(house.length / house.bay), 1)
        column, row = np.floor(u / bay), np.floor((v - house.base) / house.storey)
        du = np.abs(u / bay - column - 0.5)
        dv = (v - house.base) / house.storey - row - 0.5
        upper = (v > house.base) & (v < house.eaves - 0.5)
        frame = upper & (du < half_u + 0.04) & (np.abs(dv) < half_v + 0.04)
        rgb[frame] = times(house.trim, 0.95)
        sill = upper & (du < half_u + 0.07) & (dv < -half_v) & (dv > -half_v - 0.06)
        rgb[sill] = times(house.trim, 1.05)
        pane = upper & (du < half_u) & (np.abs(dv) < half_v)
        pane &= (du > 0.025) & (np.abs(dv - 0.16) > 0.018)

        ground = v < house.base - 0.5
        if house.shop:
            board = ~ground & (v < house.base - 0.05)
            rgb[board] = house.sign
            pane |= ground & (v > 0.5) & (v < house.base - 0.8) & (du < 0.44) & (du > 0.012)
        else:
            low = ground & (v > 1.0) & (v < 2.6) & (du < half_u)
            door = ground & (v < 2.3) & (column == 1) & (du < 0.28)
            rgb[door] = times(house.trim, 0.45)
            pane |= low & (du > 0.02) & (column != 1)
        column_id, row_id = column.astype(np.int32), row.astype(np.int32)
        tone = stage.lattice.cell(column_id, row_id, house.salt)[pane]
        mirror = stage.lattice.smooth(u[pane] * 0.7 + v[pane] * 0.4, v[pane] * 0.5, house.salt)
        shine = 1 + contrast * (1.6 * tone - 0.6 + 0.5 * mirror) + 0.35 * dv[pane]
        rgb[pane] = np.maximum(shine, 0.15)[:, None] * glass
        ledge = (np.abs(v - house.base) < 0.12) | (v > house.eaves - 0.35)
        rgb[ledge] = times(house.trim, 0.9)
        return Shaded(rgb)

    return shader


def _end(stage: Stage, house: House) -> Shader:
    glass = times(stage.style.palette.glass, 0.9)

    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = _masonry(stage, house, u, v) * np.float32(0.94)
        if house.windowed_end:
            du = np.abs(np.abs(u - house.depth / 2) - house.depth / 4)
            dv = np.abs((v - 2.0) / house.storey - np.floor((v - 2.0) / house.storey) - 0.45)
            inside = (v > 1.0) & (v < house.eaves - 0.3)
            rgb[inside & (du < 0.62) & (dv < 0.3)] = times(house.trim, 0.9)
            rgb[inside & (du < 0.5) & (du > 0.04) & (dv < 0.25)] = glass
        room = np.minimum(u, house.depth - u) * house.slope
        return Shaded(rgb, v <= house.eaves + room)

    return shader


def _tiles(stage: Stage, house: House) -> Shader:
    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = stage.rough(u, v, house.roof, house.salt + 2, size=2.0)
        rows = v / 0.35 - np.floor(v / 0.35)
        rgb *= (0.85 + 0.25 * rows)[:, None]
        return Shaded(rgb)

    return shader
