"""A source data set with translated images, in its own layout."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import Compose
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from mmadvent.errors import InputError
from mmadvent.io.reading import named_image
from mmadvent.io.writing import write_bytes
from mmadvent.translation.gan.translate_images import translate_pixels
from mmadvent.translation.gan.translated_labels import check_label, place_label

PNG, JPEG = [cv2.IMWRITE_PNG_COMPRESSION, 3], [cv2.IMWRITE_JPEG_QUALITY, 95]
COMPRESSION = {".png": PNG, ".jpg": JPEG, ".jpeg": JPEG}
PENDING = 16  # images that wait for a writer


@dataclass(frozen=True)
class Item:
    """One image of the source, its label, and where both go."""

    image: str
    label: str | None
    out_image: Path
    out_label: Path | None

    @property
    def written(self) -> list[Path]:
        """What there will be of it."""
        return [path for path in (self.out_image, self.out_label) if path is not None]


def items_of(dataset: Any, out: Path) -> list[Item]:
    """The images of a source data set.

    Args:
        dataset: as a training config's ``train_dataloader`` has it, built.
        out: root of the new data set.

    Raises:
        InputError: if a file does not lie below the data set's ``data_root``.
    """
    root = getattr(dataset, "data_root", None)
    if not root:
        raise InputError(
            "the source must be one data set with a data_root, which the new one replaces, got "
            f"{type(dataset).__name__}"
        )
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    return [
        Item(
            info["img_path"],
            info.get("seg_map_path"),
            _moved(info["img_path"], root, out),
            _moved(info["seg_map_path"], root, out) if "seg_map_path" in info else None,
        )
        for info in infos
    ]


def place_split_list(dataset: Any, out: Path) -> None:
    """Copy the list of the chosen images, of a data set that has one below its ``data_root``.

    Each time: it may name more images than when the folder was begun.
    """
    path = getattr(dataset, "ann_file", None)
    if not path or os.path.relpath(path, dataset.data_root).startswith(os.pardir):
        return
    write_bytes(_moved(path, dataset.data_root, out), Path(path).read_bytes())


def left_of(items: Sequence[Item]) -> list[Item]:
    """Those whose translation or label is not there yet."""
    return [item for item in items if not all(path.exists() for path in item.written)]


def translate(
    items: Sequence[Item],
    load: Compose,
    generator: nn.Module,
    workers: int = 2,
    batch_size: int = 1,
    labels: str = "link",
) -> Iterator[None]:
    """Translate and write images and their labels, whole or not at all; yields once for each.

    Worker processes decode, threads encode and write, and the generator works in between. A label
    has the size of its translated image: it is resized where the image was.

    Args:
        items: what is left to do.
        load: the steps that load and resize an image, from ``img_path`` to ``img``.
        generator: to the target, on its device.
        workers: processes that load, and threads that write.
        batch_size: images that are translated at once, where they have one size.
        labels: how those of the right size are placed; see
            :func:`mmadvent.translation.gan.translated_labels.place_label`.

    Raises:
        InputError: if an image or a label cannot be read, they are of different pixels, or the
            generator cannot take the size.
    """
    loader = DataLoader(
        _Images(items, load),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=max(2, batch_size),
    )
    with ThreadPoolExecutor(workers) as pool:
        written: list[Future] = []
        for numbers, batch in _batches(loader, batch_size):
            for number, pixels in zip(numbers, translate_pixels(generator, batch), strict=True):
                written.append(pool.submit(_write, items[number], pixels, labels))
            while len(written) > PENDING:
                written.pop(0).result()
                yield
        for future in written:
            future.result()
            yield


class _Images(Dataset):
    """(number, pixels (3, H, W) uint8) of each item."""

    def __init__(self, items: Sequence[Item], load: Compose) -> None:
        self.items = items
        self.load = load

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, number: int) -> tuple[int, Tensor]:
        item = self.items[number]
        with named_image(lambda: item.image):
            loaded: Any = self.load(dict(img_path=item.image))
        if item.label is not None:
            check_label(item.label, loaded)
        image = loaded["img"]
        return number, torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))


def _batches(
    images: Iterator[tuple[int, Tensor]] | DataLoader, size: int
) -> Iterator[tuple[list[int], Tensor]]:
    """Runs of images of one size, ``size`` of them at most."""
    numbers: list[int] = []
    waiting: list[Tensor] = []
    for number, image in images:
        if waiting and (len(waiting) == size or waiting[0].shape != image.shape):
            yield numbers, torch.stack(waiting)
            numbers, waiting = [], []
        numbers.append(number)
        waiting.append(image)
    if waiting:
        yield numbers, torch.stack(waiting)


def _write(item: Item, pixels: np.ndarray, labels: str) -> None:
    path = item.out_image
    if item.label is not None and item.out_label is not None:
        place_label(item.label, item.out_label, (pixels.shape[1], pixels.shape[0]), labels)
    settings = COMPRESSION.get(path.suffix.lower(), [])
    done, content = cv2.imencode(path.suffix, pixels, settings)
    if not done:
        raise InputError(f"'{path}' cannot be written: OpenCV has no encoder of this name")
    write_bytes(path, content.tobytes())


def _moved(path: str, root: str, out: Path) -> Path:
    inside = os.path.relpath(path, root)
    if inside.startswith(os.pardir):
        raise InputError(
            f"all files of the source must lie below its data_root '{root}', got '{path}'"
        )
    return out / inside
