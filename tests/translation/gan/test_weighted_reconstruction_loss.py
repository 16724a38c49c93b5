"""The weighted distance, by hand."""

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.translation.gan import WeightedReconstructionLoss


def test_by_hand() -> None:
    loss = WeightedReconstructionLoss(10.0, [0.75, 0.25])
    found, image = torch.zeros(1, 3, 1, 4), torch.ones(1, 3, 1, 4)
    labels = torch.tensor([[[0, 1, 255, -1]]])
    # 1 - w: 0.25, 0.75, and 1 where there is no class.
    assert loss(found, image, labels) == 10 * (0.25 + 0.75 + 1 + 1) / 4
    assert loss(found, image) == 10.0
    assert WeightedReconstructionLoss(2.0)(found, image, labels) == 2.0


def test_half_precision_is_measured_in_float32() -> None:
    loss = WeightedReconstructionLoss(1.0)
    assert loss(torch.zeros(1, 3, 2, 2).bfloat16(), torch.ones(1, 3, 2, 2)).dtype == torch.float32


def test_arguments_out_of_their_range() -> None:
    with pytest.raises(InputError, match="loss_weight must be a finite number >= 0, got -1"):
        WeightedReconstructionLoss(-1)
    with pytest.raises(InputError, match="prior must add up to 1, got 0.5"):
        WeightedReconstructionLoss(1.0, [0.25, 0.25])
    with pytest.raises(InputError, match="the class prior 'no.json' cannot be read"):
        WeightedReconstructionLoss(1.0, "no.json")
