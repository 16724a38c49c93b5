"""Picture sheets as in Figures 1 and 3 of the paper."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from mmadvent.functional import entropy
from mmadvent.results.picture_sheet import (
    Column,
    add_legend,
    load_model,
    open_test_set,
    picture,
    predict,
    samples_of,
    sheet,
)


def draw_sheet(
    columns: Sequence[Column], indices: Sequence[int], out: Path, dpi: int = 110
) -> None:
    """Write a PNG: for some images of the test set, the image over its label, and for each method
    the entropy map (dark: certain, bright: uncertain, on the scale of [0, 1] that stands beside it)
    over the prediction. A legend names the classes that are drawn.

    Args:
        columns: the methods; the images are of the first one's test set.
        indices: which images.
        out: path of the PNG.
        dpi: dots an inch; a column is 3 inches wide.

    Raises:
        InputError: if an index is not in the test set.
    """
    dataset = open_test_set(columns[0], indices)
    palette = np.asarray(dataset.metainfo["palette"], dtype=np.uint8)
    models = [load_model(column, dataset.metainfo["classes"]) for column in columns]
    samples = samples_of(dataset, indices)
    titles = ["image / label", *(column.title for column in columns)]
    shape = samples[0]["data_samples"].ori_shape
    drawn: set[int] = set()
    with sheet(2 * len(samples), titles, shape, out, dpi) as (figure, axes):
        for (above, below), sample in zip(axes.reshape(len(samples), 2, -1), samples, strict=True):
            height, width = sample["data_samples"].ori_shape
            above[0].imshow(picture(sample["inputs"]), extent=(0, width, height, 0))
            label = sample["data_samples"].gt_sem_seg.data[0]
            below[0].imshow(_color(label, palette))
            drawn.update(label.unique().tolist())
            for number, model in enumerate(models, start=1):
                result = predict(model, sample)
                uncertainty = entropy(result.seg_logits.data[None])[0]
                shown = above[number].imshow(uncertainty.numpy(), cmap="inferno", vmin=0, vmax=1)
                prediction = result.pred_sem_seg.data[0]
                below[number].imshow(_color(prediction, palette))
                drawn.update(prediction.unique().tolist())
        figure.colorbar(shown, ax=axes, label="entropy", fraction=0.02, pad=0.01)
        classes = dataset.metainfo["classes"]
        add_legend(figure, {name: palette[i] / 255 for i, name in enumerate(classes) if i in drawn})


def _color(labels: torch.Tensor, palette: np.ndarray) -> np.ndarray:
    """The class colours of (H, W) class indices; black where there is no class."""
    table = np.zeros((256, 3), dtype=np.uint8)
    table[: len(palette)] = palette
    return table[labels.numpy()]
