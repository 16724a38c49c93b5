"""The ground: road, markings, rails, kerb, sidewalk, verge and open land."""

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Rectangle, Shaded
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.stage import Mask, Stage, jitter, times
from benchmarks.streets.street import KERB, Street

_REACH = 300.0
_LONG = 400.0


def paint_ground(stage: Stage, street: Street, draws: Draws, shade: tuple[float, float]) -> None:
    """Paint all of the ground plane.

    Args:
        stage: Where to paint.
        street: The street's cross-section.
        draws: Chooses the materials.
        shade: Width in metres of the shadow that the left and the right houses throw.
    """
    palette, surface = stage.style.palette, stage.style.surface
    road = jitter(draws, palette.road, palette)
    side_rgb = jitter(draws, palette.sidewalk, palette)
    grass = jitter(draws, palette.grass, palette)
    slab = draws.uniform(0.4, 1.2)
    patch = draws.integer(0, 200)

    def shader(u: Floats, v: Floats) -> Shaded:
        x, z = u - _REACH, v - 2.0
        s = x - street.bend * z * z
        a = np.abs(s)
        right = s > 0
        half = np.where(right, street.half[1], street.half[0]).astype(np.float32)
        verge = np.where(right, street.verge[1], street.verge[0]).astype(np.float32)
        front = np.where(right, street.front(1), street.front(0)).astype(np.float32)
        on_road = a < half
        if street.junction:
            crossing = (z > street.junction[0]) & (z < street.junction[1])
            on_road |= crossing
        on_kerb = ~on_road & (a < half + KERB)
        on_verge = ~on_road & ~on_kerb & (a < half + KERB + verge)
        open_land = ~on_road & (a > front)
        fade = np.clip(1 - z / 45, 0, 1)

        rgb = stage.rough(s, z, road, salt=patch, size=3.5)
        # Tyres polish two tracks per lane; repaired patches are long and narrow.
        track = np.abs(a / street.lane_width * 2 - np.floor(a / street.lane_width * 2) - 0.5)
        rgb *= (0.95 + 0.12 * track)[:, None]
        repaired = stage.lattice.cell(
            np.floor(s / 1.7).astype(np.int32), np.floor(z / 6).astype(np.int32), patch
        )
        rgb[repaired < 0.08 + 0.2 * surface.stain] *= 1 - 0.9 * surface.stain

        walk = ~on_road & ~on_verge & ~open_land
        pavement = stage.rough(s[walk], z[walk], side_rgb, salt=patch + 3, size=2.0)
        joints = np.minimum(_joint(s[walk], slab), _joint(z[walk], slab))
        pavement *= (1 - surface.paving * fade[walk] * (joints < 0.05 / slab))[:, None]
        rgb[walk] = pavement
        rgb[on_kerb] *= 1.12
        gutter = on_road & (a > half - 0.18) & (a < half)
        rgb[gutter] *= 0.72

        green = on_verge | open_land
        blades = stage.rough(s[green], z[green], grass, salt=patch + 5, size=1.5)
        blades *= (1 + 0.22 * stage.lattice.smooth(s[green] * 9, z[green] * 5, patch))[:, None]
        rgb[green] = blades

        paint = _marking(street, s, z) & on_road
        worn = stage.lattice.smooth(s * 5, z * 5, patch + 7) * 0.5 + 0.5 < surface.wear
        rgb[paint & ~worn] = times(palette.marking, 0.92)
        if street.rails:
            for offset in (0.9, 2.3):
                groove = np.abs(a - offset) < 0.06
                rgb[groove & on_road] *= 0.45

        dark = np.where(right, shade[1], shade[0])
        step = stage.lattice.cell(
            np.floor(z / 11).astype(np.int32), np.zeros_like(z, dtype=np.int32), patch
        )
        shaded = (dark > 0) & (a > front - dark * (0.6 + 0.8 * step))
        other = np.where(right, shade[0], shade[1])
        far_front = np.where(right, street.front(0), street.front(1))
        shaded |= (other > 0) & (a < other * (0.6 + 0.8 * step) - far_front)
        rgb[shaded] *= 1 - stage.style.light.shadow

        label = np.full(len(u), LABEL_IDS["road"], dtype=np.uint8)
        label[walk] = LABEL_IDS["sidewalk"]
        label[green] = LABEL_IDS["terrain"]
        return Shaded(rgb, None, label)

    area = Rectangle((-_REACH, 0.0, -2.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), 2 * _REACH, _LONG)
    stage.canvas.paint(Frame(), area, shader, LABEL_IDS["road"])


def _joint(x: Floats, slab: float) -> Floats:
    """Distance from the next joint, in slabs."""
    part: Floats = x / slab - np.floor(x / slab)
    return np.minimum(part, 1 - part)


def _marking(street: Street, s: Floats, z: Floats) -> Mask:
    a = np.abs(s)
    dash = z / 9 - np.floor(z / 9) < 0.45
    kerb_lane = street.lanes * street.lane_width + (3.0 if street.rails else 0.0)
    lines = np.zeros(s.shape, dtype=bool)
    if not street.rails:
        lines |= (a < 0.08) & (dash if street.dashed else True)
    for lane in range(1, street.lanes):
        lines |= (np.abs(a - street.lane(lane) + street.lane_width / 2) < 0.07) & dash
    lines |= (np.abs(a - kerb_lane) < 0.06) & (a < kerb_lane + 1)
    if street.junction:
        near, far = street.junction
        lines &= (z < near - 5) | (z > far + 5)
        stripes = a / 1.0 - np.floor(a / 1.0) < 0.5
        lines |= ((z > near - 4) & (z < near - 1.0) | (z > far + 1) & (z < far + 4)) & stripes
        lines |= (z > near - 5.2) & (z < near - 4.7) & (s > 0) & (a < kerb_lane)
    return lines
