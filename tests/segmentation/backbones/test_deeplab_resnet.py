"""The ResNet of DeepLab-V2: sizes, strides, dilations, frozen norms; all without real memory."""

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS
from torch import nn

from mmadvent.segmentation.backbones import DeepLabResNet
from tests.toys import CONFIGS


@pytest.fixture(scope="module")
def model() -> nn.Module:
    config = Config.fromfile(CONFIGS / "_base_/models/deeplabv2_r101.py")
    with torch.device("meta"):
        return MODELS.build(config.model)


@pytest.mark.parametrize(
    ("image", "features"),
    [((720, 1280), (91, 161)), ((512, 1024), (65, 129)), ((65, 97), (9, 13)), ((66, 98), (9, 13))],
)
def test_ceil_mode_feature_sizes(image, features):
    with torch.device("meta"):
        backbone = DeepLabResNet(
            18,
            base_channels=2,
            stem_channels=2,
            strides=(1, 2, 1, 1),
            dilations=(1, 1, 2, 4),
            out_indices=(2, 3),
        )
        outputs = backbone(torch.empty(1, 3, *image))
    assert [tuple(x.shape[2:]) for x in outputs] == [features, features]


def test_pooling_is_that_of_the_caffe_models():
    backbone = DeepLabResNet(18, base_channels=2, stem_channels=2)
    pool = backbone.maxpool
    assert (pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode) == (3, 2, 1, True)


def test_strides_and_dilations(model):
    for index, (stride, dilation) in enumerate([(1, 1), (2, 1), (1, 2), (1, 4)], start=1):
        blocks = getattr(model.backbone, f"layer{index}")
        # Caffe style: the first 1x1 strides, not the 3x3.
        assert [block.conv1.stride[0] for block in blocks] == [stride] + [1] * (len(blocks) - 1)
        assert {block.conv2.stride for block in blocks} == {(1, 1)}
        assert {block.conv2.dilation for block in blocks} == {(dilation, dilation)}


def test_blocks_parameters_and_names_are_resnet_101s(model):
    backbone = model.backbone
    lengths = [len(getattr(backbone, f"layer{index}")) for index in range(1, 5)]
    assert lengths == [3, 4, 23, 3]
    # ResNet-101 has 44,549,160 parameters, 2,049,000 of them in its classifier.
    assert sum(p.numel() for p in backbone.parameters()) == 42_500_160
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    assert shapes["backbone.conv1.weight"] == (64, 3, 7, 7)
    assert shapes["backbone.layer1.0.downsample.0.weight"] == (256, 64, 1, 1)
    assert shapes["backbone.layer3.22.bn3.running_mean"] == (1024,)
    assert shapes["backbone.layer4.2.conv3.weight"] == (2048, 512, 1, 1)
    for index in range(4):
        assert shapes[f"decode_head.branches.{index}.weight"] == (19, 2048, 3, 3)
        assert shapes[f"auxiliary_head.branches.{index}.weight"] == (19, 1024, 3, 3)


def test_affine_parameters_are_frozen_and_nothing_else(model):
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == 104
    frozen = {id(p) for norm in norms for p in (norm.weight, norm.bias)}
    assert {id(p) for p in model.parameters() if not p.requires_grad} == frozen


def test_statistics_are_tracked_with_frozen_affine_parameters():
    norm = dict(type="BN", requires_grad=False)
    backbone = DeepLabResNet(18, base_channels=2, stem_channels=2, norm_cfg=norm, norm_eval=False)
    backbone.train()
    affine = [p.clone() for p in (backbone.bn1.weight, backbone.bn1.bias)]
    backbone(torch.rand(2, 3, 32, 32) * 100)
    assert backbone.bn1.running_mean.abs().sum() > 0
    backbone(torch.rand(2, 3, 32, 32))[-1].sum().backward()
    assert backbone.bn1.weight.grad is None
    assert backbone.conv1.weight.grad is not None
    assert torch.equal(backbone.bn1.weight, affine[0])
    assert torch.equal(backbone.bn1.bias, affine[1])
