"""Picture sheets as in Figures 1 and 3 of the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.runner import load_checkpoint
from mmseg.registry import DATASETS, MODELS

from mmadvent.errors import InputError
from mmadvent.functional import entropy


@dataclass(frozen=True)
class Column:
    """One method of a sheet."""

    title: str
    config: Config
    checkpoint: Path


def draw_sheet(
    columns: Sequence[Column], indices: Sequence[int], out: Path, dpi: int = 110
) -> None:
    """Write a PNG: for some images of the test set, the image over its label, and for each method
    the entropy map (dark: certain, bright: uncertain, on one scale) over the prediction.

    Args:
        columns: the methods; the images are of the first one's test set.
        indices: which images.
        out: path of the PNG.
        dpi: dots an inch; a column is 3 inches wide.

    Raises:
        InputError: if an index is not in the test set.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    dataset = DATASETS.build(columns[0].config.test_dataloader.dataset)
    if not all(0 <= index < len(dataset) for index in indices):
        raise InputError(
            f"indices must be in [0, {len(dataset) - 1}], the images of the test set, got "
            f"{list(indices)}"
        )
    palette = np.asarray(dataset.metainfo["palette"], dtype=np.uint8)
    models = [_load(column) for column in columns]
    rows = 2 * len(indices)
    first = dataset[indices[0]]["data_samples"]
    height = 3.0 * first.ori_shape[0] / first.ori_shape[1]
    figure, axes = plt.subplots(
        rows,
        1 + len(columns),
        figsize=(3.0 * (1 + len(columns)), (height + 0.05) * rows + 0.3),
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat:
        axis.set_axis_off()
    axes[0, 0].set_title("image / label")
    for row, index in zip(range(0, rows, 2), indices, strict=True):
        sample = dataset[index]
        shape = sample["data_samples"].ori_shape
        axes[row, 0].imshow(_picture(sample["inputs"]), extent=(0, shape[1], shape[0], 0))
        axes[row + 1, 0].imshow(_colour(sample["data_samples"].gt_sem_seg.data[0], palette))
        for number, (column, model) in enumerate(zip(columns, models, strict=True), start=1):
            with torch.no_grad():
                result = model.test_step(pseudo_collate([sample]))[0]
            uncertainty = entropy(result.seg_logits.data[None])[0]
            axes[row, number].imshow(uncertainty.numpy(), cmap="inferno", vmin=0, vmax=1)
            axes[row + 1, number].imshow(_colour(result.pred_sem_seg.data[0], palette))
            if row == 0:
                axes[0, number].set_title(column.title)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=dpi)
    plt.close(figure)


def _load(column: Column) -> Any:
    model = MODELS.build(column.config.model)
    load_checkpoint(model, str(column.checkpoint), map_location="cpu", logger="silent")
    return model.eval()


def _picture(inputs: torch.Tensor) -> np.ndarray:
    """RGB of a (3, H, W) BGR image."""
    return inputs.flip(0).permute(1, 2, 0).numpy()


def _colour(labels: torch.Tensor, palette: np.ndarray) -> np.ndarray:
    """The class colours of (H, W) class indices; black where there is no class."""
    table = np.zeros((256, 3), dtype=np.uint8)
    table[: len(palette)] = palette
    return table[labels.numpy()]
