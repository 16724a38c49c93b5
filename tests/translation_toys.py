"""Small translators and their trainings, for the tests."""

from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.optim import OptimWrapperDict
from mmengine.registry import MODELS, init_default_scope
from torch import nn

import mmadvent.translation.gan  # noqa: F401  (registers the parts)
from mmadvent.engine import UDAOptimWrapperConstructor
from tests.toys import toy_batch, toy_segmentor, toy_training

CLASSES = 5
SHARES = [0.4, 0.3, 0.2, 0.1, 0.0]
SEMANTIC = dict(type="SemanticDiscriminator", base_channels=2, num_labels=CLASSES)
L1 = dict(type="WeightedReconstructionLoss")


def toy_translator(method: str = "cyclegan", **changes: Any) -> dict:
    """Config of a translator: ``cyclegan``, ``gan_sem``, ``gan_sem_weight`` or ``semantic_gan``."""
    config: dict[str, Any] = dict(
        type="SemanticTranslator",
        data_preprocessor=dict(
            type="SegDataPreProcessor", mean=[127.5] * 3, std=[127.5] * 3, size_divisor=1
        ),
        generator=dict(type="ResNetGenerator", base_channels=2, num_blocks=1),
        discriminator=dict(type="PatchDiscriminator", base_channels=2),
        reconstruction=dict(L1, loss_weight=10.0),
        identity=dict(L1, loss_weight=5.0),
        pool_size=3,
    )
    if method != "cyclegan":
        config |= dict(discriminator=SEMANTIC, semantic_weight=0.7)
    if method == "semantic_gan":
        config["reconstruction"] = dict(L1, loss_weight=10.0, class_shares=SHARES)
    elif method.startswith("gan_sem"):
        config |= dict(two_way=False, reconstruction=None, identity=None)
    if method == "gan_sem_weight":
        config["content"] = dict(L1, loss_weight=2.0, class_shares=SHARES)
    return config | changes


def build_translator(config: dict) -> nn.Module:
    """Build and initialize, in training mode."""
    init_default_scope("mmseg")
    torch.manual_seed(0)
    model = MODELS.build(config)
    model.init_weights()
    return model.train()


def domains(seed: int, count: int = 1, size: tuple[int, int] = (64, 64)) -> dict:
    """A batch of each domain; the source's with labels, 255 among them."""
    return dict(
        source=toy_batch(seed, size, CLASSES, count),
        target=toy_batch(seed + 1000, size, None, count),
    )


def adams(model: nn.Module, **settings: Any) -> OptimWrapperDict:
    """The optimizers of CycleGAN."""
    adam = dict(type="Adam", lr=2e-4, betas=(0.5, 0.999))
    return UDAOptimWrapperConstructor(
        dict(optimizer=adam, discriminator=dict(optimizer=adam), **settings)
    )(model)


def write_segmentor(
    folder: Path, num_classes: int = CLASSES, meta: dict | None = None, **changes: Any
) -> dict:
    """A segmentor's config and checkpoint, as ``consistency`` names them."""
    init_default_scope("mmseg")
    settings = dict(toy_segmentor(num_classes), **(dict(type="EncoderDecoder") | changes))
    torch.manual_seed(1)
    model = MODELS.build(settings)
    config, checkpoint = folder / "segmentor.py", folder / "segmentor.pth"
    folder.mkdir(parents=True, exist_ok=True)
    Config(dict(model=settings)).dump(config)
    torch.save(dict(state_dict=model.state_dict(), meta=meta or {}), checkpoint)
    return dict(type="SemanticConsistency", config=str(config), checkpoint=str(checkpoint))


def translator_training(
    data: Path, work_dir: Path, max_iters: int = 4, workers: int = 0, method: str = "semantic_gan"
) -> Config:
    """Config of a run over the toy data sets, with random flips and crops."""
    config = toy_training(data, work_dir, max_iters, workers)
    model = toy_translator(method)
    if method == "semantic_gan":
        model["discriminator"] = dict(SEMANTIC, num_labels=19)
        model["reconstruction"] = dict(L1, loss_weight=10.0, class_shares=[0.05] * 18 + [0.1])
    config.model = model
    for name in ("train", "target"):
        crop = dict(type="RandomCrop", crop_size=(64, 64))
        config[f"{name}_dataloader"].dataset.pipeline.insert(-1, crop)
    for name in ("dataloader", "cfg", "evaluator"):
        config[f"val_{name}"] = None
    adam = dict(type="Adam", lr=2e-4, betas=(0.5, 0.999))
    config.optim_wrapper = dict(
        constructor="UDAOptimWrapperConstructor",
        optimizer=adam,
        discriminator=dict(optimizer=adam),
    )
    return config
