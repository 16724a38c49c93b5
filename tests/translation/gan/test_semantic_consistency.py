"""CyCADA's frozen segmentor: what it computes, that it stays frozen, errors."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from mmengine.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.translation.gan.semantic_consistency import cross_entropy
from tests.translation_toys import CLASSES, toy_translator, write_segmentor


def test_loss_of_the_frozen_segmentor(tmp_path: Path) -> None:
    part = MODELS.build(dict(write_segmentor(tmp_path), loss_weight=0.5)).train()
    assert not any(module.training for module in part.modules())
    assert not any(parameter.requires_grad for parameter in part.parameters())
    pixels = (torch.rand(2, 3, 32, 32) * 255).requires_grad_()
    labels = torch.randint(0, CLASSES, (2, 32, 32))
    labels[0, :5] = 255
    loss = part(pixels, labels)
    expected = 0.5 * F.cross_entropy(part.logits(pixels), labels, ignore_index=255)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    assert pixels.grad.abs().sum() > 0
    assert torch.equal(part.predict(pixels), part.logits(pixels).argmax(1))


def test_no_labeled_pixel_is_no_loss() -> None:
    assert cross_entropy(torch.rand(1, 5, 4, 4), torch.full((1, 4, 4), 255)) == 0


def test_files_that_do_not_fit(tmp_path: Path) -> None:
    good = write_segmentor(tmp_path)
    other = write_segmentor(tmp_path / "other", num_classes=7)
    for part, text in (
        (dict(good, checkpoint="no.pth"), "the checkpoint 'no.pth' does not exist"),
        (dict(good, config="no.py"), "the segmentor's config 'no.py' does not exist"),
        (dict(good, checkpoint=other["checkpoint"]), "is not of the config's model"),
    ):
        with pytest.raises(InputError) as caught:
            MODELS.build(toy_translator(consistency=part))
        assert text in str(caught.value)
