"""Masks of padded batches, at their size and on coarser grids."""

import torch

from mmadvent.functional import image_mask, mask_of_cells


def test_a_batch_that_is_not_padded_has_no_mask() -> None:
    images = torch.zeros(2, 3, 4, 6)
    assert image_mask(images, [(4, 6), (4, 6)]) is None
    assert image_mask(images, []) is None


def test_what_is_below_and_on_the_right_is_padding() -> None:
    mask = image_mask(torch.zeros(2, 3, 3, 4), [(2, 3), (3, 4)])
    assert mask.tolist() == [
        [[True, True, True, False], [True, True, True, False], [False] * 4],
        [[True] * 4] * 3,
    ]


def test_a_cell_counts_where_a_pixel_of_it_does() -> None:
    mask = image_mask(torch.zeros(1, 3, 8, 8), [(5, 2)])
    assert mask_of_cells(mask, (4, 4)).tolist() == [
        [[True, False, False, False]] * 3 + [[False] * 4]
    ]
    assert mask_of_cells(mask, (1, 1)).tolist() == [[[True]]]
    assert mask_of_cells(mask, (8, 8)) is mask and mask_of_cells(None, (2, 2)) is None
