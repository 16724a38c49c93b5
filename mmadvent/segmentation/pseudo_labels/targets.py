"""The images that get pseudo-labels, as the network sees them without augmentation."""

import os
from typing import Any

from mmengine.config import Config
from mmengine.registry import DATASETS

from mmadvent.engine.parts import build_part, check_dict
from mmadvent.engine.target_dataloader import target_dataloader_of
from mmadvent.errors import InputError
from mmadvent.segmentation.datasets import UnlabelledImagesDataset
from mmadvent.segmentation.datasets.unlabeled_images import pseudo_label_name

# Beside all whose name begins with Random: what changes an image by chance, pads it, or reads what
# is to be made.
LEFT_OUT = ("PhotoMetricDistortion", "Albu", "Pad", "LoadPseudoLabels")
PACKERS = ("PackTargetInputs", "PackSegInputs")


def without_augmentation(pipeline: list[dict]) -> list[dict]:
    """A target pipeline without what changes an image by chance: no flips, no crops, no padding."""
    steps = []
    for step in pipeline:
        if step["type"] in PACKERS:
            step = dict(type="PackSegInputs")
        elif step["type"] in LEFT_OUT or step["type"].startswith("Random"):
            continue
        steps.append(step)
    return steps


def open_targets(config: Config) -> tuple[UnlabelledImagesDataset, list[dict]]:
    """The target's data set of a training config, and its pipeline, without augmentation.

    Raises:
        InputError: if the config has no target, or one of another type than
            ``UnlabelledImagesDataset``.
    """
    loader: Any = target_dataloader_of(config)
    check_dict(loader, "target_dataloader")
    check_dict(loader.get("dataset"), "target_dataloader.dataset")
    settings = Config(dict(dataset=loader["dataset"])).to_dict()["dataset"]
    settings.pop("pseudo_labels", None)
    pipeline = without_augmentation(settings.get("pipeline", []))
    settings |= dict(pipeline=pipeline)
    dataset = build_part(DATASETS, settings, "target_dataloader.dataset")
    if not isinstance(dataset, UnlabelledImagesDataset):
        raise InputError(
            "target_dataloader.dataset must be an UnlabelledImagesDataset of mmseg to make "
            f"pseudo-labels for it, got {type(dataset).__name__}"
        )
    return dataset, pipeline


def pseudo_label_names(dataset: UnlabelledImagesDataset) -> list[str]:
    """The place of each image's pseudo-label in their folder, in the data set's order.

    Raises:
        InputError: if two images differ in nothing but their ending.
    """
    folder = dataset.data_prefix["img_path"]
    paths = [dataset.get_data_info(index)["img_path"] for index in range(len(dataset))]
    names = [pseudo_label_name(os.path.relpath(path, folder)) for path in paths]
    first: dict[str, str] = {}
    for name, path in zip(names, paths, strict=True):
        if first.setdefault(name, path) != path:
            raise InputError(
                f"images must differ in more than their ending to have a pseudo-label each, got "
                f"'{first[name]}' and '{path}'"
            )
    return names
