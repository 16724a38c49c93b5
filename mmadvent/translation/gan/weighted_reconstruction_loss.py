"""The L1 distance to an image, with a weight for each pixel by its class."""

from collections.abc import Sequence
from pathlib import Path

import torch
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.checks import check_loss_weight
from mmadvent.functional.class_logits import at_least_float32
from mmadvent.models.class_shares import load_class_names, load_class_shares


@MODELS.register_module()
class WeightedReconstructionLoss(nn.Module):
    r"""The mean distance between an image and what came back, less where a class may change.

    .. math:: L_{rec} = \frac{1}{n} \sum_{h, w} (1 - w_{y^{(h, w)}})\, |\hat x - x|_1^{(h, w)}

    The distance is averaged over the channels. w is 0 where there is no class or no label.

    The paper prints :math:`(1 - w)` and does not define w. Ours is the class's share of the
    source's labeled pixels: the large surfaces (road, building, sky), whose look differs most
    between the domains, may change the most, and a pole or a sign has to be kept.

    Args:
        loss_weight: weight of the loss.
        class_shares: w of each class: shares that add up to 1, or a file that
            ``tools/class_prior.py`` writes; None for the plain L1 distance.

    Attributes:
        num_shares: how many classes have a weight; 0 without ``class_shares``.
        classes: their names, where they are from a file.
        active: whether the loss counts.

    Raises:
        InputError: if an argument is out of its range or the file is ill-formed.

    Source: Zama Ramirez et al., IPAS 2018, the reconstruction loss; Zhu et al., CycleGAN, ICCV
    2017, eq. 2, without weights.
    """

    def __init__(
        self,
        loss_weight: float = 10.0,
        class_shares: Sequence[float] | str | Path | None = None,
    ) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        shares = () if class_shares is None else load_class_shares(class_shares)
        self.num_shares = len(shares)
        self.classes = None if class_shares is None else load_class_names(class_shares)
        self.active = loss_weight > 0
        # One more entry for what has no class.
        table = torch.tensor([1 - share for share in shares] + [1.0], dtype=torch.float64)
        self.register_buffer("kept", table if shares else None, persistent=False)

    def forward(self, found: Tensor, image: Tensor, labels: Tensor | None = None) -> Tensor:
        """The loss, a scalar.

        Args:
            found: (N, C, H, W), what came back.
            image: (N, C, H, W), what should come back.
            labels: (N, H, W) integers, the classes of the pixels of ``image``; numbers that are
                those of no class have the weight 1.
        """
        distance = (at_least_float32(found) - image).abs()
        if self.kept is not None and labels is not None:
            none = self.num_shares
            known = (labels >= 0) & (labels < none)
            weight = self.kept[labels.where(known, none).long()]
            distance = distance * weight[:, None].to(distance.dtype)
        return self.loss_weight * distance.mean()
