"""Sheets that show what several models make of the same test images."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import MODELS
from torch import nn

from mmadvent.engine.model_checks import check_preprocessor
from mmadvent.engine.parts import build_dataset, build_part, first_sample
from mmadvent.engine.preflight.labels_of_metrics import check_labeled
from mmadvent.engine.sections import section
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, stored_dataset_meta
from mmadvent.io.outputs import check_file_to_write
from mmadvent.io.writing import write_bytes

TEST = "test_dataloader"
COLUMN_INCHES = 3.0
LEGEND_INCHES = 1.1


@dataclass(frozen=True)
class Column:
    """One method of a sheet."""

    title: str
    config: Config
    checkpoint: Path


def open_test_set(column: Column, indices: Sequence[int]) -> Any:
    """The test set of a column's config, which has these images.

    Raises:
        InputError: if an index is not in the test set.
    """
    dataset = build_dataset(column.config, TEST)
    if not indices:
        raise InputError("a sheet must have an image or more, got none")
    if not all(0 <= index < len(dataset) for index in indices):
        raise InputError(
            f"indices must be in [0, {len(dataset) - 1}], the images of the test set, got "
            f"{list(indices)}"
        )
    return dataset


def samples_of(dataset: Any, indices: Sequence[int]) -> list[dict]:
    """Some samples of a test set, with what they are labelled with.

    Raises:
        InputError: if its pipeline fails or packs nothing, or if it has no labels.
    """
    check_labeled(dataset, first_sample(dataset, TEST), TEST, "a sheet")
    return [dataset[index] for index in indices]


def load_model(column: Column, classes: Sequence[str]) -> nn.Module:
    """The column's network with its checkpoint, on the CPU, in evaluation mode.

    Args:
        column: of a sheet.
        classes: of the sheet's test set, whose colors the predictions get.

    Raises:
        InputError: if the checkpoint is not of the config's model, or of other classes.
    """
    settings = dict(section(column.config, "model"))
    settings.pop("adaptation", None)  # predicts nothing
    model = build_part(MODELS, settings, "model")
    check_preprocessor(model)
    path = str(column.checkpoint)
    contents = read_checkpoint(path)
    own = stored_dataset_meta(contents).get("classes")
    if own and list(own) != list(classes):
        raise InputError(
            f"the models of a sheet must have the classes of its test set, {', '.join(classes)}, "
            f"but '{path}' has {', '.join(own)}"
        )
    load_network_weights(model, contents, path)
    return model.eval()


def predict(model: nn.Module, sample: dict) -> Any:
    """The data sample of one image with the model's predictions."""
    with torch.no_grad():
        return model.test_step(pseudo_collate([sample]))[0]


def picture(inputs: torch.Tensor) -> np.ndarray:
    """RGB (H, W, 3) of a (3, H, W) BGR image."""
    return inputs.flip(0).permute(1, 2, 0).numpy()


def add_legend(figure: Any, colors: Mapping[str, Any]) -> None:
    """Name the classes' colors below the cells, in as many rows as they need."""
    from matplotlib.patches import Patch

    patches = [Patch(facecolor=color, label=name) for name, color in colors.items()]
    columns = max(1, int(figure.get_size_inches()[0] / LEGEND_INCHES))
    figure.legend(
        handles=patches, loc="outside lower center", ncols=columns, frameon=False, fontsize="small"
    )


def save_figure(figure: Any, path: Path, dpi: int) -> None:
    """Write a matplotlib figure all or not at all, in the format that the file's ending names.

    Raises:
        InputError: if there is no such format, or if the file cannot be written.
    """
    kind = path.suffix.removeprefix(".").lower() or "png"
    formats = sorted(figure.canvas.get_supported_filetypes())
    if kind not in formats:
        raise InputError(f"a picture must end in one of {', '.join(formats)}, got '{path}'")
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, dpi=dpi)
    write_bytes(path, buffer.getvalue())


@contextmanager
def sheet(
    rows: int, titles: Sequence[str], shape: tuple[int, int], out: Path, dpi: int
) -> Iterator[tuple[Any, np.ndarray]]:
    """A matplotlib figure and its (rows, columns) axes; written to ``out`` in the end.

    Args:
        rows: number of rows.
        titles: one for each column.
        shape: height and width of an image, for the proportions of a cell.
        out: path of the PNG.
        dpi: dots an inch; a column is 3 inches wide.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    check_file_to_write(out, "the sheet")
    height = COLUMN_INCHES * shape[0] / shape[1]
    figure, axes = plt.subplots(
        rows,
        len(titles),
        figsize=(COLUMN_INCHES * len(titles), (height + 0.05) * rows + 0.3),
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title)
    try:
        yield figure, axes
        save_figure(figure, out, dpi)
    finally:
        plt.close(figure)
