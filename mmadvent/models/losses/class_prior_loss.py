"""The class-prior loss."""

from collections.abc import Sequence
from pathlib import Path

from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.checks import check_loss_weight, check_unit_interval
from mmadvent.functional import Upsample, class_prior_loss
from mmadvent.models.class_shares import load_class_names, load_class_shares


@MODELS.register_module()
class ClassPriorLoss(nn.Module):
    r"""Keep the classes of the source from vanishing in the target's predictions.

    .. math::
        L = \lambda_{cp} \cdot \mathrm{mean}_n \sum_c
            \max\left(0,\; \mu\, p_s^{(c)} - \mathrm{mean}_{positions}\, P^{(c)}\right)

    Args:
        prior: the paper's :math:`p_s`, the share of each class in the source's labels: numbers >= 0
            that add up to 1, in the order of the class axis; a detector's background is the last.
            Or the path of a JSON file ``{"classes": [...], "prior": [...]}``.
        relaxation: the paper's :math:`\mu` in [0, 1], 0.5 there; 1 asks each image for the whole
            prior, 0 for nothing.
        loss_weight: :math:`\lambda_{cp}`, finite and >= 0.

    Shape:
        logits (N, C, ...), and mask, boolean (N, ...), or None for all positions -> scalar. An
        image of which no position counts adds 0, with zero gradients.

    Raises:
        InputError: if an argument is outside its range, or if the file is not there or holds
            something else.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 10.
    """

    def __init__(
        self, prior: Sequence[float] | str | Path, relaxation: float = 0.5, loss_weight: float = 1.0
    ) -> None:
        super().__init__()
        self.prior = load_class_shares(prior)
        self.classes = load_class_names(prior)
        self.relaxation = check_unit_interval(relaxation, "relaxation")
        self.loss_weight = check_loss_weight(loss_weight)

    def forward(
        self,
        logits: Tensor,
        mask: Tensor | None = None,
        upsample: Upsample | None = None,
    ) -> Tensor:
        """Weighted loss of ``logits`` (N, C, ...) where ``mask`` (N, ...) is true.

        With ``upsample`` the positions are those of the upsampled logits, which are never whole.
        """
        losses = class_prior_loss(logits, self.prior, self.relaxation, mask, upsample)
        return self.loss_weight * losses.mean()

    def extra_repr(self) -> str:
        return f"prior={self.prior}, relaxation={self.relaxation}, loss_weight={self.loss_weight}"
