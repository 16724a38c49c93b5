"""The sky behind everything."""

import numpy as np

from benchmarks.streets.classes import LABEL_IDS
from benchmarks.streets.draws import Draws
from benchmarks.streets.stage import Stage


def paint_sky(stage: Stage, draws: Draws) -> None:
    """Fill the whole picture with sky: a gradient with clouds on a flat ceiling."""
    canvas, palette = stage.canvas, stage.style.palette
    camera = canvas.camera
    cover = min(max(draws.around(stage.style.light.cloud, 0.35), 0.0), 1.0)
    salt = draws.integer(0, 200)
    shift = draws.uniform(0.0, 90.0)
    # The ray's climb over its reach ahead; the clouds hang on a plane above.
    ahead = camera.axes.ahead[1] + camera.rows * camera.axes.up[1]
    climb = np.clip(ahead, 0.0, 1.0)[:, None]
    low = np.array(palette.sky_low, dtype=np.float32)
    top = np.array(palette.sky_top, dtype=np.float32)
    part = np.clip(climb * 2.2, 0, 1)[..., None]
    sky = low + part * (top - low)
    reach = 1 / (climb + 0.12)
    u = (camera.columns[None, :] * reach * 0.9 + shift).astype(np.float32)
    v = np.broadcast_to(reach * 0.8 + shift, u.shape).astype(np.float32)
    smooth = stage.lattice.smooth
    puff = smooth(u, v, salt) + 0.5 * smooth(u * 2.3, v * 2.3, salt + 1)
    puff += 0.28 * smooth(u * 5.1, v * 5.1, salt + 2)
    cloud = np.clip((puff * 0.55 + 1.4 * cover - 0.75) * 2.2, 0, 1)[..., None]
    white = np.clip(0.5 * low + 0.5, 0, 1) * (1 - 0.12 * np.clip(puff, -1, 1)[..., None])
    canvas.rgb[:] = sky + cloud * (white - sky)
    canvas.label[:] = LABEL_IDS["sky"]
