"""A translator's view of one image, as pictures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmadvent.translation.gan.translator_inputs import pixels_of


@torch.no_grad()
def picture_row(
    model: Any, images: Tensor, domain: str, palette: Sequence | None = None
) -> list[tuple[str, np.ndarray]]:
    """An image, its translation, what comes back, and the classes that are seen in it.

    Args:
        model: a ``SemanticTranslator``.
        images: (1, 3, H, W), preprocessed.
        domain: of the image, ``source`` or ``target``.
        palette: RGB of each class; without one the classes are left out.

    Returns:
        Titles and RGB pictures (H, W, 3) uint8; empty if there is no generator for the direction.
    """
    other = "target" if domain == "source" else "source"
    if other not in model.generators:
        return []
    translated = model.translate(images, other)
    found = [(domain, _pixels(images)), (f"in the look of the {other}", _pixels(translated))]
    if domain in model.generators:
        found.append(("and back", _pixels(model.translate(translated, domain))))
    if model.is_semantic and palette is not None:
        _, class_logits = model.discriminators[other](translated)
        colors = np.asarray(palette, dtype=np.uint8)
        found.append(("classes seen by D", colors[class_logits[0].argmax(0).cpu().numpy()]))
    return found


def _pixels(images: Tensor) -> np.ndarray:
    """RGB of the first of BGR images in [-1, 1]."""
    values = pixels_of(images[0].float().flip(0).permute(1, 2, 0))
    return values.round().clamp(0, 255).byte().cpu().numpy()
