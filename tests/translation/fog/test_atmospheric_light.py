"""The colour of the fog, of pictures whose sky is known."""

import numpy as np

from mmadvent.translation.fog import estimate_atmospheric_light

SKY = (200, 215, 230)


def street() -> np.ndarray:
    """Dark pixels below a uniform sky of 25 rows."""
    image = np.random.default_rng(0).integers(0, 120, (100, 120, 3), dtype=np.uint8)
    image[:25] = SKY
    return image


def test_it_is_the_skys() -> None:
    assert estimate_atmospheric_light(street()) == SKY


def test_small_bright_things_and_bright_single_channels_do_not_count() -> None:
    image = street()
    image[60:70, 40:50] = 255  # smaller than the patch
    image[80:100, :, 1] = 255  # large, but dark in the other channels
    assert estimate_atmospheric_light(image) == SKY


def test_the_median_of_the_brightest_in_the_dark_channel() -> None:
    # 12,000 pixels: 12 and so 13 brightest. A block brighter than the sky, whose dark channel is
    # highest in a core of 1 x 17 pixels; the stable order takes the first 13 of them.
    image = street()
    image[60:75, 40:71] = np.linspace(231, 254, 31, dtype=np.uint8)[None, :, None]
    dark = np.array(
        [
            [
                image[max(y - 7, 0) : y + 8, max(x - 7, 0) : x + 8].min()
                for x in range(image.shape[1])
            ]
            for y in range(image.shape[0])
        ]
    )
    chosen = sorted(
        ((-int(dark[y, x]), y, x) for y in range(100) for x in range(120)),
    )[:13]
    brightness = sorted(image[y, x].mean() for _, y, x in chosen)
    light = estimate_atmospheric_light(image)
    assert np.mean(light) == brightness[6]
    assert np.mean(light) not in (brightness[0], brightness[-1])


def test_the_channels_order_does_not_matter() -> None:
    image = street()
    light = estimate_atmospheric_light(image)
    assert estimate_atmospheric_light(image[..., ::-1]) == light[::-1]


def test_a_picture_smaller_than_the_patch() -> None:
    assert estimate_atmospheric_light(np.full((4, 6, 3), 90, np.uint8)) == (90, 90, 90)
