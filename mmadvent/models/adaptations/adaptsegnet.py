"""AdaptSegNet: adversarial adaptation of the output space."""

from mmengine.registry import MODELS
from torch import Tensor

from mmadvent.checks import check_choice
from mmadvent.functional import DOMAIN_OBJECTIVES
from mmadvent.models.adaptations.output_alignment import OutputAlignment, map_of
from mmadvent.structures import ClassLogits


@MODELS.register_module()
class AdaptSegNet(OutputAlignment):
    r"""Align the class probabilities P of target predictions with the source's.

    .. math::
        \min_{\theta_D}\ & \kappa\, (L_D(P_{x_s}, 1) + L_D(P_{x_t}, 0)) \\
        \min_{\theta_F}\ & L_{seg}(x_s, y_s) + \lambda_{adv} \sum_l w_l\, L_D(P_{x_t}^{(l)}, 1)

    It differs from :class:`AdvEnt` in the map alone. The released code returns after two of the
    four branches of the classifier; ``DeepLabV2Head`` adds all four.

    Args:
        loss_weight: :math:`\lambda_{adv}`, 0.001 in the paper; a level's weight, 0.2 for the
            auxiliary one, multiplies it.
        discriminator: as for :class:`OutputAlignment`.
        discriminator_weight: :math:`\kappa`, as for :class:`OutputAlignment`.
        objective: ``cross_entropy``, as in the paper, or ``least_squares`` (Mao et al., LSGAN, ICCV
            2017), which the released code offers.

    Raises:
        InputError: if ``objective`` is another one, and as :class:`OutputAlignment`.

    Source: Tsai et al., Learning to Adapt Structured Output Space, CVPR 2018, eq. 3-5.
    """

    MAP = "class probabilities"

    def __init__(
        self,
        loss_weight: float = 0.001,
        discriminator: dict | None = None,
        discriminator_weight: float = 0.5,
        objective: str = "cross_entropy",
    ) -> None:
        check_choice("AdaptSegNet.objective", objective, DOMAIN_OBJECTIVES)
        super().__init__(loss_weight, discriminator, discriminator_weight, objective)

    def output_map(self, output: ClassLogits) -> Tensor:
        """Class probabilities."""
        return map_of(_probability, output)


def _probability(logits: Tensor) -> Tensor:
    return logits.softmax(dim=1)
