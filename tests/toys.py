"""Small models and data sets in the real layouts, for the tests."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config, ConfigDict
from mmengine.optim import OptimWrapperDict
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from PIL import Image

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.engine import UDAOptimWrapperConstructor

# At these sizes a second thread costs far more than it gives, above all on a busy machine.
torch.set_num_threads(1)

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / "configs"
# labelIds of road, sidewalk, building, vegetation, sky, person, car, and one that is ignored.
TOY_IDS = (7, 8, 11, 21, 23, 24, 26, 0)
SMALL_ADVENT = dict(
    type="AdvEnt",
    loss_weight=0.1,
    discriminator=dict(type="SelfInfoDiscriminator", base_channels=4),
)
_run_numbers = itertools.count()


def toy_segmentor(num_classes: int = 5, **changes: Any) -> ConfigDict:
    """Config of a two-level DeepLab-V2 small enough for a test."""
    head = dict(
        type="DeepLabV2Head",
        dilations=(1, 2, 3, 4),
        num_classes=num_classes,
        align_corners=True,
    )
    loss = dict(type="CrossEntropyLoss", avg_non_ignore=True)
    config = dict(
        type="DomainAdaptSegmentor",
        data_preprocessor=dict(
            type="SegDataPreProcessor",
            mean=[104.0, 117.0, 123.0],
            std=[50.0, 50.0, 50.0],
            size_divisor=1,
        ),
        backbone=dict(
            type="DeepLabResNet",
            depth=18,
            base_channels=8,
            stem_channels=8,
            out_indices=(2, 3),
            strides=(1, 2, 1, 1),
            dilations=(1, 1, 2, 4),
        ),
        decode_head=dict(
            in_channels=64, in_index=1, loss_decode=dict(loss, loss_weight=1.0), **head
        ),
        auxiliary_head=dict(
            in_channels=32, in_index=0, loss_decode=dict(loss, loss_weight=0.1), **head
        ),
        train_cfg=dict(),
        test_cfg=dict(mode="whole"),
    )
    return ConfigDict(config | changes)


def build_segmentor(config: dict) -> torch.nn.Module:
    """Build and initialise a model in mmseg's scope, in training mode."""
    init_default_scope("mmseg")
    torch.manual_seed(0)
    model = MODELS.build(config)
    model.init_weights()
    return model.train()


def toy_optimizers(
    model: torch.nn.Module,
    discriminator: dict | None = None,
    sgd: dict | None = None,
    **settings: Any,
) -> OptimWrapperDict:
    """SGD for the network and Adam for the discriminators, as the configs have them."""
    adam = dict(optimizer=dict(type="Adam", lr=1e-3, betas=(0.9, 0.99)))
    sgd = sgd or dict(type="SGD", lr=1e-2, momentum=0.9, weight_decay=5e-4)
    config = dict(optimizer=sgd, discriminator=adam | (discriminator or {}), **settings)
    return UDAOptimWrapperConstructor(config)(model)


def toy_batch(
    seed: int, size: tuple[int, int] = (64, 64), num_classes: int | None = None, count: int = 1
) -> dict:
    """A batch as a dataloader gives it: with labels if ``num_classes`` is given, 255 among them."""
    generator = torch.Generator().manual_seed(seed)
    samples = []
    for _ in range(count):
        sample = SegDataSample()
        if num_classes:
            labels = torch.randint(0, num_classes + 1, (1, *size), generator=generator)
            labels[labels == num_classes] = 255
            sample.gt_sem_seg = PixelData(data=labels)
        samples.append(sample)
    images = torch.randint(0, 256, (count, 3, *size), generator=generator, dtype=torch.uint8)
    return dict(inputs=list(images), data_samples=samples)


