"""Any mmdet single-stage detector with a dense head, trained on two domains."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mmdet.models.detectors import SingleStageDetector
from mmdet.registry import MODELS
from torch import Tensor

from mmadvent.checks import check_loss_weight, check_unit_interval
from mmadvent.detection.dense_class_logits import (
    check_dense_head,
    class_logits,
    head_levels,
    loss_and_class_logits,
    mask_of_anchors,
    may_be_object,
)
from mmadvent.errors import InputError
from mmadvent.functional import at_least_float32
from mmadvent.models.initial_weights import explain_missing_weights
from mmadvent.models.padding import batch_mask
from mmadvent.models.train_step import AdaptationStep
from mmadvent.structures import ClassLogits, DomainOutput

PARTS = tuple(inspect.signature(SingleStageDetector).parameters)
TWO_STAGE_PARTS = ("rpn_head", "roi_head")


@MODELS.register_module()
class DomainAdaptDetector(AdaptationStep, SingleStageDetector):
    """A ``SingleStageDetector`` that adapts to an unlabelled target domain while it trains.

    Inherit any config of a single-stage detector, change ``model.type`` and add
    ``model.adaptation``. Outside training it is the upstream model, and the network's weights keep
    their upstream names.

    Two-stage detectors are refused: their dense part, the RPN, tells objects from background and
    knows no classes, which are given for each proposal.

    Args:
        adaptation: configs of the methods, for example ``[dict(type='MinEnt')]``.
        level_weights: weight of each feature level in the adaptation losses; a level of weight 0 is
            left out. Default: each level's share of all anchors that count, so that the entropy
            loss is its mean over the anchors of all levels.
        min_objectness: anchors count from this objectness on, in [0, 1): 1 minus the background's
            probability, or, of a sigmoid head, the probability of the likeliest class. 0 counts all
            of them. The choice has no gradient.
        kwargs: of :class:`mmdet.models.SingleStageDetector`.

    Raises:
        InputError: if the config is not that of a single-stage detector, if the head does not give
            class logits, if ``level_weights`` has another length than there are levels, or if an
            argument is outside its range.

    Source: Vu et al., ADVENT, CVPR 2019, section 4.3 (detection with SSD-300).
    """

    def __init__(
        self,
        *,
        adaptation: Sequence[dict] = (),
        level_weights: Sequence[float] | None = None,
        min_objectness: float = 0.0,
        **kwargs: Any,
    ) -> None:
        _check_parts(kwargs)
        super().__init__(**kwargs)
        check_dense_head(self.bbox_head)
        self.min_objectness = check_unit_interval(min_objectness, "model.min_objectness", "[0, 1)")
        self._levels = head_levels(self.bbox_head)
        self._weigh_by_share = level_weights is None
        if level_weights is not None:
            if len(level_weights) != len(self._levels):
                raise InputError(
                    f"model.level_weights must have one weight for each of the "
                    f"{len(self._levels)} levels of the head, got {list(level_weights)}"
                )
            self._levels = [
                replace(level, weight=check_loss_weight(weight, "model.level_weights"))
                for level, weight in zip(self._levels, level_weights, strict=True)
            ]
        self.init_adaptation(adaptation, self._levels)

    def init_weights(self) -> None:
        """Initialise; if the named checkpoint cannot be had, say how to go on."""
        with explain_missing_weights(self.init_cfg or self.backbone.init_cfg):
            super().init_weights()

    def source_forward(
        self, inputs: Tensor, data_samples: list, with_logits: bool
    ) -> tuple[dict, DomainOutput]:
        """Upstream's losses, the boxes and, if asked for, the logits of the same forward."""
        features = self.extract_feat(inputs)
        losses, logits = loss_and_class_logits(self.bbox_head, features, data_samples)
        boxes = tuple(sample.gt_instances for sample in data_samples)
        mask = batch_mask(inputs, data_samples)
        output = DomainOutput(inputs, mask=mask)
        if with_logits:
            output = self._output(inputs, logits, mask).detach()
        return losses, replace(output, labels=boxes)

    def target_forward(self, inputs: Tensor, mask: Tensor | None = None) -> DomainOutput:
        """Logits of every level, with their graph."""
        return self._output(inputs, class_logits(self.bbox_head, self.extract_feat(inputs)), mask)

    def _output(
        self, images: Tensor, logits: Sequence[Tensor], mask: Tensor | None
    ) -> DomainOutput:
        outputs = []
        for level, values in zip(self._levels, logits, strict=True):
            if level.weight > 0:
                counts = mask_of_anchors(mask, values)
                if self.min_objectness > 0:
                    objects = may_be_object(self.bbox_head, values, self.min_objectness)
                    counts = objects if counts is None else counts & objects
                outputs.append(ClassLogits(level, values, counts))
        if self._weigh_by_share:
            outputs = _weighted_by_share(outputs)
        return DomainOutput(images, tuple(outputs), mask=mask)


def _check_parts(parts: dict) -> None:
    """Refuse the config of another kind of detector."""
    two_stage = [name for name in TWO_STAGE_PARTS if name in parts]
    if two_stage:
        raise InputError(
            "DomainAdaptDetector must have a single-stage detector's config: the dense part of a "
            "two-stage detector, the RPN, tells objects from background and knows no classes, "
            f"which are given for each proposal; got {' and '.join(two_stage)}"
        )
    others = [name for name in parts if name not in PARTS]
    if others or not parts.get("bbox_head"):
        raise InputError(
            f"DomainAdaptDetector must have a single-stage detector's config, with a bbox_head and "
            f"no other parts than {', '.join(PARTS)}, got {', '.join(others) or 'no bbox_head'}"
        )


def _weighted_by_share(outputs: Sequence[ClassLogits]) -> list[ClassLogits]:
    """Weigh each level with its share of the positions of all levels that count.

    Where there are masks the weights are scalars of the device: no step waits for their values.
    """
    numbers: list[Any] = [
        output.logits[:, 0].numel() if output.mask is None else output.mask.sum()
        for output in outputs
    ]
    total = sum(numbers)
    total = total.clamp(min=1) if isinstance(total, Tensor) else max(total, 1)
    weighted = []
    for output, number in zip(outputs, numbers, strict=True):
        weight = number / total
        if isinstance(number, Tensor):
            weight = (number.double() / total).to(at_least_float32(output.logits).dtype)
        weighted.append(replace(output, level=replace(output.level, weight=weight)))
    return weighted
