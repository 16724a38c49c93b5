"""Picture sheets as in Figure 4 of the paper."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmdet.structures.bbox import get_box_tensor
from torch import Tensor

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

TAB10 = (0, 1, 2, 3, 4, 5, 6, 8, 9)  # its colors but grey, which fog has too


def draw_sheet(
    columns: Sequence[Column],
    indices: Sequence[int],
    out: Path,
    score: float = 0.3,
    dpi: int = 110,
) -> None:
    """Write a PNG: for some images of the test set, its boxes and those that each method detects.

    A box has its class's color, which a legend below names: colors that can be told apart, not the
    data set's, which has dark blues for all vehicles. A detection has its score in percent. Boxes
    of the annotations that an evaluation ignores are left out.

    Args:
        columns: the methods; the images are of the first one's test set.
        indices: which images.
        out: path of the PNG.
        score: detections below it are not drawn; in [0, 1].
        dpi: dots an inch; a column is 3 inches wide.

    Raises:
        InputError: if an index is not in the test set.
    """
    dataset = open_test_set(columns[0], indices)
    classes = dataset.metainfo["classes"]
    colors = distinct_colors(len(classes))
    models = [load_model(column, classes) for column in columns]
    samples = samples_of(dataset, indices)
    titles = ["ground truth", *(column.title for column in columns)]
    shape = samples[0]["data_samples"].ori_shape
    with sheet(len(samples), titles, shape, out, dpi) as (figure, axes):
        for row, sample in zip(axes, samples, strict=True):
            height, width = sample["data_samples"].ori_shape
            for axis in row:
                axis.imshow(picture(_unpadded(sample)), extent=(0, width, height, 0))
            _draw_boxes(row[0], sample["data_samples"].gt_instances, colors)
            for axis, model in zip(row[1:], models, strict=True):
                found = predict(model, sample).pred_instances
                _draw_boxes(axis, found[found.scores >= score], colors)
        add_legend(figure, dict(zip(classes, colors, strict=True)))


def distinct_colors(count: int) -> np.ndarray:
    """(count, 3) RGB in [0, 1]: matplotlib's qualitative colors, without grey, for few classes."""
    from matplotlib import colormaps

    if count < len(TAB10):
        return colormaps["tab10"](TAB10[:count])[:, :3]
    return colormaps["turbo"](np.linspace(0, 1, count))[:, :3]


def _unpadded(sample: dict) -> Tensor:
    """The image (3, H, W) without what a ``Pad`` of its pipeline has added."""
    height, width = sample["data_samples"].ori_shape
    across, down = sample["data_samples"].get("scale_factor", (1.0, 1.0))
    return sample["inputs"][:, : round(height * down), : round(width * across)]


def _draw_boxes(axis: Any, instances: Any, colors: np.ndarray) -> None:
    """Draw boxes given as corners (N, 4) in pixels of the image on disk."""
    from matplotlib.patches import Rectangle

    corners = get_box_tensor(instances.bboxes).tolist()
    labels = instances.labels.tolist()
    scores = instances.scores.tolist() if "scores" in instances else [None] * len(labels)
    for (left, top, right, bottom), label, score in zip(corners, labels, scores, strict=True):
        box = Rectangle((left, top), right - left, bottom - top, fill=False, linewidth=1.2)
        box.set_edgecolor(colors[label])
        axis.add_patch(box)
        if score is not None:
            style = dict(facecolor=colors[label], edgecolor="none", pad=0.5)
            axis.text(
                *(left, top, f"{100 * score:.0f}"),
                **dict(color="white", fontsize=5, va="bottom", bbox=style, clip_on=True),
            )
