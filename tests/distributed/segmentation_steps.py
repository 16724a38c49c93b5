"""Steps of a segmentor; the tests run this in a process of its own."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from mmengine.structures import PixelData
from torch import Tensor, nn

from mmadvent.models.adaptations import mean_teacher
from tests.distributed.step_runs import Case, run_cases
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_segmentor

CLASSES = 5
NO_LABEL = 255
MINENT = dict(type="MinEnt", loss_weight=0.1, top_ratio=0.3)
CLASS_PRIOR = dict(type="ClassPrior", prior=[0.2] * CLASSES, relaxation=1.0, loss_weight=0.1)
# Each process mixes its own images, by the share of pixels of which its teacher is sure.
MEAN_TEACHER = dict(type="MeanTeacher", threshold=0.3)
# This one is sure of all, and the same is pasted everywhere: a joined batch equals it.
SURE_TEACHER = dict(type="MeanTeacher", momentum=0.6, threshold=0.0)

LONG_STAGE = dict(depth=50, base_channels=2, zero_init_residual=False)


def segmentor(*adaptation: dict, backbone: dict | None = None, **changes: object) -> nn.Module:
    config = toy_segmentor(CLASSES, adaptation=list(adaptation), **changes)
    config.backbone.update(backbone or {})
    config.backbone.norm_eval = True  # statistics of a process's own images would differ
    return build_segmentor(config)


def batches(step: int) -> dict:
    """Two images of each domain; both have equally many labels, which the losses' means need."""
    source = toy_batch(step, (72, 64), CLASSES, count=2)
    target = toy_batch(step + 100, (64, 80), CLASSES, count=2)
    for samples in (source["data_samples"], target["data_samples"]):
        first, second = (sample.gt_sem_seg.data for sample in samples)
        second[second == NO_LABEL] = 0
        second[first == NO_LABEL] = NO_LABEL
    for sample in target["data_samples"]:
        labels = sample.gt_sem_seg.data.to(torch.uint8)
        sample.pseudo_sem_seg = PixelData(data=labels)
        del sample.gt_sem_seg
    return {"source": source, "target": target}


def target_alone(step: int) -> dict:
    """The same without a source."""
    return {"target": batches(step)["target"]}


def lower_classes(labels: Tensor, num_classes: int) -> Tensor:
    """ClassMix without its draw, which each process does for itself."""
    return labels < num_classes // 2


def first_windows(target: Sequence[int], source: Sequence[int]) -> tuple[mean_teacher.Window, ...]:
    """Nor its places."""
    rows, columns = (slice(min(sizes)) for sizes in zip(target, source, strict=True))
    return (rows, columns), (rows, columns)


CASES = {
    "source only": Case(segmentor, batches),
    "MinEnt": Case(partial(segmentor, MINENT), batches),
    # The auxiliary head's parameters are used on the source alone.
    "MinEnt on one head": Case(partial(segmentor, MINENT, level_weights=[1, 0]), batches),
    "MinEnt on one head, norms computed again": Case(
        partial(segmentor, MINENT, level_weights=[1, 0], backbone=LONG_STAGE), batches
    ),
    "AdvEnt": Case(partial(segmentor, SMALL_ADVENT), batches),
    "AdvEnt + ClassPrior": Case(partial(segmentor, SMALL_ADVENT, CLASS_PRIOR), batches),
    "AdvEnt + PseudoLabel": Case(
        partial(segmentor, SMALL_ADVENT, dict(type="PseudoLabel")), batches
    ),
    "MeanTeacher": Case(partial(segmentor, MEAN_TEACHER), batches),
    "MeanTeacher + AdvEnt": Case(partial(segmentor, MEAN_TEACHER, SMALL_ADVENT), batches),
    "AdvEnt, accumulated": Case(partial(segmentor, SMALL_ADVENT), batches, 2),
    # The target passes without a graph: the source's pass sends.
    "AdaBN": Case(partial(segmentor, dict(type="AdaBN")), batches),
    "sure teacher": Case(partial(segmentor, SURE_TEACHER), batches),
    "sure teacher, accumulated": Case(partial(segmentor, SURE_TEACHER), batches, 2),
    "MinEnt + sure teacher": Case(partial(segmentor, MINENT, SURE_TEACHER), batches),
    "sure teacher without a source": Case(partial(segmentor, SURE_TEACHER), target_alone),
    "MinEnt without a source": Case(partial(segmentor, MINENT), target_alone),
}

if __name__ == "__main__":
    mean_teacher.random_class_mask, mean_teacher._windows = lower_classes, first_windows
    run_cases(CASES, Path(sys.argv[1]))
