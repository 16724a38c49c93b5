"""Fourier domain adaptation: against numpy's full transform, and where nothing may change."""

import numpy as np
import pytest
import torch

from mmadvent.functional import swap_low_frequencies


def images(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(height * width)
    shape = (2, 3, height, width)
    return tuple(
        255 * torch.rand(shape, generator=generator, dtype=torch.float64) for _ in range(2)
    )


def released(source: np.ndarray, target: np.ndarray, beta: float) -> np.ndarray:
    """Equations 1-3 as their released code writes them: a centered window of the whole spectrum."""
    ours, theirs = np.fft.fft2(source), np.fft.fft2(target)
    phase, own, other = np.angle(ours), np.abs(ours), np.abs(theirs)
    own, other = (np.fft.fftshift(amplitude, axes=(-2, -1)) for amplitude in (own, other))
    height, width = source.shape[-2:]
    reach = int(np.floor(min(height, width) * beta))
    row, column = height // 2, width // 2
    rows = slice(row - reach, row + reach + 1)
    columns = slice(column - reach, column + reach + 1)
    own[..., rows, columns] = other[..., rows, columns]
    own = np.fft.ifftshift(own, axes=(-2, -1))
    return np.real(np.fft.ifft2(own * np.exp(1j * phase)))


@pytest.mark.parametrize("size", [(24, 40), (25, 41), (40, 24), (9, 9), (8, 8)])
@pytest.mark.parametrize("beta", [0.01, 0.09, 0.3, 0.45])
def test_numpy_over_the_whole_spectrum(size, beta):
    source, target = images(*size)
    expected = released(source.numpy(), target.numpy(), beta)
    found = swap_low_frequencies(source, target, beta).numpy()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_nothing_changes_at_zero():
    source, target = images(24, 40)
    assert torch.equal(swap_low_frequencies(source, target, 0), source)


def test_the_same_image_changes_nothing():
    source, _ = images(24, 40)
    torch.testing.assert_close(
        swap_low_frequencies(source, source, 0.2), source, rtol=0, atol=1e-10
    )


def test_the_smallest_window_swaps_the_means():
    source, target = images(24, 40)
    found = swap_low_frequencies(source, target, 0.01)
    shift = (target - source).mean((-2, -1), keepdim=True)
    torch.testing.assert_close(found, source + shift, rtol=0, atol=1e-10)


def test_the_whole_window_leaves_the_phase_alone():
    source, target = images(24, 24)
    found = torch.fft.rfft2(swap_low_frequencies(source, target, 0.5))
    torch.testing.assert_close(found.abs(), torch.fft.rfft2(target).abs(), rtol=0, atol=1e-8)


@pytest.mark.parametrize("beta", [-0.01, 0.51, 1, float("nan")])
def test_windows_larger_than_the_spectrum(beta):
    source, target = images(8, 12)
    with pytest.raises(ValueError) as error:
        swap_low_frequencies(source, target, beta)
    assert str(error.value) == f"beta must be in [0, 0.5], got {beta}"


@pytest.mark.parametrize("beta", [0, 0.1])
def test_images_of_another_size_or_type(beta):
    source, target = images(8, 12)
    for other in (images(12, 8)[1], target[:1], target.float()):
        with pytest.raises(ValueError) as error:
            swap_low_frequencies(source, other, beta)
        assert str(error.value) == (
            "target must have the shape (2, 3, 8, 12) and the type torch.float64 of the source, "
            f"got {tuple(other.shape)} and {other.dtype}"
        )
