"""Blocks of upsampled rows: together they are torch's interpolation, and so is their gradient."""

import pytest
import torch
import torch.nn.functional as F

from mmadvent.functional import Upsample, upsample, upsample_logits
from mmadvent.functional.upsample import UpsampledRows

CASES = [((5, 7), (33, 50)), ((4, 6), (7, 6)), ((9, 8), (4, 5)), ((1, 1), (6, 3))]


def interpolated(logits: torch.Tensor, to: Upsample) -> torch.Tensor:
    return F.interpolate(logits, to.size, mode="bilinear", align_corners=to.align_corners)


@pytest.fixture
def three_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of at most three rows of the first case."""
    monkeypatch.setattr(upsample, "CPU_BLOCK", 3 * 2 * 3 * 50)


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize(("low", "size"), CASES)
def test_blocks_side_by_side_are_the_whole(low, size, align_corners, three_rows) -> None:
    logits = torch.randn(2, 3, *low, dtype=torch.float64)
    to = Upsample(size, align_corners)
    blocks = list(UpsampledRows(logits, to))
    assert [row for block in blocks for row in range(size[0])[block.rows]] == list(range(size[0]))
    for block in blocks:
        rows = block.rows.stop - block.rows.start
        assert block.logits.shape == (2, 3, rows, size[1])
        assert block.weights.shape == (rows, block.low.stop - block.low.start)
        torch.testing.assert_close(block.weights.sum(dim=1), torch.ones(rows, dtype=torch.float64))
    whole = torch.cat([block.logits for block in blocks], dim=2)
    torch.testing.assert_close(whole, interpolated(logits, to), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize(("low", "size"), CASES)
def test_the_gradients_way_back(low, size, align_corners, three_rows) -> None:
    logits = torch.randn(2, 3, *low, dtype=torch.float64, requires_grad=True)
    to = Upsample(size, align_corners)
    weights = torch.randn(2, 3, *size, dtype=torch.float64)
    (expected,) = torch.autograd.grad((interpolated(logits, to) * weights).sum(), logits)
    rows = UpsampledRows(logits.detach(), to)
    for block in rows:
        rows.add_gradient(block, weights[:, :, block.rows])
    torch.testing.assert_close(rows.gradient(), expected, rtol=1e-12, atol=1e-13)


def test_a_block_holds_as_many_rows_as_fit(three_rows) -> None:
    logits = torch.zeros(2, 3, 5, 7)
    heights = [block.logits.shape[2] for block in UpsampledRows(logits, Upsample((10, 50)))]
    assert heights == [3, 3, 3, 1]
    # One row is the least, however wide it is.
    heights = [block.logits.shape[2] for block in UpsampledRows(logits, Upsample((2, 5000)))]
    assert heights == [1, 1]


def test_without_a_size_the_logits_are_as_they_are() -> None:
    logits = torch.zeros(1, 2, 3, 4)
    assert upsample_logits(logits, None) is logits
    assert upsample_logits(logits, Upsample((6, 9))).shape == (1, 2, 6, 9)
