"""Steps of a detector; the tests run this in a process of its own."""

import sys
from functools import partial
from pathlib import Path

from torch import nn

from tests.detection_toys import SMALL_ADVENT, build_detector, toy_batch, toy_ssd
from tests.distributed.step_runs import Case, run_cases

MINENT = dict(type="MinEnt", loss_weight=0.1)


def detector(*adaptation: dict) -> nn.Module:
    config = toy_ssd(adaptation=list(adaptation))
    config.backbone.norm_eval = True  # statistics of a process's own images would differ
    return build_detector(config)


def batches(step: int) -> dict:
    """Two images of each domain, with the same boxes: the loss is a mean over matched anchors."""
    source = toy_batch(step, (72, 64), labeled=True, count=2)
    first, second = source["data_samples"]
    second.gt_instances = first.gt_instances.clone()
    return {"source": source, "target": toy_batch(step + 100, (64, 80), count=2)}


# The regression's parameters are used on the source alone.
# mmdet adds 1e-7 to the number of matched anchors, which is twice as large for both's images: at
# this rate the weights differ by less than 1e-9 for it.
CASES = {
    name: Case(partial(detector, *adaptation), batches, learning_rate=1e-4)
    for name, adaptation in {
        "source only": [],
        "MinEnt": [MINENT],
        "AdvEnt": [SMALL_ADVENT],
    }.items()
}

if __name__ == "__main__":
    run_cases(CASES, Path(sys.argv[1]))
