"""The images that get pseudo-labels, as the network sees them without augmentation."""

import os
from typing import Any

from mmengine.config import Config
from mmengine.registry import DATASETS

from mmadvent.engine.hooks.image_places import common_folder, image_folders, places_of
from mmadvent.engine.loops.target_dataloader import target_dataloader_of
from mmadvent.engine.parts import build_part
from mmadvent.engine.sections import check_dict, steps_of, type_name
from mmadvent.errors import InputError
from mmadvent.io.image_prefix import image_prefix
from mmadvent.segmentation.datasets import UnlabelledImagesDataset

# Beside all whose name begins with Random: what changes an image by chance, pads it, or reads what
# is to be made.
LEFT_OUT = ("PhotoMetricDistortion", "Albu", "Pad", "LoadPseudoLabels")
PACKERS = ("PackTargetInputs", "PackSegInputs")


def without_augmentation(pipeline: list[dict]) -> list[dict]:
    """A target pipeline without what changes an image by chance: no flips, no crops, no padding."""
    steps = []
    for step in pipeline:
        name = type_name(step)
        if name in PACKERS:
            step = dict(type="PackSegInputs")
        elif name in LEFT_OUT or name.startswith("Random"):
            continue
        steps.append(step)
    return steps


def open_targets(config: Config) -> tuple[Any, list[dict]]:
    """The target's data set of a training config, and its pipeline, without augmentation.

    The data set is an ``UnlabelledImagesDataset``, or a wrapper of several, such as
    ``ConcatDataset``; their pipelines follow each other in what is returned.

    Raises:
        InputError: if the config has no target, or one of another type.
    """
    loader: Any = target_dataloader_of(config)
    check_dict(loader, "target_dataloader")
    check_dict(loader.get("dataset"), "target_dataloader.dataset")
    settings = Config(dict(dataset=loader["dataset"])).to_dict()["dataset"]
    pipelines = []
    for part in _parts(settings):
        part.pop("pseudo_labels", None)
        steps = steps_of(part, "target_dataloader.dataset")
        part["pipeline"] = without_augmentation(steps)
        pipelines += part["pipeline"]
    dataset = build_part(DATASETS, settings, "target_dataloader.dataset")
    for part in _built_parts(dataset):
        if not isinstance(part, UnlabelledImagesDataset):
            raise InputError(
                "target_dataloader.dataset must be an UnlabelledImagesDataset of mmseg, or several "
                f"in a ConcatDataset, to make pseudo-labels for it, got {type(part).__name__}"
            )
    return dataset, pipelines


def use_pseudo_labels(config: Config, folder: str) -> None:
    """Have a training config read the pseudo-labels that were made of its target in ``folder``.

    Those of several folders of images lie in sub-folders: see :func:`pseudo_label_names`.
    """
    parts = _parts(target_dataloader_of(config)["dataset"])
    images = [os.path.abspath(_images_of(part)) for part in parts]
    root = common_folder(images)
    for part, path in zip(parts, images, strict=True):
        part["pseudo_labels"] = os.path.normpath(os.path.join(folder, os.path.relpath(path, root)))


def pseudo_label_names(dataset: Any) -> dict[str, int]:
    """The place of each image's pseudo-label in their folder -> the image's index in the data set.

    Where there are several folders of images, those below the deepest folder that holds them all.
    An image that is listed several times, as in a ``RepeatDataset``, has the first of its indices.

    Raises:
        InputError: if two images differ in nothing but their ending.
    """
    places = places_of(dataset, "pseudo-label")
    names: dict[str, int] = {}
    for index in range(len(dataset)):
        names.setdefault(places[dataset.get_data_info(index)["img_path"]], index)
    return names


def images_of(dataset: Any) -> str | list[str]:
    """The folder of a target's images, or all of them."""
    folders = image_folders(dataset)
    return folders[0] if len(folders) == 1 else folders


def _parts(settings: dict) -> list[dict]:
    """The configs of the data sets that wrappers hold."""
    inner = settings.get("datasets") or [settings.get("dataset")]
    return [settings] if inner == [None] else [leaf for one in inner for leaf in _parts(one)]


def _built_parts(dataset: Any) -> list[Any]:
    inner = getattr(dataset, "datasets", None) or [getattr(dataset, "dataset", None)]
    return [dataset] if inner == [None] else [leaf for one in inner for leaf in _built_parts(one)]


def _images_of(settings: dict) -> str:
    prefix = image_prefix(settings.get("data_prefix"), "UnlabelledImagesDataset")
    return os.path.join(settings["data_root"], prefix)
