"""Count which class is taken for which, from the label maps that a test wrote.

mmadvent confusion-matrix CONFIG PREDICTIONS SAVE_DIR

PREDICTIONS is the folder that ``mmadvent test --out`` wrote.

It stands in for mmseg's script, whose 8-bit sums overflow with more than 16 classes.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmadvent.cli.command_line import add_config_arguments, is_detection, load_config
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_folder_to_write

TEST = "test_dataloader"
NO_LABEL = 255  # mmseg's


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("prediction_path", help="folder of the label maps")
    parser.add_argument("save_dir", help="folder for confusion_matrix.png and .csv")
    parser.add_argument("--title", default="Share of a class's pixels, in %")
    parser.add_argument("--color-theme", default="viridis", help="colour map of matplotlib")
    parser.add_argument("--show", action="store_true", help="show the picture in a window")


def read_prediction(
    file: Path, image: str, shape: tuple[int, ...], num_classes: int, first: int = 0
) -> np.ndarray:
    """The predicted class indices of an image, int64, from the file of its label map.

    Args:
        file: its path.
        image: whose prediction it is, for the error.
        shape: of the image's label.
        num_classes: of the data set.
        first: what the file holds for the first class.

    Raises:
        InputError: if the file is missing, has not the label's size, or holds what is no class.
    """
    from mmadvent.io.reading import open_image

    if not file.is_file():
        raise InputError(f"the prediction '{file}' of the image '{image}' does not exist")
    with open_image(str(file), "prediction") as image_file:
        prediction = np.asarray(image_file)
    if prediction.shape != shape:
        raise InputError(
            f"the prediction '{file}' must have the size of its label, {shape}, "
            f"got {prediction.shape}"
        )
    classes = prediction.astype(np.int64) - first
    wrong = prediction[(classes < 0) | (classes >= num_classes)]
    if wrong.size:
        raise InputError(
            f"the prediction '{file}' must hold a class of the data set at each pixel, {first} to "
            f"{num_classes - 1 + first}, got {wrong[0]}"
        )
    return classes


def count_pixels(
    label: np.ndarray, prediction: np.ndarray, num_classes: int, ignored: int = NO_LABEL
) -> np.ndarray:
    """Pixels by true class (rows) and predicted class (columns), both integer maps.

    Pixels whose label is ``ignored`` or no class are left out.
    """
    label, prediction = label.astype(np.int64).ravel(), prediction.astype(np.int64).ravel()
    counted = (label < num_classes) & (label != ignored)
    pairs = num_classes * label[counted] + prediction[counted]
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def confusion_matrix(dataset: Any, folder: str) -> np.ndarray:
    """Pixels of the whole data set; those of the ignore index are left out."""
    from mmadvent.engine.hooks.image_places import places_of

    num_classes, places = len(dataset.metainfo["classes"]), places_of(dataset)
    ignored = getattr(dataset, "ignore_index", NO_LABEL)  # a wrapper of data sets has none
    first = int(dataset.metainfo.get("reduce_zero_label", False))
    total = np.zeros((num_classes, num_classes), dtype=np.int64)
    for item in dataset:
        sample = item["data_samples"]
        label = sample.gt_sem_seg.data.squeeze(0).numpy()
        file = Path(folder) / places[sample.img_path]
        prediction = read_prediction(file, sample.img_path, label.shape, num_classes, first)
        total += count_pixels(label, prediction, num_classes, ignored)
    return total


def draw(shares: np.ndarray, classes: Sequence[str], args: Namespace) -> None:
    """Write, and show if asked for, the matrix as a picture."""
    import matplotlib

    if not args.show:
        matplotlib.use("Agg")  # no display needed
    from matplotlib import pyplot as plt

    from mmadvent.results.picture_sheet import save_figure

    size = 2 + 0.5 * len(classes)
    figure, axes = plt.subplots(figsize=(size, size), layout="constrained")
    axes.imshow(shares, cmap=args.color_theme, vmin=0, vmax=100)
    axes.set(title=args.title, xlabel="prediction", ylabel="label")
    axes.set_xticks(range(len(classes)), classes, rotation=45, ha="right")
    axes.set_yticks(range(len(classes)), classes)
    for (row, column), share in np.ndenumerate(shares):
        if np.isfinite(share):
            color = "black" if share > 50 else "white"
            axes.text(column, row, f"{share:.0f}", ha="center", va="center", color=color, size=8)
    save_figure(figure, Path(args.save_dir) / "confusion_matrix.png", dpi=150)
    if args.show:
        plt.show()


def check_color_theme(name: str) -> None:
    """Check that matplotlib has a colour map of that name.

    Raises:
        InputError: if it has none.
    """
    from matplotlib import colormaps

    if name not in colormaps:
        raise InputError(f"--color-theme must be a colour map of matplotlib, got {name!r}")


def run(args: Namespace) -> None:
    from mmadvent.engine.parts import build_dataset, first_sample
    from mmadvent.engine.preflight.labels_of_metrics import check_labeled
    from mmadvent.io.writing import write_bytes

    config: Config = load_config(args.config, args.cfg_options)
    if is_detection(config):
        raise InputError(
            f"confusion-matrix counts pixels of a segmentor, got the detector '{args.config}': "
            "mmdet's own tools/analysis_tools/confusion_matrix.py counts its boxes, from the file "
            "that mmadvent test --out FILE.pkl writes"
        )
    init_default_scope(config.get("default_scope", "mmseg"))
    check_folder_to_write(args.save_dir, "save_dir")
    check_color_theme(args.color_theme)
    dataset = build_dataset(config, TEST)
    if len(dataset):
        check_labeled(dataset, first_sample(dataset, TEST), TEST, "a confusion matrix")
    counts = confusion_matrix(dataset, args.prediction_path)
    classes = dataset.metainfo["classes"]
    pixels = counts.sum(axis=1, keepdims=True)
    shares = np.where(pixels > 0, 100 * counts / np.maximum(pixels, 1), np.nan)
    header = ",".join(["label", *classes])
    rows = [",".join([name, *map(str, row)]) for name, row in zip(classes, counts, strict=True)]
    text = "\n".join([header, *rows]) + "\n"
    write_bytes(Path(args.save_dir, "confusion_matrix.csv"), text.encode())
    draw(shares, classes, args)
