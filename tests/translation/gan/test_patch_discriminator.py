"""The discriminator of patches: its size in the literature, and how far it looks."""

import torch

from mmadvent.translation.gan import PatchDiscriminator


def test_the_number_of_parameters_of_the_released_code() -> None:
    with torch.device("meta"):
        discriminator = PatchDiscriminator()
        assert discriminator(torch.zeros(1, 3, 256, 256)).shape == (1, 1, 30, 30)
    assert sum(p.numel() for p in discriminator.parameters()) == 2_764_737


def test_a_logit_sees_70_pixels() -> None:
    discriminator = PatchDiscriminator(4).double()
    for module in discriminator.modules():
        if isinstance(module, torch.nn.InstanceNorm2d):  # which sees all
            module.forward = lambda values: values
    images = torch.rand(1, 3, 128, 128, dtype=torch.float64, requires_grad=True)
    discriminator(images)[0, 0, 7, 7].backward()
    seen = images.grad[0].abs().sum(0) > 0
    assert seen.any(0).sum() == seen.any(1).sum() == 70
