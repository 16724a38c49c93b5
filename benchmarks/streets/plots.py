"""What stands between houses: walls, fences, hedges, trees and bushes."""

import numpy as np

from benchmarks.streets.camera import Frame
from benchmarks.streets.canvas import Rectangle, Shaded, upright
from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.stage import Stage, jitter, times

_UP = (0.0, 1.0, 0.0)
_AHEAD = (0.0, 0.0, 1.0)


def paint_wall(stage: Stage, frame: Frame, length: float, draws: Draws) -> None:
    """A free-standing wall along the frame's z axis, of stone courses with a coping."""
    palette = stage.style.palette
    stone = jitter(draws, palette.wall, palette)
    height = draws.uniform(1.4, 3.2)
    salt = draws.integer(0, 200)
    course, block = draws.pick(((0.3, 0.7), (0.22, 0.4), (0.6, 2.4)))

    def shader(u: Floats, v: Floats) -> Shaded:
        rgb = stage.rough(u, v, stone, salt, size=1.5)
        row = np.floor(v / course)
        shift = (row - 2 * np.floor(row / 2)) * 0.5
        column = np.floor(u / block + shift)
        tone = stage.lattice.cell(column.astype(np.int32), row.astype(np.int32), salt)
        joint = (v / course - row < 0.1) | (u / block + shift - column < 0.06)
        rgb *= (0.85 + 0.25 * tone)[:, None]
        rgb[joint] *= 0.75
        rgb[v > height - 0.18] = times(stone, 1.15)
        return Shaded(rgb)

    area = Rectangle((0.0, 0.0, 0.0), _AHEAD, _UP, length, height)
    stage.canvas.paint(frame, area, shader, LABEL_IDS["wall"])
    end = upright(-0.15, 0.0, 0.3, height)
    stage.canvas.paint(frame, end, shader, LABEL_IDS["wall"])


def paint_fence(stage: Stage, frame: Frame, length: float, draws: Draws) -> None:
    """A fence along the frame's z axis: boards or bars between posts."""
    palette = stage.style.palette
    paint = jitter(draws, palette.fence, palette)
    height = draws.uniform(1.1, 2.2)
    pitch, share = draws.pick(((0.16, 0.78), (0.14, 0.40), (0.30, 0.62)))
    salt = draws.integer(0, 200)

    def shader(u: Floats, v: Floats) -> Shaded:
        bar = u / pitch - np.floor(u / pitch)
        post = u / 2.4 - np.floor(u / 2.4) < 0.05
        rail = (np.abs(v - 0.25) < 0.06) | (np.abs(v - height + 0.2) < 0.06)
        keep = post | rail | (bar < share)
        rgb = stage.rough(u, v, paint, salt)
        rgb *= np.where(rail | post, 0.82, 1.0 - 0.2 * bar)[:, None].astype(np.float32)
        return Shaded(rgb, keep)

    area = Rectangle((0.0, 0.0, 0.0), _AHEAD, _UP, length, height)
    stage.canvas.paint(frame, area, shader, LABEL_IDS["fence"])


def paint_hedge(stage: Stage, frame: Frame, length: float, height: float, draws: Draws) -> None:
    """A row of bushes along the frame's z axis with a ragged top."""
    palette = stage.style.palette
    leaf = jitter(draws, palette.foliage, palette)
    salt = draws.integer(0, 200)

    def shader(u: Floats, v: Floats) -> Shaded:
        ragged = height * (0.8 + 0.2 * stage.lattice.smooth(u * 0.8, u * 0.1, salt))
        ragged += 0.15 * stage.lattice.smooth(u * 4, v * 4, salt + 1)
        return Shaded(_leaves(stage, u, v, leaf, salt, height), v < ragged)

    area = Rectangle((0.0, 0.0, 0.0), _AHEAD, _UP, length, height * 1.1 + 0.2)
    stage.canvas.paint(frame, area, shader, LABEL_IDS["vegetation"])
    end = upright(-0.6, 0.0, 1.2, height * 1.1 + 0.2)
    stage.canvas.paint(frame, end, shader, LABEL_IDS["vegetation"])


def paint_tree(stage: Stage, frame: Frame, draws: Draws, size: float = 1.0) -> None:
    """A tree seen from any side: a trunk and a crown of several ragged balls."""
    palette = stage.style.palette
    leaf = jitter(draws, palette.foliage, palette)
    salt = draws.integer(0, 200)
    height = draws.uniform(5.0, 9.5) * size
    spread = draws.uniform(1.6, 3.0) * size
    trunk = draws.uniform(1.8, 2.6) * size
    thick = draws.uniform(0.12, 0.24)
    middle = 1.75 * spread
    balls = [
        (
            draws.around(middle, 0.7 * spread),
            draws.uniform(trunk + 0.25 * (height - trunk), height - 0.3 * spread),
            spread * draws.uniform(0.4, 0.72),
        )
        for _ in range(6)
    ]
    bark = palette.bark

    def shader(u: Floats, v: Floats) -> Shaded:
        ragged = 1 + 0.35 * stage.lattice.smooth(u * 2.2, v * 2.2, salt)
        ragged += 0.25 * stage.lattice.smooth(u * 6, v * 6, salt + 1)
        crown = np.zeros(u.shape, dtype=bool)
        bulge = np.zeros_like(u)
        for x, y, radius in balls:
            du, dv = (u - x) / radius, (v - y) / radius
            crown |= du * du + dv * dv < ragged
            inside = np.maximum(1 - du * du - dv * dv, 0)
            bulge = np.maximum(bulge, inside * (0.5 + 0.3 * dv - 0.15 * du))
        stem = (np.abs(u - middle) < thick * (1.3 - 0.5 * v / height)) & (v < height * 0.75)
        rgb = _leaves(stage, u, v, leaf, salt, height)
        rgb *= (0.72 + 0.75 * bulge)[:, None]
        only = stem & ~crown
        rgb[only] = stage.rough(u[only], v[only] * 0.3, bark, salt)
        return Shaded(rgb, crown | stem)

    board = upright(-middle, 0.0, 2 * middle, height + 0.8 * spread)
    stage.canvas.paint(frame, board, shader, LABEL_IDS["vegetation"])


def _leaves(
    stage: Stage, u: Floats, v: Floats, leaf: tuple[float, float, float], salt: int, height: float
) -> Floats:
    depth = stage.style.surface.leaf_contrast
    tone = 0.6 * stage.lattice.smooth(u * 3, v * 3, salt + 2)
    tone += 0.6 * stage.lattice.smooth(u * 9, v * 9, salt + 3)
    rgb: Floats = np.maximum(1 + depth * tone, 0.1)[:, None] * np.array(leaf, dtype=np.float32)
    rgb *= (0.72 + 0.36 * np.clip(v / height, 0, 1))[:, None]
    return rgb
