"""Our models and batches, at full size or small."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config, ConfigDict
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmadvent.segmentation.deeplab_v2_head import DeepLabV2Head

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
CLASSES = 19
IGNORED = 255
Size = tuple[int, int]
"""Height and width."""


def method_config(method: str, quick: bool, network: str = "r101") -> Config:
    """The config of a method for GTA5 -> Cityscapes, without initial weights.

    Args:
        method: a folder of ``configs/``.
        quick: a narrow ResNet-50 instead of ResNet-101.
        network: ``r101`` or ``vgg16``.
    """
    config = Config.fromfile(CONFIGS / method / f"deeplabv2_{network}_gta2cs.py")
    config.model.backbone.init_cfg = None
    if quick and network == "r101":
        config.model.backbone.update(depth=50, base_channels=8, stem_channels=8)
        config.model.decode_head.in_channels = 256
        config.model.auxiliary_head.in_channels = 128
        for step in config.model.get("adaptation", ()):
            if step.type == "AdvEnt":
                step.discriminator = dict(type="SelfInfoDiscriminator", base_channels=8)
    return config


def build_model(config: dict) -> nn.Module:
    """A model in mmseg's scope with torch's own initial weights, in training mode."""
    if not MMLogger.check_instance_created("benchmarks"):
        MMLogger.get_instance("benchmarks", log_level="ERROR")  # silences the optimizers' making
    init_default_scope("mmseg")
    torch.manual_seed(0)
    return MODELS.build(config).train()


def labels_of(size: Size, generator: torch.Generator) -> Tensor:
    """(H, W) int64: blocks of classes, a part of them ignored, as street scenes have it."""
    height, width = size
    blocks = torch.randint(0, CLASSES + 2, (height // 16 + 1, width // 16 + 1), generator=generator)
    blocks[blocks >= CLASSES] = IGNORED
    return blocks.repeat_interleave(16, 0).repeat_interleave(16, 1)[:height, :width].contiguous()


def source_sample(labels: Tensor) -> SegDataSample:
    """What a data set packs beside a labelled image."""
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=labels[None])
    return sample


def batches(source: Size, target: Size) -> dict[str, Any]:
    """A batch of one image of each domain, as the data loaders give them."""
    generator = torch.Generator().manual_seed(0)

    def image(size: Size) -> Tensor:
        return torch.randint(0, 256, (3, *size), generator=generator, dtype=torch.uint8)

    sample = source_sample(labels_of(source, generator))
    return dict(
        source=dict(inputs=[image(source)], data_samples=[sample]),
        target=dict(inputs=[image(target)], data_samples=[SegDataSample()]),
    )


@MODELS.register_module()
class GivenFeatures(nn.Module):
    """A backbone that costs nothing: its feature maps are given."""

    maps: tuple[Tensor, ...] = ()

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        return self.maps


@MODELS.register_module()
class GivenLogits(DeepLabV2Head):
    """DeepLab-V2's head without its convolutions: the feature map is the logits."""

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        return self._transform_inputs(inputs)


def given_logits_model(adaptation: list[dict]) -> nn.Module:
    """A segmentor of one level whose logits are given: all that comes after the network.

    Set ``model.backbone.maps`` to a tuple of the logits (N, C, h, w).
    """
    head = dict(
        type="GivenLogits",
        in_channels=CLASSES,
        num_classes=CLASSES,
        align_corners=True,
        loss_decode=dict(type="CrossEntropyLoss", avg_non_ignore=True),
    )
    return build_model(
        ConfigDict(
            type="DomainAdaptSegmentor",
            backbone=dict(type="GivenFeatures"),
            decode_head=head,
            adaptation=adaptation,
            train_cfg=dict(),
            test_cfg=dict(mode="whole"),
        )
    )


def low_logits(size: Size) -> Tensor:
    """Logits (1, C, h, w) with a gradient, at an eighth of an image as DeepLab-V2 has it."""
    height, width = (side // 8 + 1 for side in size)
    generator = torch.Generator().manual_seed(0)
    return (3 * torch.randn(1, CLASSES, height, width, generator=generator)).requires_grad_()
