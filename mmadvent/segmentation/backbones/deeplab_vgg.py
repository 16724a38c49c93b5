"""The VGG-16 of DeepLab-V2."""

from collections.abc import Sequence

from mmcv.cnn import VGG
from mmengine.model import BaseModule, PretrainedInit
from mmseg.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class DeepLabVGG(BaseModule):
    """VGG-16 without its last two poolings, and its first two dense layers as convolutions.

    The output stride is 8. conv5 is dilated by 2; fc6 (512 -> 1024) and fc7 (1024 -> 1024) are
    3x3 convolutions, dilated by 4, each with a ReLU and no dropout.

    ``features`` is numbered as torchvision's, with an identity in the place of pool4: a checkpoint
    of its VGG-16 loads under the names that it has. fc6 and fc7 have other shapes than the dense
    layers of such a file: they begin with torch's own initial weights, as in AdaptSegNet.

    An exported model carries the source of this class: it must need nothing of this package.

    Args:
        pretrained_std: by what the RGB images were divided that the weights of ``init_cfg`` were
            trained with, in grey levels of 0 to 255, red first. The first convolution is adapted to
            BGR images that are not divided by anything, once, after they are loaded; the means of
            the usual files differ by less than a grey level and are left alone. The default is
            torchvision's; (1, 1, 1) is for OpenMMLab's ``vgg16_caffe``; None is for weights that
            fit the images as they are.
        init_cfg: of mmengine's ``BaseModule``.

    Shape:
        images (N, 3, H, W) -> one feature map, (N, 1024, H // 8, W // 8).

    Source: Chen et al., DeepLab, PAMI 2018; ADVENT section 4.1; the layers as AdaptSegNet (Tsai et
    al., CVPR 2018) released them.
    """

    def __init__(
        self,
        pretrained_std: Sequence[float] | None = (58.395, 57.12, 57.375),
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        self.pretrained_std = pretrained_std
        self.features = VGG(16, dilations=(1, 1, 1, 1, 2), with_last_pool=False).features
        self.features[23] = nn.Identity()
        self.fc6 = nn.Conv2d(512, 1024, 3, padding=4, dilation=4)
        self.fc7 = nn.Conv2d(1024, 1024, 3, padding=4, dilation=4)
        self.relu = nn.ReLU(inplace=True)

    def init_weights(self) -> None:
        """Initialise, and adapt loaded weights to the channels and the range of the images."""
        first = not self.is_init
        super().init_weights()
        settings = self.init_cfg if isinstance(self.init_cfg, list) else [self.init_cfg or {}]
        # Here and not of our own module: an export takes the class along, and nothing else.
        pretrained = ("Pretrained", "mmengine.Pretrained", PretrainedInit)
        loaded = any(each.get("type") in pretrained for each in settings)
        if first and loaded and self.pretrained_std is not None:
            weight = self.features[0].weight.data
            std = weight.new_tensor(self.pretrained_std).view(1, 3, 1, 1)
            weight.copy_((weight / std).flip(1))

    def forward(self, images: Tensor) -> tuple[Tensor]:
        """The feature map of fc7."""
        features = self.relu(self.fc6(self.features(images)))
        return (self.relu(self.fc7(features)),)
