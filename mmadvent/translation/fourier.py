"""Fourier domain adaptation as a step of the source's pipeline."""

import os
from typing import Any

import mmcv
import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness
from mmengine.registry import TRANSFORMS

from mmadvent.errors import InputError
from mmadvent.functional.fourier import swap_low_frequencies
from mmadvent.io.listing import IMAGE_SUFFIXES, list_images
from mmadvent.io.load_image import LoadImageFromFile
from mmadvent.io.reading import named_image


@TRANSFORMS.register_module()
class FourierAdaptation(BaseTransform):
    """Give a source image the low-frequency amplitudes of a target image that is drawn at random.

    :func:`mmadvent.functional.fourier.swap_low_frequencies` on the pixels; labels stay as they are.
    Nothing is trained. Put it behind the resizing, which works on 8-bit images: the target's image
    is resized to the size that the source's has by then.

    Required keys: ``img`` (H, W, 3).
    Modified keys: ``img``, float32 from now on and, as in the released code, not clipped to
    [0, 255].
    Added keys: ``fourier_image``, the path of the image that was drawn.

    Args:
        data_root: folder of the target's data set.
        img_path: folder of its images below ``data_root``; sub-folders are searched.
        beta: half of the side of the window of frequencies, as a share of the image's shorter side,
            in [0, 0.5]. 0 changes nothing; the paper uses 0.01, 0.05 and 0.09.
        pattern: which images to take, as ``UnlabelledImagesDataset.pattern``.
        imdecode_backend: of :class:`mmadvent.io.load_image.LoadImageFromFile`.
        interpolation: how the target's image is resized, by Pillow.

    Raises:
        InputError: if ``beta`` is out of its range, the folder is missing or holds no image, no
            name fits ``pattern``, or an image cannot be read.

    Source: Yang and Soatto, FDA: Fourier Domain Adaptation for Semantic Segmentation, CVPR 2020.
    Their training has an entropy loss and averages networks of several betas: combine this with
    ``MinEnt`` and ``tools/test_ensemble.py``.
    """

    def __init__(
        self,
        data_root: str,
        img_path: str = "",
        beta: float = 0.01,
        pattern: str = "*",
        imdecode_backend: str = "kornia_rs",
        interpolation: str = "bicubic",
    ) -> None:
        self.beta = _check_beta(beta)
        self.interpolation = interpolation
        self.folder = os.path.join(data_root, img_path)
        holds = "the images of the target"
        name = type(self).__name__
        self.images = list_images(self.folder, IMAGE_SUFFIXES, name, holds, pattern)
        self._load = LoadImageFromFile(imdecode_backend)

    @cache_randomness
    def draw_image(self) -> str:
        """The path of the target image for one source image."""
        return os.path.join(self.folder, self.images[np.random.randint(len(self.images))])

    def transform(self, results: dict) -> dict:
        """Adapt ``img``."""
        path = self.draw_image()
        image = results["img"]
        height, width = image.shape[:2]
        with named_image(lambda: path):
            drawn: Any = self._load.transform(dict(img_path=path))
        resized = mmcv.imresize(
            drawn["img"], (width, height), interpolation=self.interpolation, backend="pillow"
        )
        adapted = swap_low_frequencies(_channels_first(image), _channels_first(resized), self.beta)
        results["img"] = np.ascontiguousarray(adapted.permute(1, 2, 0).numpy())
        results["fourier_image"] = path
        return results

    def __repr__(self) -> str:
        return f"{type(self).__name__}(beta={self.beta}, {len(self.images)} images)"


def _check_beta(beta: float) -> float:
    number = isinstance(beta, (int, float)) and not isinstance(beta, bool)
    if not (number and 0 <= beta <= 0.5):
        raise InputError(f"FourierAdaptation.beta must be in [0, 0.5], got {beta!r}")
    return beta


def _channels_first(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)
