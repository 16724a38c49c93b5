"""DeepLab-V2 on a ResNet of bottlenecks, with two outputs."""

from collections.abc import Sequence

from torch import Tensor, nn

DILATIONS = (6, 12, 18, 24)
# Convolutions, their channels and dilation, whether a pooling follows; the last are fc6 and fc7.
VGG_STAGES = (
    (2, 64, 1, True),
    (2, 128, 1, True),
    (3, 256, 1, True),
    (3, 512, 1, False),
    (3, 512, 2, False),
    (2, 1024, 4, False),
)


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 convolutions, the stride in the first as in Caffe's models."""

    def __init__(self, before: int, width: int, stride: int, dilation: int, shortcut: bool) -> None:
        super().__init__()
        after = 4 * width
        self.conv1 = nn.Conv2d(before, width, 1, stride, bias=False)
        self.bn1 = _norm(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, dilation, dilation, bias=False)
        self.bn2 = _norm(width)
        self.conv3 = nn.Conv2d(width, after, 1, bias=False)
        self.bn3 = _norm(after)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = (
            nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), _norm(after))
            if shortcut
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class DeepLabV2(nn.Module):
    """Logits of conv4 and of conv5, (N, C, h, w) each, at an eighth of the image.

    Args:
        blocks: of each of the four stages; (3, 4, 23, 3) is ResNet-101.
        width: channels of the stem.
        classes: C.
    """

    def __init__(self, blocks: Sequence[int], width: int, classes: int) -> None:
        super().__init__()
        self.backbone = nn.Module()
        self.backbone.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.backbone.bn1 = _norm(width)
        self.pool = nn.Sequential(
            nn.ReLU(inplace=True), nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)
        )
        before = width
        for number, (count, stride, dilation) in enumerate(
            zip(blocks, (1, 2, 1, 1), (1, 1, 2, 4), strict=True)
        ):
            stage = nn.Sequential()
            for index in range(count):
                inner = width * 2**number
                first = index == 0
                stage.append(Bottleneck(before, inner, stride if first else 1, dilation, first))
                before = 4 * inner
            setattr(self.backbone, f"layer{number + 1}", stage)
        self.aux = _classifier(before // 2, classes)
        self.main = _classifier(before, classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        net = self.backbone
        x = self.pool(net.bn1(net.conv1(images)))
        conv4 = net.layer3(net.layer2(net.layer1(x)))
        conv5 = net.layer4(conv4)
        return _classify(self.aux, conv4), _classify(self.main, conv5)

    def copy_weights(self, model: nn.Module) -> None:
        """Take over the weights of our model of the same size."""
        self.backbone.load_state_dict(model.backbone.state_dict())
        self.main.load_state_dict(model.decode_head.branches.state_dict())
        self.aux.load_state_dict(model.auxiliary_head.branches.state_dict())


class DeepLabV2VGG(nn.Module):
    """DeepLab-V2 on VGG-16 with one output, (N, C, h, w) at an eighth of the image.

    Args:
        classes: C.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential()
        before = 3
        for count, width, dilation, pool in VGG_STAGES:
            for _ in range(count):
                self.backbone.append(nn.Conv2d(before, width, 3, 1, dilation, dilation))
                self.backbone.append(nn.ReLU(inplace=True))
                before = width
            if pool:
                self.backbone.append(nn.MaxPool2d(2, 2))
        self.main = _classifier(before, classes)

    def forward(self, images: Tensor) -> tuple[Tensor]:
        return (_classify(self.main, self.backbone(images)),)


def _norm(channels: int) -> nn.BatchNorm2d:
    """Batch norm with statistics of the batch and frozen affine parameters."""
    norm = nn.BatchNorm2d(channels)
    for parameter in norm.parameters():
        parameter.requires_grad = False
    return norm


def _classifier(channels: int, classes: int) -> nn.ModuleList:
    return nn.ModuleList(nn.Conv2d(channels, classes, 3, 1, r, r) for r in DILATIONS)


def _classify(branches: nn.ModuleList, features: Tensor) -> Tensor:
    out = branches[0](features)
    for branch in branches[1:]:
        out += branch(features)
    return out
