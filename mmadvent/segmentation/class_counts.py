"""How many pixels of each class the labels of a data set hold."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmseg.registry import DATASETS, TRANSFORMS

from mmadvent.checks import parse_json
from mmadvent.engine.parts import build_part
from mmadvent.engine.sections import section, steps_of, type_name
from mmadvent.errors import InputError
from mmadvent.io.noted_map import NotedMap
from mmadvent.io.processes import check_workers
from mmadvent.io.reading import image_size
from mmadvent.io.writing import write_json
from mmadvent.segmentation.datasets.label_id_dataset import LabelIdDataset

SOURCE = "train_dataloader.dataset"


class ClassCounts:
    r"""The class prior of a labelled data set: its l1-normalised histogram of pixels.

    .. math:: p_s^{(c)} = n_c / \sum_{c'} n_{c'}, \quad n_c = \text{pixels of class c in all labels}

    Labels count at the size of their files, without any resizing; ignored pixels do not count.

    Args:
        dataset: a data set of labels by id, with the classes that the model is trained on.
        load_labels: config of the transform that reads a label.
        out: the JSON file ``{"classes": [...], "prior": [...], "pixels": [...], "images": N}``, as
            :class:`mmadvent.models.losses.ClassPriorLoss` reads it, with a hash of the labels.

    Source: Vu et al., ADVENT, CVPR 2019, section 3.3.
    """

    def __init__(self, dataset: LabelIdDataset, load_labels: dict, out: Path) -> None:
        self.classes = list(dataset.metainfo["classes"])
        self.out = out
        infos = [dataset.get_data_info(index) for index in range(len(dataset))]
        labels = {info["seg_map_path"]: info["seg_map_path"] for info in infos}
        self._images = len(infos)
        count = partial(_count, load_labels, infos[0], len(self.classes))
        settings = dict(
            classes=self.classes,
            load_labels=load_labels,
            label_table=dataset.label_table.tolist(),
            reduce_zero_label=dataset.reduce_zero_label,
        )
        notes = out.with_name(f".{out.stem}.unfinished.jsonl")
        self._search = NotedMap(count, labels, notes, settings)

    @classmethod
    def of_source(cls, config: Config, out: Path) -> "ClassCounts":
        """The counts of the source that a training config names.

        Raises:
            InputError: if it is no data set of labels by id, or reads them by another step.
        """
        init_default_scope("mmseg")
        settings = section(config, SOURCE)
        load_labels = [s for s in steps_of(settings, SOURCE) if type_name(s) == "LoadLabelIds"]
        dataset = build_part(DATASETS, settings, SOURCE)
        if not isinstance(dataset, LabelIdDataset):
            raise InputError(
                "train_dataloader.dataset must be a LabelIdDataset, or one of its kind such as "
                f"GTA5Dataset or SYNTHIADataset, got {type(dataset).__name__}"
            )
        if not load_labels:
            steps = ", ".join(map(type_name, steps_of(settings, SOURCE)))
            raise InputError(
                f"{SOURCE}.pipeline must load labels by LoadLabelIds, got {steps or 'no step'}"
            )
        return cls(dataset, load_labels[0], out)

    def finished(self) -> dict[str, Any] | None:
        """The content of the file, None if it is not there.

        Raises:
            InputError: if it is that of other classes, another number of images, or labels that
                have changed since.
        """
        if not self.out.exists():
            return None
        try:
            content = parse_json(self.out.read_bytes())
            pixels = [int(number) for number in content["pixels"]]
            found = self._content(pixels, content["labels"])
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
            content, found = None, {}
        if content != found or len(found["pixels"]) != len(self.classes):
            raise InputError(
                f"'{self.out}' already holds something else than the prior of these "
                f"{self._images} images and {len(self.classes)} classes; choose another file or "
                "remove it"
            )
        if content["labels"] != self._search.digest():
            raise InputError(
                f"'{self.out}' already holds the prior of these {self._images} images from before "
                "their labels, or how they are read, changed; choose another file or remove it"
            )
        return content

    @property
    def left(self) -> int:
        """Number of labels that are still to be counted."""
        return 0 if self.finished() is not None else self._search.left

    def run(self, workers: int = 2, progress: Callable[[], object] | None = None) -> dict[str, Any]:
        """Count all labels, write the file and return its content; see :class:`NotedMap`.

        Args:
            workers: number of processes.
            progress: called after each label.

        Raises:
            InputError: if ``workers`` is below 1, a label cannot be read, or no pixel has a class.
        """
        check_workers(workers)
        content = self.finished()
        if content is not None:
            return content
        counts = self._search.run(workers, progress)
        pixels = np.array(list(counts.values()), dtype=np.int64).sum(axis=0)
        if not pixels.any():
            raise InputError(f"none of the {len(counts)} labels holds a pixel of a class")
        content = self._content(pixels.tolist(), self._search.digest())
        write_json(self.out, content)
        self._search.forget()
        return content

    def _content(self, pixels: list[int], labels: str) -> dict[str, Any]:
        """What the file holds of these counts, of labels with this hash."""
        total = sum(pixels)
        return dict(
            classes=self.classes,
            prior=[number / total for number in pixels],
            pixels=pixels,
            images=self._images,
            labels=labels,
        )


def _count(load_labels: dict, info: dict, classes: int, path: str) -> list[int]:
    """Number of pixels of each class in a label."""
    width, height = image_size(path)  # the label's own: nothing is resized to an image
    results = info | dict(seg_map_path=path, seg_fields=[], ori_shape=(height, width))
    labels = TRANSFORMS.build(load_labels)(results)["gt_seg_map"]
    # numpy's would make 8-byte numbers of the labels first.
    return torch.bincount(torch.from_numpy(labels).flatten(), minlength=256)[:classes].tolist()
