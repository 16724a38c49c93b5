"""Images from a file through a generator to a file, beside a plain loop in float32."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import nn

import mmadvent.segmentation  # noqa: F401  (registers the steps)
from benchmarks.speed.ours import CONFIGS
from benchmarks.speed.pictures import write_gta5
from benchmarks.speed.released.cyclegan import plain_convolutions
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare, interleave
from mmadvent.cli.translate import loading_steps
from mmadvent.translation.gan import ResNetGenerator
from mmadvent.translation.gan.translated_dataset import Item, translate

GOAL = 0.667
IMAGES = 8


def ours(
    files: list[Path], out: Path, size: tuple[int, int], generator: nn.Module, amp: bool
) -> Callable:
    """As ``tools/translate.py`` does, with its default of two worker processes."""
    config = Config.fromfile(CONFIGS / "translation/cyclegan_gta2cs.py")
    init_default_scope(config.default_scope)
    load, _ = loading_steps(config, list(size))

    def prepare() -> Callable[[], object]:
        shutil.rmtree(out, ignore_errors=True)
        items = [Item(str(file), None, out / file.name, None) for file in files]

        def run() -> None:
            with torch.autocast("cpu", torch.bfloat16, enabled=amp):
                list(translate(items, load, generator))

        return run

    return prepare


def plain(files: list[Path], out: Path, size: tuple[int, int], generator: nn.Module) -> Callable:
    """One image after the other."""
    out.mkdir()

    @torch.no_grad()
    def run() -> None:
        for file in files:
            image = cv2.imread(str(file))
            assert image is not None
            image = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
            values = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 127.5 - 1
            found = (generator(values)[0].permute(1, 2, 0) + 1) * 127.5
            cv2.imwrite(str(out / file.name), found.round().clamp(0, 255).byte().numpy())

    return lambda: run


def run(settings: Settings) -> Iterator[Row]:
    """Time images of GTA5's size, translated at 512x256."""
    size = (64, 32) if settings.quick else (512, 256)
    channels, blocks = (8, 1) if settings.quick else (64, 9)
    generator = ResNetGenerator(channels, blocks).eval()
    other = plain_convolutions(ResNetGenerator(channels, blocks)).eval()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        raw = (128, 64) if settings.quick else (1914, 1052)
        files, _ = write_gta5(root, 2 if settings.quick else IMAGES, raw)
        sides = {
            "float32": ours(files, root / "float32", size, generator, amp=False),
            "best": ours(files, root / "best", size, generator, amp=True),
            "reference": plain(files, root / "plain", size, other),
        }
        seconds = interleave(sides, settings.repeats)
    name = f"translated images, {size[0]}x{size[1]}"
    for title, key in (("float32", "float32"), ("best setting", "best")):
        yield compare(f"{name}, {title}", seconds[key], seconds["reference"], GOAL, len(files))
