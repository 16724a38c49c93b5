"""SSD300 on two domains: our step, and plain passes of mmdet's own detector."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.structures import InstanceData

import mmadvent.detection  # noqa: F401  (registers the parts)
from benchmarks.speed.released.losses import entropy
from mmadvent.cli.training import use_amp
from mmadvent.engine.loops.pinnable_batch import PinnableBatch
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers

CONFIG = Path(__file__).resolve().parents[2] / "configs/minent/ssd300_vgg16_cs2foggy.py"
SIZE, BOXES, WEIGHT = 300, 8, 0.001
BATCH, QUICK_BATCH = 32, 1


def ours(quick: bool, best: bool, device: str = "cpu") -> Callable[[], object]:
    """MinEnt's step; ``best``: with what ``--amp`` gives on the device."""
    config, model = _model("DomainAdaptDetector", device)
    if best:
        use_amp(config)
    optimizer = build_optimizers(model, config.optim_wrapper)
    data = dict(source=_batch(quick, True), target=_batch(quick, False))
    if device != "cpu":
        data = PinnableBatch(data).pin_memory().contents
    return lambda: model.train_step(data, optimizer)


def plain(quick: bool, device: str = "cpu") -> Callable[[], object]:
    """The same in plain PyTorch: there is no released code for detection."""
    config, model = _model("SingleStageDetector", device)
    settings = {
        key: value for key, value in config.optim_wrapper.optimizer.items() if key != "type"
    }
    optimizer = torch.optim.SGD(model.parameters(), **settings)
    source = model.data_preprocessor(_batch(quick, True), training=True)
    target = model.data_preprocessor(_batch(quick, False), training=True)["inputs"]

    def run() -> None:
        optimizer.zero_grad()
        losses = model.loss(source["inputs"], source["data_samples"])
        model.parse_losses(losses)[0].backward()
        scores, _ = model.bbox_head(model.extract_feat(target))
        classes = model.bbox_head.cls_out_channels
        levels = [score.unflatten(1, (-1, classes)).transpose(1, 2) for score in scores]
        total = sum(level[:, 0].numel() for level in levels)
        losses = [_entropy(level) * level[:, 0].numel() / total for level in levels]
        (WEIGHT * torch.stack(losses).sum()).backward()
        optimizer.step()

    return run


def _entropy(level: torch.Tensor) -> torch.Tensor:
    return entropy(level.flatten(2, 3).softmax(dim=1))


def _model(kind: str, device: str) -> tuple[Config, Any]:
    config = Config.fromfile(CONFIG)
    config.model.backbone.init_cfg = None
    config.model.type = kind
    if kind != "DomainAdaptDetector":
        del config.model["adaptation"]
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope("mmdet"):
        return config, MODELS.build(config.model).to(device).train()


def _batch(quick: bool, labeled: bool) -> dict:
    generator = torch.Generator().manual_seed(int(labeled))
    samples = []
    for _ in range(QUICK_BATCH if quick else BATCH):
        size = (SIZE, SIZE)
        shape = dict(img_shape=size, ori_shape=size, pad_shape=size, scale_factor=(1.0, 1.0))
        sample = DetDataSample(metainfo=shape | dict(batch_input_shape=size))
        if labeled:
            corner = torch.rand(BOXES, 2, generator=generator) * (SIZE - 120)
            extent = torch.rand(BOXES, 2, generator=generator) * 90 + 20
            sample.gt_instances = InstanceData(
                bboxes=torch.cat((corner, corner + extent), dim=1),
                labels=torch.randint(0, 8, (BOXES,), generator=generator),
            )
        samples.append(sample)
    images = torch.randint(
        0, 256, (len(samples), 3, SIZE, SIZE), generator=generator, dtype=torch.uint8
    )
    return dict(inputs=list(images), data_samples=samples)
