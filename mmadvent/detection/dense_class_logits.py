"""Class logits of an mmdet dense head, in the layout that the adaptation methods read."""

from collections.abc import Sequence

import torch
from mmdet.models.dense_heads.base_dense_head import BaseDenseHead
from mmdet.models.utils import unpack_gt_instances
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.functional import mask_of_cells
from mmadvent.structures import LogitsLevel

# What a head has to leave to BaseDenseHead: then its first output is class logits, a channel for
# each anchor and class, that a softmax or a sigmoid turns into probabilities and nothing else.
READ_BY_BASE = ("loss", "predict_by_feat", "_predict_by_feat_single")


def check_dense_head(head: nn.Module) -> None:
    """Refuse a head whose output cannot be read as class logits.

    Raises:
        InputError: if the head is not an mmdet ``BaseDenseHead``, or computes its loss or reads its
            class scores in a way of its own.
    """
    own = (getattr(type(head), name, None) for name in READ_BY_BASE)
    base = (getattr(BaseDenseHead, name) for name in READ_BY_BASE)
    standard = all(ours is theirs for ours, theirs in zip(own, base, strict=True))
    # Such a loss has a reading of its own, which the base class asks it for.
    custom = getattr(getattr(head, "loss_cls", None), "custom_cls_channels", False)
    if not standard or custom:
        raise InputError(
            "model.bbox_head must give class logits for every anchor or point, as mmdet's "
            "BaseDenseHead reads them (SSDHead, RetinaHead, FCOSHead, ATSSHead and others that "
            f"keep its loss and predict_by_feat), got {type(head).__name__}"
        )


def head_levels(head: BaseDenseHead) -> list[LogitsLevel]:
    """The feature levels of a head, each with weight 1, under the names ``level_0`` and so on."""
    priors = head.prior_generator
    levels = []
    for index, (stride, anchors) in enumerate(
        zip(priors.strides, priors.num_base_priors, strict=True)
    ):
        # A sigmoid head answers yes or no for each of its classes.
        classes, num_anchors = head.cls_out_channels, anchors
        if head.use_sigmoid_cls:
            classes, num_anchors = 2, anchors * head.cls_out_channels
        levels.append(
            LogitsLevel(f"level_{index}", classes, stride=int(min(stride)), num_anchors=num_anchors)
        )
    return levels


def class_logits(head: BaseDenseHead, features: Sequence[Tensor]) -> list[Tensor]:
    r"""Class logits of every level of a head.

    A softmax head gives C + 1 scores an anchor, the background last. A sigmoid head gives a score z
    for each of C classes, which are not exclusive: each is a choice between two, with the logits
    (z, 0), because

    .. math:: \mathrm{softmax}(z, 0) = (\sigma(z), 1 - \sigma(z))

    Other outputs, such as FCOS's centerness, take no part.

    Args:
        head: a head that passes :func:`check_dense_head`, with A anchors a position.
        features: feature maps of the neck.

    Returns:
        For each level (N, C + 1, A, h, w), or (N, 2, A * C, h, w) of a sigmoid head.
    """
    return _by_class(head, head(features)[0])


def loss_and_class_logits(
    head: BaseDenseHead, features: Sequence[Tensor], data_samples: list
) -> tuple[dict, list[Tensor]]:
    """Upstream's losses, and the class logits of the same forward.

    Args:
        head: as in :func:`class_logits`.
        features: feature maps of the neck.
        data_samples: mmdet's ``DetDataSample`` with the boxes of each image.

    Returns:
        What ``head.loss`` returns, and what :func:`class_logits` returns.
    """
    outputs = head(features)
    instances, ignored, metas = unpack_gt_instances(data_samples)
    losses = head.loss_by_feat(*outputs, instances, metas, ignored)
    return losses, _by_class(head, outputs[0])


def may_be_object(head: BaseDenseHead, logits: Tensor, min_objectness: float) -> Tensor:
    """Which anchors of a level may hold an object, by the head's own word; it has no gradient.

    Args:
        head: as in :func:`class_logits`.
        logits: of one level, as :func:`class_logits` gives them.
        min_objectness: smallest probability of any object, in [0, 1]: 1 minus the background's, or,
            of a sigmoid head, that of the likeliest class.

    Returns:
        Boolean (N, A, h, w), or (N, A * C, h, w) of a sigmoid head, alike for an anchor's classes.
    """
    probability = logits.detach().softmax(dim=1)
    if not head.use_sigmoid_cls:
        return probability[:, :-1].sum(dim=1) >= min_objectness
    classes = probability[:, 0].unflatten(1, (-1, head.cls_out_channels))
    likeliest = classes.amax(dim=2, keepdim=True).expand_as(classes)
    return likeliest.flatten(1, 2) >= min_objectness


def mask_of_anchors(mask: Tensor | None, logits: Tensor) -> Tensor | None:
    """Which anchors of a level lie on an image: those of cells that a pixel of it lies in.

    Args:
        mask: boolean (N, H, W), the pixels of the images; None for all of them.
        logits: of one level, as :func:`class_logits` gives them.

    Returns:
        Boolean of the shape of the level's positions, (N, A, h, w); None for all of them.
    """
    cells = mask_of_cells(mask, logits.shape[-2:])
    return None if cells is None else cells[:, None].expand(-1, *logits.shape[2:])


def _by_class(head: BaseDenseHead, scores: Sequence[Tensor]) -> list[Tensor]:
    if head.use_sigmoid_cls:
        return [torch.stack((score, torch.zeros_like(score)), dim=1) for score in scores]
    # Upstream's channels run through the classes of the first anchor, then those of the second.
    classes = head.cls_out_channels
    return [score.unflatten(1, (-1, classes)).transpose(1, 2) for score in scores]
