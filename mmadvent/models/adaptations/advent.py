"""AdvEnt: adversarial entropy minimisation."""

import torch
from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.functional import masked_mean, self_information
from mmadvent.models.adaptations.output_alignment import OutputAlignment, map_of
from mmadvent.structures import ClassLogits


@MODELS.register_module()
class AdvEnt(OutputAlignment):
    r"""Align the weighted self-information of target predictions with the source's.

    A discriminator D per level tells the domains apart (eq. 7); the network is trained so that D
    takes the target's maps for source maps (eq. 8 and 9):

    .. math::
        \min_{\theta_D}\ & \kappa\, (L_D(I_{x_s}, 1) + L_D(I_{x_t}, 0)) \\
        \min_{\theta_F}\ & L_{seg}(x_s, y_s) + \lambda_{adv} \sum_l w_l\, L_D(I_{x_t}^{(l)}, 1)

    Args:
        loss_weight: the paper's :math:`\lambda_{adv}`, 0.001 there.
        discriminator: as for :class:`OutputAlignment`.
        discriminator_weight: :math:`\kappa`, as for :class:`OutputAlignment`.

    Raises:
        InputError: as :class:`OutputAlignment`.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 7-9.
    """

    MAP = "self-information"

    def __init__(
        self,
        loss_weight: float = 0.001,
        discriminator: dict | None = None,
        discriminator_weight: float = 0.5,
    ) -> None:
        super().__init__(loss_weight, discriminator, discriminator_weight)

    def output_map(self, output: ClassLogits) -> Tensor:
        """Weighted self-information."""
        return map_of(self_information, output)

    def measures(self, output: ClassLogits, output_map: Tensor) -> dict[str, Tensor]:
        """The target's mean entropy."""
        precision = torch.promote_types(output_map.dtype, torch.float32)
        of_positions = output_map.sum(dim=1, dtype=precision)
        return {"entropy": masked_mean(of_positions, output.mask)}
