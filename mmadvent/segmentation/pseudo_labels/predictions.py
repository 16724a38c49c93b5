"""Predictions of a trained segmentor, image by image."""

import copy
from collections.abc import Iterator, Sequence

import torch
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.registry import MODELS
from mmengine.runner import Runner
from torch import Tensor
from torch.utils.data import Dataset, Subset

from mmadvent.engine.model_checks import check_preprocessor
from mmadvent.engine.parts import build_part
from mmadvent.engine.sections import section
from mmadvent.errors import InputError
from mmadvent.functional import NO_LABEL
from mmadvent.io.checkpoints import load_network_weights, stored_dataset_meta
from mmadvent.segmentation.domain_adapt_segmentor import DomainAdaptSegmentor


def network_settings(config: Config) -> dict:
    """A copy of a config's model without its methods.

    Raises:
        InputError: if there is none.
    """
    settings = copy.deepcopy(section(config, "model"))
    # Every level is there: the first is the main one.
    for key in ("adaptation", "level_weights"):
        settings.pop(key, None)
    return settings


def load_network(config: Config, checkpoint: dict, path: str) -> DomainAdaptSegmentor:
    """The network of a config with a checkpoint's weights, in evaluation mode.

    Args:
        config: with the model.
        checkpoint: its contents; methods' parts are left out.
        path: of the checkpoint, for the error.

    Raises:
        InputError: if the model is no ``DomainAdaptSegmentor``, or if the weights are not its own.
    """
    settings = network_settings(config)
    model = build_part(MODELS, settings, "model")
    if not isinstance(model, DomainAdaptSegmentor):
        raise InputError(
            f"pseudo-labels are predictions of a DomainAdaptSegmentor, got {type(model).__name__}"
        )
    check_preprocessor(model)
    load_network_weights(model, checkpoint, path)
    return model.to(get_device()).eval()


def class_names(checkpoint: dict, model: DomainAdaptSegmentor) -> list[str]:
    """The names in the checkpoint, or numbers if it has none.

    Raises:
        InputError: if there are too many classes for an 8-bit PNG.
    """
    count = model.num_classes
    if count > NO_LABEL:
        raise InputError(f"pseudo-labels need at most {NO_LABEL} classes, got {count}")
    names = stored_dataset_meta(checkpoint).get("classes") or ()
    return list(names) if len(names) == count else [str(index) for index in range(count)]


def predict_logits(
    model: DomainAdaptSegmentor, dataset: Dataset, indices: Sequence[int], workers: int = 0
) -> Iterator[Tensor]:
    """Class logits (1, C, H, W) of images, at the size of the network's input.

    They are the main head's, upsampled as in training: the logits, not the probabilities. Images go
    through the network one by one and whole, in the order of ``indices``.

    Args:
        model: as :func:`load_network` gives it.
        dataset: whose pipeline ends in ``PackSegInputs``.
        indices: which images.
        workers: processes that load images.
    """
    loader = Runner.build_dataloader(
        dict(
            batch_size=1,
            num_workers=workers,
            dataset=Subset(dataset, indices),
            sampler=dict(type="DefaultSampler", shuffle=False),
        )
    )
    with torch.no_grad():
        for batch in loader:
            data = model.data_preprocessor(batch, training=False)
            height, width = batch["inputs"][0].shape[1:]  # without padding
            logits = model.target_forward(data["inputs"]).levels[0].upsampled()
            yield logits[..., :height, :width]
