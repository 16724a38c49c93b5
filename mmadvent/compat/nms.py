"""Non-maximum suppression in plain torch, for an mmcv without compiled operators."""

import numpy as np
import torch
from torch import Tensor

__all__ = ["nms"]

BLOCK = 128  # boxes whose overlaps with all later ones are computed at once


def nms(bboxes: Tensor, scores: Tensor, iou_threshold: float, offset: int) -> Tensor:
    """Indices of the boxes that greedy suppression keeps, best score first.

    Same signature and results as the compiled ``mmcv._ext.nms`` of mmcv 2.1 (its source is
    mmcv/ops/csrc/pytorch/cpu/nms.cpp): an overlap *above* the threshold suppresses, one equal to it
    does not, and the undefined overlap of two empty boxes never does. Boxes of equal score come in
    the order of torch's sort, as they do there. Besides float32, which is all the compiled operator
    takes, float64 works; lower precisions are computed in float32.

    Args:
        bboxes: (N, 4) corners x1, y1, x2, y2.
        scores: (N,).
        iou_threshold: intersection over union above which the lower-scored box goes.
        offset: 0, or 1 where the right and bottom edges count as a pixel of their own.
    """
    if bboxes.dtype not in (torch.float32, torch.float64):
        bboxes = bboxes.float()
    # The compiled operator's sort, and its operations in its order: ties and rounding are alike.
    order = scores.sort(dim=0, descending=True).indices
    x1, y1, x2, y2 = bboxes[order].unbind(1)
    areas = (x2 - x1 + offset) * (y2 - y1 + offset)
    alive = torch.ones_like(order, dtype=torch.bool)
    for start in range(0, len(order), BLOCK):
        rows = start + alive[start : start + BLOCK].nonzero()
        if len(rows) == 0:
            continue
        width = torch.minimum(x2[rows], x2[start:]) - torch.maximum(x1[rows], x1[start:]) + offset
        height = torch.minimum(y2[rows], y2[start:]) - torch.maximum(y1[rows], y1[start:]) + offset
        inter = width.clamp_(min=0) * height.clamp_(min=0)
        above = inter / (areas[rows] + areas[start:] - inter) > iou_threshold

        kept = _greedy(above[:, rows.squeeze(1) - start])
        alive[rows[~kept]] = False
        alive[start + BLOCK :] &= ~above[kept, BLOCK:].any(0)
    return order[alive]


def _greedy(above: Tensor) -> Tensor:
    """Which boxes of one block stay; the (K, K) overlaps are in order of score."""
    later: np.ndarray = above.triu(1).cpu().numpy()
    gone = np.zeros(len(later), dtype=bool)
    for index, suppressed in enumerate(later):
        if not gone[index]:
            gone |= suppressed
    return torch.from_numpy(~gone).to(above.device)
