"""A trained generator, and images through it."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.engine.parts import build_part
from mmadvent.engine.sections import type_name
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint
from mmadvent.translation.gan.resnet_generator import STRIDE
from mmadvent.translation.gan.translator_inputs import PIXEL_RANGE, check_pixel_range

PREFIX = "generators.target."


def load_generator(model: dict, path: str) -> nn.Module:
    """The generator to the target of a trained translator, on the CPU, in evaluation mode.

    Args:
        model: the config's ``model``, a ``SemanticTranslator``.
        path: of the checkpoint.

    Raises:
        InputError: if the config is of another model or of images in another range, or the
            checkpoint is of another kind.
    """
    check_is_translator(model)
    check_pixel_range(model.get("data_preprocessor"))
    checkpoint = read_checkpoint(path)
    state: Any = checkpoint.get("state_dict", checkpoint)
    weights = {k.removeprefix(PREFIX): v for k, v in state.items() if k.startswith(PREFIX)}
    if not weights:
        raise InputError(
            f"the checkpoint '{path}' is not of a translator: it has no weights of a generator "
            f"('{PREFIX}*')"
        )
    generator = build_part(MODELS, model.get("generator"), "model.generator")
    load_network_weights(generator, dict(state_dict=weights), path)
    return generator.eval()


def check_is_translator(model: dict) -> None:
    """Check that a config's ``model`` is one.

    Raises:
        InputError: if it is another model.
    """
    if type_name(model) != "SemanticTranslator":
        raise InputError(
            "the config must be one of configs/translation, with model.type='SemanticTranslator', "
            f"got {model.get('type')!r}"
        )


@torch.inference_mode()
def translate_pixels(generator: nn.Module, images: Tensor) -> np.ndarray:
    """Translate images of any size: a border is reflected where a side is no multiple of 4.

    Args:
        generator: on its device.
        images: (N, 3, H, W) uint8, BGR.

    Returns:
        (N, H, W, 3) uint8, BGR.
    """
    device = next(generator.parameters()).device
    height, width = images.shape[-2:]
    values = (images.to(device, non_blocking=True).float() - PIXEL_RANGE) / PIXEL_RANGE
    border = (0, -width % STRIDE, 0, -height % STRIDE)
    if any(border):
        values = F.pad(values, border, mode="reflect")
    found = generator(values)[..., :height, :width] * PIXEL_RANGE + PIXEL_RANGE
    return found.round_().clamp_(0, 255).byte().permute(0, 2, 3, 1).cpu().numpy()
