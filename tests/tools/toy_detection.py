"""Toy data in the layout of Cityscapes and Foggy Cityscapes, and a config over it."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from tests.tools.commands import CONFIGS

CLASSES = ("person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle")
WIDTH, HEIGHT = 96, 64
FOG = 0.02

TEXT = """
_base_ = [
    "{bases}/models/ssd_r18_small.py",
    "{bases}/datasets/foggy_streets.py",
    "{bases}/schedules/ssd_streets_second_part.py",
    "{bases}/adaptations/adversarial.py",
    "{bases}/detection_runtime.py",
]
channels = (16, 32, 64, 16, 16)
discriminator = dict(type="SelfInfoDiscriminator", base_channels=4)
model = dict(
    type="DomainAdaptDetector",
    adaptation=[dict(type="AdvEnt", loss_weight=0.1, discriminator=discriminator)],
    backbone=dict(base_channels=8, stem_channels=8),
    neck=dict(in_channels=channels[:3], out_channels=channels),
    bbox_head=dict(in_channels=channels),
)
optim_wrapper = _base_.adaptation_optim_wrapper
here = dict(num_workers=0, persistent_workers=False, batch_size=2)
data = dict(data_root="{data}")
foggy = dict(fog_density={fog}, **data)
resize = dict(type="Resize", scale=(96, 96), keep_ratio=False)
load, boxes, flip, pack = _base_.load_image, _base_.load_boxes, _base_.flip, _base_.pack
train_dataloader = dict(
    dataset=dict(pipeline=[load, boxes, resize, flip, pack], **data), **here
)
target_dataloader = dict(
    dataset=dict(pipeline=[load, resize, flip, pack], **foggy), **here
)
# One by one, as the inferencers predict: bit for bit the same.
val_dataloader = dict(
    dataset=dict(pipeline=[load, resize, boxes, _base_.pack_test], **foggy),
    **dict(here, batch_size=1),
)
test_dataloader = val_dataloader
train_cfg = dict(type="UDATrainLoop", max_iters=4, val_interval=4)
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
default_hooks = dict(logger=dict(interval=1), checkpoint=dict(interval=2))
"""


def write_config(folder: Path, data: Path) -> Path:
    """Write ``toy.py``: AdvEnt on the domains of :func:`write_domains`."""
    path = folder / "toy.py"
    path.write_text(TEXT.format(bases=CONFIGS / "_base_", data=data, fog=FOG))
    return path


def write_domains(root: Path, train: int = 4, val: int = 2) -> Path:
    """Clear and foggy images, and the boxes of both splits."""
    rng = np.random.default_rng(0)
    for split, count in (("train", train), ("val", val)):
        write_split(root, split, count, rng)
    return root


def write_split(root: Path, split: str, count: int, rng: np.random.Generator) -> None:
    """Grey images with three boxes of plain colour each, and the same paler."""
    annotations = []
    names = [f"aachen/aachen_{index:06d}_000019" for index in range(count)]
    for image_id, name in enumerate(names, start=1):
        image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
        for _ in range(3):
            kind = int(rng.integers(len(CLASSES)))
            width, height = rng.integers(14, 40, 2)
            x, y = rng.integers(0, WIDTH - width), rng.integers(0, HEIGHT - height)
            image[y : y + height, x : x + width] = 30 * kind, 255 - 30 * kind, 60
            box = [int(value) for value in (x, y, width, height)]
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=image_id,
                    category_id=kind + 1,
                    bbox=box,
                    area=box[2] * box[3],
                    iscrowd=0,
                )
            )
        foggy = (image * 0.5 + 110).astype(np.uint8)
        for folder, suffix, pixels in (
            ("leftImg8bit", "leftImg8bit", image),
            ("leftImg8bit_foggy", f"leftImg8bit_foggy_beta_{FOG}", foggy),
        ):
            path = root / folder / split / f"{name}_{suffix}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)
    images = [
        dict(id=i, file_name=f"{name}_leftImg8bit.png", width=WIDTH, height=HEIGHT)
        for i, name in enumerate(names, start=1)
    ]
    categories = [
        dict(id=i, name=name, supercategory="any") for i, name in enumerate(CLASSES, start=1)
    ]
    path = root / "annotations" / f"instances_{split}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(images=images, annotations=annotations, categories=categories)))
