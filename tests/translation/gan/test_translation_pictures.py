"""The pictures of one image."""

import numpy as np
import torch

from mmadvent.translation.gan.translation_pictures import picture_row
from tests.translation_toys import CLASSES, build_translator, toy_translator

PALETTE = [[index, 0, 0] for index in range(CLASSES)]


def test_two_ways_and_one() -> None:
    images = torch.rand(1, 3, 64, 64) * 2 - 1
    model = build_translator(toy_translator("semantic_gan")).eval()
    titles = ["source", "in the look of the target", "and back", "classes seen by D"]
    row = picture_row(model, images, "source", PALETTE)
    assert [title for title, _ in row] == titles
    assert all(p.shape == (64, 64, 3) and p.dtype == np.uint8 for _, p in row)
    rgb = (images[0].flip(0) * 127.5 + 127.5).round().permute(1, 2, 0).byte().numpy()
    np.testing.assert_array_equal(row[0][1], rgb)
    assert len(picture_row(model, images, "target", PALETTE)) == 4
    one_way = build_translator(toy_translator("gan_sem"))
    assert len(picture_row(one_way, images, "source")) == 2
    assert picture_row(one_way, images, "target") == []
