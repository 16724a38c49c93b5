"""Fourier domain adaptation: the low frequencies of one image with the amplitudes of another."""

import torch
from torch import Tensor


def swap_low_frequencies(source: Tensor, target: Tensor, beta: float) -> Tensor:
    """The source with the target's amplitude at low frequencies; its phase, the content, stays.

    F^-1(M_beta * |F(target)| + (1 - M_beta) * |F(source)|, phase F(source)), where F is the Fourier
    transform of each channel and the mask M_beta is 1 at the frequencies whose numbers along both
    axes are within +-floor(beta * min(H, W)), and 0 elsewhere. With ``beta=0`` the source comes
    back as it is; with any other at least the mean of each channel is the target's.

    Args:
        source: (..., H, W), float32 or float64.
        target: of the same shape and type.
        beta: half of the window's side as a share of the image's shorter side, in [0, 0.5].

    Returns:
        (..., H, W), not clipped: values may leave the range of the images.

    Raises:
        ValueError: if ``beta`` is out of its range, or if the target has another shape or type.

    Source: Yang and Soatto, FDA: Fourier Domain Adaptation for Semantic Segmentation, CVPR 2020,
    eq. 1-3; the window's side is that of their released code.
    """
    if not 0 <= beta <= 0.5:
        raise ValueError(f"beta must be in [0, 0.5], got {beta}")
    if (target.shape, target.dtype) != (source.shape, source.dtype):
        raise ValueError(
            f"target must have the shape {tuple(source.shape)} and the type {source.dtype} of the "
            f"source, got {tuple(target.shape)} and {target.dtype}"
        )
    if beta == 0:
        return source
    height, width = source.shape[-2:]
    reach = int(beta * min(height, width))
    ours, theirs = torch.fft.rfft2(source), torch.fft.rfft2(target)
    # The other half of the last axis mirrors this one. Rows -reach..-1 are the last ones.
    rows = [slice(0, reach + 1), slice(max(height - reach, reach + 1), height)]
    for row in rows:
        window = (..., row, slice(0, reach + 1))
        ours[window] = torch.polar(theirs[window].abs(), ours[window].angle())
    return torch.fft.irfft2(ours, s=(height, width))
