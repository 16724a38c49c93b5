"""Picture sheets as in Figure 4 of the paper."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmdet.structures.bbox import get_box_tensor

from mmadvent.results.picture_sheet import (
    Column,
    load_model,
    open_test_set,
    picture,
    predict,
    sheet,
)


def draw_sheet(
    columns: Sequence[Column],
    indices: Sequence[int],
    out: Path,
    score: float = 0.3,
    dpi: int = 110,
) -> None:
    """Write a PNG: for some images of the test set, its boxes and those that each method detects.

    A box has its class's colour, which a legend below names. Boxes of the annotations that an
    evaluation ignores are left out.

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
    colors = np.asarray(dataset.metainfo["palette"])[: len(classes)] / 255
    models = [load_model(column) for column in columns]
    samples = [dataset[index] for index in indices]
    titles = ["ground truth", *(column.title for column in columns)]
    shape = samples[0]["data_samples"].ori_shape
    with sheet(len(samples), titles, shape, out, dpi) as (figure, axes):
        for row, sample in zip(axes, samples, strict=True):
            height, width = sample["data_samples"].ori_shape
            for axis in row:
                axis.imshow(picture(sample["inputs"]), extent=(0, width, height, 0))
            _draw_boxes(row[0], sample["data_samples"].gt_instances, colors)
            for axis, model in zip(row[1:], models, strict=True):
                found = predict(model, sample).pred_instances
                _draw_boxes(axis, found[found.scores >= score], colors)
        _add_legend(figure, classes, colors)


def _draw_boxes(axis: Any, instances: Any, colors: np.ndarray) -> None:
    """Draw boxes given as corners (N, 4) in pixels of the image on disk."""
    from matplotlib.patches import Rectangle

    corners = get_box_tensor(instances.bboxes).tolist()
    for (left, top, right, bottom), label in zip(corners, instances.labels.tolist(), strict=True):
        box = Rectangle((left, top), right - left, bottom - top, fill=False, linewidth=1.2)
        box.set_edgecolor(colors[label])
        axis.add_patch(box)


def _add_legend(figure: Any, classes: Sequence[str], colors: np.ndarray) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=color, linewidth=3) for color in colors]
    figure.legend(lines, classes, loc="outside lower center", ncols=len(classes), frameon=False)
