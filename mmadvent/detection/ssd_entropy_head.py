"""SSD's head, with its class logits."""

from collections.abc import Sequence

from mmdet.models.dense_heads import SSDHead
from mmdet.registry import MODELS
from torch import Tensor

from mmadvent.detection.dense_class_logits import class_logits, loss_and_class_logits


@MODELS.register_module()
class SSDEntropyHead(SSDHead):
    """mmdet's ``SSDHead`` that also gives the class logits of its anchors.

    Layers, losses, predictions and the names of the weights are upstream's.

    Args:
        args, kwargs: of :class:`mmdet.models.SSDHead`.

    Source: Liu et al., SSD, ECCV 2016; Vu et al., ADVENT, CVPR 2019, section 4.3 (detection).
    """

    def class_logits(self, features: Sequence[Tensor]) -> list[Tensor]:
        """(N, C + 1, A, h, w) of each level, the background last."""
        return class_logits(self, features)

    def loss_and_class_logits(
        self, features: Sequence[Tensor], data_samples: list
    ) -> tuple[dict, list[Tensor]]:
        """Upstream's losses of labelled images, and the class logits of the same forward."""
        return loss_and_class_logits(self, features, data_samples)
