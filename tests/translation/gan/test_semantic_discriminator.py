"""The semantic discriminator: patches as the plain one's, and class logits of some images."""

import torch

from mmadvent.translation.gan import PatchDiscriminator, SemanticDiscriminator


def test_shapes_and_size() -> None:
    with torch.device("meta"):
        discriminator = SemanticDiscriminator(19)
        domain_logits, class_logits = discriminator(torch.zeros(2, 3, 128, 192))
    assert domain_logits.shape == (2, 1, 14, 22)
    assert class_logits.shape == (2, 19, 128, 192)
    assert sum(p.numel() for p in discriminator.parameters()) == 16_110_164


def test_the_domain_is_judged_as_by_the_plain_one() -> None:
    torch.manual_seed(0)
    semantic, plain = SemanticDiscriminator(5, 4), PatchDiscriminator(4)
    weights = {k: v for k, v in semantic.state_dict().items() if k in plain.state_dict()}
    plain.load_state_dict(weights, strict=True)
    images = torch.rand(2, 3, 64, 64)
    torch.testing.assert_close(semantic(images)[0], plain(images))


def test_classes_of_some_images_alone() -> None:
    torch.manual_seed(0)
    discriminator = SemanticDiscriminator(5, 4)
    images = torch.rand(3, 3, 70, 66)  # no multiple of anything
    domain_logits, some = discriminator(images, slice(1, None))
    assert len(domain_logits) == 3
    torch.testing.assert_close(some, discriminator(images)[1][1:], rtol=1e-4, atol=1e-5)
