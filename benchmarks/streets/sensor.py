"""From scene light to the 8-bit picture: haze, tone, colour, blur and noise."""

import numpy as np
import numpy.typing as npt

from benchmarks.streets.draws import Draws
from benchmarks.streets.noise import Floats
from benchmarks.streets.style import RGB, Sensor


def add_haze(
    rgb: Floats, depth: Floats, sky: npt.NDArray[np.bool_], density: float, tint: RGB
) -> None:
    """Mix the share ``density * depth / (1 + density * depth)`` of ``tint`` in, in place.

    Args:
        rgb: (height, width, 3).
        depth: (height, width) in metres.
        sky: (height, width); the sky stays as it is.
        density: In 1/m.
        tint: Colour of the haze.
    """
    thick = depth * density
    share = np.where(sky, 0, thick / (1 + thick))[..., None].astype(np.float32)
    rgb += share * (np.array(tint, dtype=np.float32) - rgb)


def develop(rgb: Floats, sensor: Sensor, draws: Draws) -> npt.NDArray[np.uint8]:
    """Turn scene light into a picture.

    Gain and cast, tone curve, contrast about mid grey, saturation about the grey value,
    vignette, blur, noise, rounding; in this order.

    Args:
        rgb: (height, width, 3), about [0, 1].
        sensor: How.
        draws: The scene's gain, cast and noise.

    Returns:
        uint8, (height, width, 3).
    """
    height, width = rgb.shape[:2]
    gain = sensor.gain * (1 + draws.around(0.0, sensor.gain_spread))
    tint = [gain * c * (1 + draws.around(0.0, sensor.cast_spread)) for c in sensor.cast]
    image: Floats = np.clip(rgb * np.array(tint, dtype=np.float32), 0, 1)
    image /= image + (1 - image) * np.float32(sensor.bend)
    image = 0.5 + (image - 0.5) * sensor.contrast
    gray: Floats = (image[..., 0] * 0.3 + image[..., 1] * 0.59 + image[..., 2] * 0.11)[..., None]
    image = gray + (image - gray) * np.float32(sensor.saturation)
    if sensor.vignette:
        x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
        y = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
        square = (y * y)[:, None] + (x * x)[None, :]
        image *= (1 - sensor.vignette * 0.5 * square)[..., None]
    image = blur(image, sensor.blur * width / 512)
    if sensor.noise:
        level = np.sqrt(np.clip(gray[..., 0], 0, 1) * 0.8 + 0.3)[..., None]
        image += draws.bell(height, width, 3) * (level * (sensor.noise * 1.195))
    return (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)


def blur(image: Floats, sigma: float) -> Floats:
    """Blur by repeated (1, 2, 1) / 4 kernels, whose variance is 1/2 each.

    Args:
        image: (height, width, channels), at least 2 x 2.
        sigma: Standard deviation in pixels; the last pass is mixed in by its share.
    """
    left = sigma * sigma * 2
    while left > 0:
        share = min(left, 1.0)
        soft = _smooth(_smooth(image, 0), 1)
        image = soft if share == 1.0 else image + share * (soft - image)
        left -= 1.0
    return image


def _smooth(image: Floats, axis: int) -> Floats:
    image = np.moveaxis(image, axis, 0)
    padded = np.concatenate((image[:1], image, image[-1:]))
    result = (padded[:-2] + padded[2:] + 2 * image) * np.float32(0.25)
    return np.moveaxis(result, 0, axis)
