"""Two passes over predictions: one for the thresholds, one for the pseudo-labels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor

from mmadvent.engine.parts import first_sample
from mmadvent.functional import ClassHistograms
from mmadvent.io.checkpoints import read_checkpoint
from mmadvent.io.outputs import check_folder_to_write
from mmadvent.io.processes import progress_bar
from mmadvent.io.reading import open_image
from mmadvent.io.writing import write_png
from mmadvent.segmentation.pseudo_labels.note import class_table, describe, read_note, write_note
from mmadvent.segmentation.pseudo_labels.predictions import (
    class_names,
    load_network,
    network_settings,
    predict_logits,
)
from mmadvent.segmentation.pseudo_labels.rules import PseudoLabelRule
from mmadvent.segmentation.pseudo_labels.targets import images_of, open_targets, pseudo_label_names


@dataclass(frozen=True)
class MadeLabels:
    """A folder of finished pseudo-labels.

    Attributes:
        out: the folder.
        note: what its note says.
        made: how many pseudo-labels were made now.
        found: how many were there.
    """

    out: Path
    note: dict[str, Any]
    made: int
    found: int

    def summary(self) -> str:
        """A Markdown table of the classes, and a line with both numbers."""
        numbers = f"{self.made} pseudo-labels made, {self.found} were there"
        return f"{class_table(self.note)}\n{self.out}: {numbers}"


def make_pseudo_labels(
    config: Config, checkpoint: str, out: Path, rule: PseudoLabelRule
) -> MadeLabels:
    """Make pseudo-labels of a config's target images from a checkpoint's predictions.

    Writes one PNG for each image of ``target_dataloader``, at its place below ``out``: class
    indices, 255 where there is no pseudo-label, at the size of the network's input. The note there
    says how they were made. PNGs that are there are left alone: call it again after an
    interruption.

    Args:
        config: with the model and the target.
        checkpoint: path of a checkpoint, a local file.
        out: folder for the pseudo-labels.
        rule: which predictions to take.

    Raises:
        InputError: if the checkpoint cannot be read or is not of the config's model, if the target
            or the model is of a type that has no pseudo-labels, or if ``out`` holds something else.
    """
    check_folder_to_write(out, "the pseudo-labels' place")
    contents = read_checkpoint(checkpoint)
    init_default_scope(config.get("default_scope", "mmseg"))
    dataset, pipeline = open_targets(config)
    if len(dataset):
        first_sample(dataset, "target_dataloader")
    names = pseudo_label_names(dataset)
    model = load_network(config, contents, checkpoint)
    classes = class_names(contents, model)
    del contents
    network = network_settings(config)
    settings = describe(rule, checkpoint, network, images_of(dataset), names, pipeline, classes)
    images = {out / name: index for name, index in names.items()}
    workers = config.target_dataloader.get("num_workers", 0)

    def predictions(indices: Sequence[int]) -> Iterator[Tensor]:
        logits = predict_logits(model, dataset, indices, workers)
        yield from progress_bar(len(indices), "image", logits)

    note = read_note(out, settings)
    if note is None:
        histograms = count_values(rule, predictions(list(images.values())), len(classes))
        note = settings | dict(
            thresholds=rule.thresholds(histograms).tolist(),
            predicted=histograms.totals.tolist(),
            labelled=None,
        )
        write_note(out, note)
    left = {path: index for path, index in images.items() if not path.exists()}
    if left or note["labelled"] is None:
        labeled = count_written((path for path in images if path not in left), len(classes))
        thresholds = torch.tensor(note["thresholds"], dtype=torch.float64)
        labeled += write_labels(rule, thresholds, predictions(list(left.values())), left)
        note["labelled"] = labeled.tolist()
        write_note(out, note)
    return MadeLabels(out, note, len(left), len(images) - len(left))


def count_values(
    rule: PseudoLabelRule, predictions: Iterable[Tensor], num_classes: int
) -> ClassHistograms:
    """The first pass: histograms of what the rule measures.

    Memory does not grow with the number of images.

    Args:
        rule: of the thresholds.
        predictions: class logits (N, C, H, W).
        num_classes: C.
    """
    histograms = None
    for logits in predictions:
        if histograms is None:
            histograms = ClassHistograms(num_classes, device=logits.device)
        histograms.update(*rule.measure(logits))
    return histograms or ClassHistograms(num_classes)


def write_labels(
    rule: PseudoLabelRule,
    thresholds: Tensor,
    predictions: Iterable[Tensor],
    paths: Iterable[Path],
) -> Tensor:
    """The second pass: write the pseudo-labels of each image, at the size of its logits.

    Each PNG (8 bits, class indices, 255 where there is no pseudo-label) appears at once or not at
    all.

    Args:
        rule: which predictions to take.
        thresholds: the rule's, (C,).
        predictions: class logits (1, C, H, W).
        paths: of the PNGs, in the order of the predictions.

    Returns:
        (C,) int64: how many pixels were labelled as each class.
    """
    labeled = torch.zeros(len(thresholds), dtype=torch.int64)
    for path, logits in zip(paths, predictions, strict=True):
        labels = rule.labels(logits, thresholds)[0].to(torch.uint8).cpu().numpy()
        write_png(path, labels)
        labeled += count_labels(labels, len(thresholds))
    return labeled


def count_written(paths: Iterable[Path], num_classes: int) -> Tensor:
    """How many pixels of PNGs that are there are labelled as each class, (C,) int64.

    Raises:
        InputError: if one cannot be read.
    """
    labeled = torch.zeros(num_classes, dtype=torch.int64)
    for path in paths:
        with open_image(str(path), "pseudo-label") as image:
            labeled += count_labels(np.asarray(image), num_classes)
    return labeled


def count_labels(labels: np.ndarray, num_classes: int) -> Tensor:
    """(C,) int64: pixels of each class in a uint8 map."""
    return torch.from_numpy(np.bincount(labels.ravel(), minlength=256)[:num_classes])
