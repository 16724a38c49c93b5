"""The published networks in plain torch, written from their description, with random weights.

ResNet-101 as in Caffe: a 7x7 stem of stride 2, a 3x3 pooling of stride 2 that rounds up,
bottlenecks whose first 1x1 convolution strides, stages of strides 1, 2, 1, 1 and dilations 1, 1, 2,
4. VGG-16 without its last two poolings, conv5 dilated by 2, fc6 and fc7 3x3 dilated by 4, all
numbered in one row. Classifiers are 3x3 convolutions dilated by 6, 12, 18, 24 whose outputs are
added: all of them, or the first two in one release.
"""

import torch
from torch import Tensor, nn

CLASSIFIER_DILATIONS = (6, 12, 18, 24)
# Channels of a bottleneck, blocks, stride, dilation.
STAGES = ((64, 3, 1, 1), (128, 4, 2, 1), (256, 23, 1, 2), (512, 3, 1, 4))
VGG = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512)


class Classifier(nn.Module):
    def __init__(self, channels: int, classes: int, added: int) -> None:
        super().__init__()
        self.added = added
        self.conv2d_list = nn.ModuleList(
            nn.Conv2d(channels, classes, 3, padding=r, dilation=r) for r in CLASSIFIER_DILATIONS
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([conv(x) for conv in self.conv2d_list[: self.added]]).sum(dim=0)


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, planes: int, stride: int, dilation: int, first: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 1, stride, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, dilation, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, 4 * planes, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        if first:
            shortcut = nn.Conv2d(inputs, 4 * planes, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(4 * planes))

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        return (y + (self.downsample(x) if hasattr(self, "downsample") else x)).relu()


class ResNet101(nn.Module):
    """``classifiers`` gives the stage (3 or 4) of each level by name, in the outputs' order."""

    def __init__(self, classifiers: dict[str, int], classes: int, added: int = 4) -> None:
        super().__init__()
        self.classifiers = classifiers
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        inputs = 64
        for stage, (planes, blocks, stride, dilation) in enumerate(STAGES, start=1):
            layer = nn.Sequential()
            for index in range(blocks):
                strides = stride if index == 0 else 1
                layer.append(Bottleneck(inputs, planes, strides, dilation, index == 0))
                inputs = 4 * planes
            self.add_module(f"layer{stage}", layer)
        for name, stage in classifiers.items():
            self.add_module(name, Classifier(4 * STAGES[stage - 1][0], classes, added))
        randomise(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.pool(self.bn1(self.conv1(x)).relu())
        maps = {}
        for stage in range(1, 5):
            x = maps[stage] = self.get_submodule(f"layer{stage}")(x)
        return [self.get_submodule(name)(maps[stage]) for name, stage in self.classifiers.items()]


class VGG16(nn.Module):
    def __init__(self, classes: int, added: int = 4) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for outputs in VGG:
            if isinstance(outputs, str):
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
                inputs = outputs
        for outputs, dilation in ((512, 2), (512, 2), (512, 2), (1024, 4), (1024, 4)):
            layers += [
                nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation),
                nn.ReLU(),
            ]
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.classifier = Classifier(1024, classes, added)
        randomise(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        return [self.classifier(self.features(x))]


def randomise(network: nn.Module) -> None:
    """Random weights under which signals keep their size, and random statistics of norms."""
    torch.manual_seed(7)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.uniform_(module.bias, -0.5, 0.5)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.2, 0.8)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
    network.eval()


def weightless(network: nn.Module) -> dict[str, Tensor]:
    """Tensors of the same names and shapes that take no room in a file."""
    return {
        name: torch.zeros((), dtype=value.dtype).expand(value.shape)
        for name, value in network.state_dict().items()
    }
