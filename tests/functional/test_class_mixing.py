"""ClassMix: how many classes are marked, which, and from where they are drawn."""

import math

import pytest
import torch

from mmadvent.functional import random_class_mask

NONE = 255


def marked(labels: torch.Tensor, mask: torch.Tensor) -> set[int]:
    return set(labels[mask].unique().tolist())


@pytest.mark.parametrize("number", [1, 2, 3, 4, 7])
def test_half_of_the_classes_are_marked_rounded_up(number):
    torch.manual_seed(number)
    classes = torch.randperm(19)[:number]
    labels = classes[torch.arange(6 * 7).view(1, 6, 7) % number]
    for _ in range(10):
        mask = random_class_mask(labels, 19)
        assert mask.dtype == torch.bool
        assert mask.shape == labels.shape
        chosen = marked(labels, mask)
        assert len(chosen) == math.ceil(number / 2)
        # A class is marked as a whole or not at all.
        expected = torch.tensor([[[v in chosen for v in row] for row in labels[0].tolist()]])
        assert torch.equal(mask, expected)


@pytest.mark.parametrize("nothing", [NONE, -1, 5, 6])
def test_what_is_no_class_is_never_marked_nor_counted(nothing):
    labels = torch.tensor([[0, 1, 2, 3, nothing, nothing]])
    for seed in range(20):
        torch.manual_seed(seed)
        mask = random_class_mask(labels, 5)
        assert mask.sum() == 2
        assert not mask[labels == nothing].any()
    assert not random_class_mask(torch.full((2, 3, 4), nothing), 5).any()


def test_each_image_has_a_draw_of_its_own_classes():
    labels = torch.tensor([[0, 1, 2, 3], [4, 4, 4, 0], [NONE, NONE, NONE, NONE]])
    draws = set()
    for seed in range(30):
        torch.manual_seed(seed)
        mask = random_class_mask(labels, 5)
        chosen = tuple(sorted(marked(labels[0], mask[0])))
        assert len(chosen) == 2
        assert len(marked(labels[1], mask[1])) == 1
        assert not mask[2].any()
        draws.add(chosen)
    assert len(draws) == 6  # every pair of four classes


def test_every_class_is_as_likely():
    torch.manual_seed(0)
    labels = torch.arange(5).repeat(4000, 1)
    share = random_class_mask(labels, 5).double().mean(dim=0)
    # Three of five; four standard deviations.
    assert (share - 0.6).abs().max() < 4 * math.sqrt(0.6 * 0.4 / 4000)


def test_the_seed_decides():
    labels = torch.randint(0, 19, (2, 8, 8), generator=torch.Generator().manual_seed(0))
    masks = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        masks.append(random_class_mask(labels, 19))
    assert torch.equal(masks[0], masks[1])
    assert not torch.equal(masks[0], masks[2])


def test_labels_may_be_bytes():
    labels = torch.tensor([[0, 1, 2, 3, NONE]], dtype=torch.uint8)
    mask = random_class_mask(labels, 256)
    assert mask.sum() == 3  # 255 is a class of 256
    assert random_class_mask(labels, 4).sum() == 2
