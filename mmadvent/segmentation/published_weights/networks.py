"""The networks that were published, and under what names this package has their backbones."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.segmentation.backbones import DeepLabResNet, DeepLabVGG
from mmadvent.segmentation.published_weights.reading import contents

COUNTER = "num_batches_tracked"  # of batch norms; torch 0.4 and older have none
CAFFE_PREFIX = "Scale."
# AdaptSegNet numbers VGG's layers without the last poolings, and goes on with fc6 and fc7.
VGG_POOL4 = 23
VGG_DENSE = {"fc6": 29, "fc7": 31}


@dataclass(frozen=True)
class Network:
    """A published network.

    Attributes:
        title: its name in messages.
        config: the base config that is the same network, of 19 classes.
        sign: a name that the weights of no other network here have.
        backbone: builds this package's backbone.
        published_name: the published name of one of the backbone's weights.
        classifiers: the published modules that may be classifiers.
        heads: which head a classifier is, by the channels that it sees; none are taken if empty.
        publishers: who published the network with one classifier of this name alone; anybody where
            the name does not tell.
    """

    title: str
    config: str
    sign: str
    backbone: Callable[[], nn.Module]
    published_name: Callable[[str], str]
    classifiers: tuple[str, ...]
    heads: dict[int, str] = field(default_factory=dict)
    publishers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take_backbone(self, weights: dict[str, Tensor], path: str) -> dict[str, Tensor]:
        """The backbone's weights under our names.

        Raises:
            InputError: if one is missing or of another shape, or if there are others.
        """
        with torch.device("meta"):  # shapes without memory
            expected = self.backbone().state_dict()
        taken, names = {}, set()
        for ours, like in expected.items():
            theirs = self.published_name(ours)
            names.add(theirs)
            if theirs in weights and weights[theirs].shape == like.shape:
                taken[ours] = weights[theirs]
            elif theirs in weights or not ours.endswith(COUNTER):
                found = contents({theirs: weights[theirs]}) if theirs in weights else "none"
                raise InputError(
                    f"the weights '{path}' look like {self.title}, which has {theirs} "
                    f"{tuple(like.shape)}, got {found}"
                )
        prefixes = tuple(f"{name}." for name in self.classifiers)
        others = {
            name: value
            for name, value in weights.items()
            if name not in names and not name.startswith(prefixes)
        }
        if others:
            raise InputError(
                f"the weights '{path}' look like {self.title}, but it does not have "
                f"{contents(others)}"
            )
        return taken


def _vgg_name(ours: str) -> str:
    module, *rest = ours.split(".")
    if module in VGG_DENSE:
        return ".".join(["features", str(VGG_DENSE[module]), *rest])
    layer = int(rest[0])
    return ".".join([module, str(layer - (layer > VGG_POOL4)), *rest[1:]])


RESNET_CONFIG = "configs/_base_/models/deeplabv2_r101.py"
NETWORKS = (
    Network(
        title="DeepLab-V2 on ResNet-101",
        config=RESNET_CONFIG,
        sign="layer4.0.conv1.weight",
        backbone=lambda: DeepLabResNet(101),
        published_name=lambda ours: ours,
        classifiers=("layer5", "layer6"),
        heads={1024: "auxiliary_head", 2048: "decode_head"},
        publishers={"layer5": ("adaptsegnet",), "layer6": ("advent", "esl")},
    ),
    Network(
        title="DeepLab-V2 on VGG-16",
        config="configs/_base_/models/deeplabv2_vgg16.py",
        sign="classifier.conv2d_list.0.weight",
        backbone=DeepLabVGG,
        published_name=_vgg_name,
        classifiers=("classifier",),
        heads={1024: "decode_head"},
    ),
    Network(
        title="Caffe's ResNet-101 for DeepLab-V2",
        config=RESNET_CONFIG,
        sign=f"{CAFFE_PREFIX}layer4.0.conv1.weight",
        backbone=lambda: DeepLabResNet(101),
        published_name=lambda ours: CAFFE_PREFIX + ours,
        classifiers=(f"{CAFFE_PREFIX}layer5",),  # of other classes
    ),
)


def recognize(weights: dict[str, Tensor], path: str) -> Network:
    """The network that has such weights.

    Raises:
        InputError: if it is none of those known.
    """
    for network in NETWORKS:
        if network.sign in weights:
            return network
    raise InputError(
        f"the weights '{path}' must be of {', '.join(network.title for network in NETWORKS)}, got "
        f"{contents(weights)}"
    )
