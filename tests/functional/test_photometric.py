"""Color jitter and blur against numpy and scipy, and what leaves an image as it is."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from mmadvent.functional import color_jitter, gaussian_blur


def images(number: int = 4, size: tuple[int, int] = (24, 31)) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return 255 * torch.rand(number, 3, *size, generator=generator, dtype=torch.float64)


def test_jitter_is_brightness_then_contrast_then_saturation():
    torch.manual_seed(3)
    found = color_jitter(images(), 0.4).numpy()
    torch.manual_seed(3)
    factors = (1 + 0.4 * (2 * torch.rand(3, 4) - 1)).double().numpy()
    assert (np.abs(factors - 1) <= 0.4).all() and np.ptp(factors) > 0.2
    for image, result, (brightness, contrast, saturation) in zip(
        images().numpy(), found, factors.T, strict=True
    ):
        bright = image * brightness
        contrasted = (bright - bright.mean()) * contrast + bright.mean()
        gray = contrasted.mean(axis=0)
        np.testing.assert_allclose(result, gray + (contrasted - gray) * saturation, rtol=1e-12)


def test_no_strength_changes_nothing_and_draws_nothing():
    state = torch.get_rng_state()
    assert torch.equal(color_jitter(images(), 0.0), images())
    assert torch.equal(torch.get_rng_state(), state)


def test_gray_stays_gray():
    gray = images(2)[:, :1].expand(-1, 3, -1, -1)
    found = color_jitter(gray, 0.5)
    torch.testing.assert_close(found[:, :1].expand_as(found), found)


@pytest.mark.parametrize("sigma", [0.3, 0.8, 1.15])
def test_blur_of_each_image_is_scipys(sigma):
    other = 0.5
    found = gaussian_blur(images(2), torch.tensor([sigma, other])).numpy()
    for image, result, width in zip(images(2).numpy(), found, (sigma, other), strict=True):
        for channel, blurred in zip(image, result, strict=True):
            expected = gaussian_filter(channel, width, mode="mirror", radius=5)
            np.testing.assert_allclose(blurred, expected, rtol=1e-6)


def test_a_very_narrow_blur_leaves_the_image_as_it_is():
    assert torch.equal(gaussian_blur(images(), torch.full((4,), 1e-3)), images())