def write_image(path: Path, width: int, height: int, rng: np.random.Generator) -> None:
    """A picture of random blocks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    small = rng.integers(0, 256, (max(height // 8, 1), max(width // 8, 1), 3), dtype=np.uint8)
    Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).save(path)


def write_label(path: Path, width: int, height: int, rng: np.random.Generator) -> None:
    """A palette PNG of blocks of Cityscapes labelIds, as GTA5 has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = rng.choice(TOY_IDS, (max(height // 8, 1), max(width // 8, 1))).astype(np.uint8)
    image = Image.fromarray(ids).resize((width, height), Image.Resampling.NEAREST).convert("P")
    image.putpalette([value for index in range(256) for value in (index, 255 - index, 7)])
    image.save(path)


def write_domains(root: Path, source: int = 5, target: int = 4, val: int = 2) -> Path:
    """GTA5 (96x64) and Cityscapes (64x64), labels for the source and for val only."""
    rng = np.random.default_rng(0)
    for index in range(source):
        write_image(root / f"GTA5/images/{index:05d}.png", 96, 64, rng)
        write_label(root / f"GTA5/labels/{index:05d}.png", 96, 64, rng)
    for split, count in (("train", target), ("val", val)):
        for index in range(count):
            stem = f"aachen_{index:06d}_000019"
            folder = root / "cityscapes"
            write_image(folder / f"leftImg8bit/{split}/aachen/{stem}_leftImg8bit.png", 64, 64, rng)
            if split == "val":
                label = folder / f"gtFine/{split}/aachen/{stem}_gtFine_labelIds.png"
                write_label(label, 64, 64, rng)
    return root


def toy_training(data: Path, work_dir: Path, max_iters: int = 4, workers: int = 0) -> Config:
    """Config of a run of AdvEnt over :func:`write_domains`, with random flips and dropout."""

    def loader(dataset: dict, transforms: list[dict]) -> dict:
        load = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
        pipeline = [load, *transforms, dict(type="PackSegInputs")]
        return dict(
            batch_size=1,
            num_workers=workers,
            sampler=dict(type="InfiniteSampler", shuffle=True),
            dataset=dict(dataset, pipeline=pipeline),
        )

    labels, flip = dict(type="LoadLabelIds"), dict(type="RandomFlip", prob=0.5)
    source = dict(type="GTA5Dataset", data_root=str(data / "GTA5"))
    target = dict(
        type="UnlabelledImagesDataset",
        data_root=str(data / "cityscapes"),
        data_prefix=dict(img_path="leftImg8bit/train"),
    )
    val = dict(type="RawCityscapesDataset", data_root=str(data / "cityscapes"), test_mode=True)
    auxiliary = dict(
        type="FCNHead",
        in_channels=32,
        in_index=0,
        channels=8,
        num_convs=1,
        num_classes=19,
        dropout_ratio=0.5,
        loss_decode=dict(type="CrossEntropyLoss", avg_non_ignore=True, loss_weight=0.1),
    )
    return Config(
        dict(
            default_scope="mmseg",
            model=toy_segmentor(19, adaptation=[SMALL_ADVENT], auxiliary_head=auxiliary),
            work_dir=str(work_dir),
            # Runners of one process share what has the same name.
            experiment_name=f"toy_{next(_run_numbers)}",
            randomness=dict(seed=3),
            train_dataloader=loader(source, [labels, flip]),
            target_dataloader=loader(target, [flip]),
            train_cfg=dict(type="UDATrainLoop", max_iters=max_iters, val_interval=1000),
            val_dataloader=dict(
                loader(val, [labels]), sampler=dict(type="DefaultSampler", shuffle=False)
            ),
            val_cfg=dict(type="ValLoop"),
            val_evaluator=[dict(type="IoUMetric"), dict(type="MeanEntropyMetric")],
            optim_wrapper=dict(
                optimizer=dict(type="SGD", lr=1e-2, momentum=0.9, weight_decay=5e-4),
                discriminator=dict(optimizer=dict(type="Adam", lr=1e-3, betas=(0.9, 0.99))),
            ),
            param_scheduler=[dict(type="PolyLR", power=0.9, end=10, by_epoch=False)],
            default_hooks=dict(
                logger=dict(type="LoggerHook", interval=1, log_metric_by_epoch=False),
                checkpoint=dict(type="CheckpointHook", by_epoch=False, interval=3),
            ),
            custom_hooks=[dict(type="PeakMemoryHook")],
            visualizer=dict(type="SegLocalVisualizer", vis_backends=[dict(type="LocalVisBackend")]),
            log_processor=dict(by_epoch=False),
            log_level="WARNING",
        )
    )


def train(config: Config) -> Runner:
    """Run a training config."""
    runner = Runner.from_cfg(config)
    runner.train()
    return runner
