"""mmseg's decode heads that give one map of class logits, which the adaptation methods read."""

import inspect

from mmseg.models.decode_heads import STDCHead
from mmseg.models.decode_heads.cascade_decode_head import BaseCascadeDecodeHead
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from mmadvent.errors import InputError


def check_pixel_head(name: str, head: nn.Module) -> None:
    """Refuse a head whose loss is not upstream's loss over one map of class logits.

    Args:
        name: of the head in the logs.
        head: of mmseg.

    Raises:
        InputError: if it predicts something else, several maps, or has no ignore index.
    """
    base = BaseCascadeDecodeHead if isinstance(head, BaseCascadeDecodeHead) else BaseDecodeHead
    kind = type(head).__name__
    standard = isinstance(head, BaseDecodeHead) and type(head).loss is base.loss
    if not standard or head.out_channels != head.num_classes:
        raise InputError(
            f"the head '{name}' must give per-pixel class logits, one channel a class (a mmseg "
            f"BaseDecodeHead with its own loss), got {kind}: what it predicts instead, such as "
            "masks, points or a single channel, would need an entropy of its own"
        )
    if _takes_several(head):
        raise InputError(
            f"the head '{name}' must give one map of class logits while it trains, got {kind}, "
            "which gives several outputs: one would have to be named as that map"
        )
    if head.num_classes < 2:
        raise InputError(
            f"the head '{name}' must tell 2 classes or more apart, got num_classes="
            f"{head.num_classes}: give all that is not of the class one of its own, such as "
            "classes=('background', 'object')"
        )
    if not isinstance(head.ignore_index, int):
        raise InputError(
            f"the head '{name}' must have an ignore_index for source pixels without a class "
            f"(mmseg's is 255), got {head.ignore_index!r}"
        )


def tells_classes(head: nn.Module, num_classes: int) -> bool:
    """Whether a head's map is of the model's classes: that of STDC's detail head is of their edges.

    Args:
        head: that passes :func:`check_pixel_head`.
        num_classes: of the head that predicts.
    """
    return head.num_classes == num_classes and not isinstance(head, STDCHead)


def _takes_several(head: BaseDecodeHead) -> bool:
    """Whether a head's own loss says that it takes a tuple or a list of outputs."""
    loss = type(head).loss_by_feat
    if loss is BaseDecodeHead.loss_by_feat:
        return False
    _, outputs, *_ = inspect.signature(loss).parameters.values()
    return outputs.annotation not in (inspect.Parameter.empty, Tensor, "Tensor", "torch.Tensor")


def per_pixel_logits(name: str, head: nn.Module, *inputs: object) -> Tensor:
    """Class logits (N, C, h, w) of one forward.

    Args:
        name: of the head in the logs.
        head: that passes :func:`check_pixel_head`.
        inputs: the features and, for a later stage of a cascade, the logits of the stage before.

    Raises:
        InputError: if it gives something else after all.
    """
    logits = head.forward(*inputs)
    if not isinstance(logits, Tensor) or logits.dim() != 4 or logits.shape[1] != head.num_classes:
        got = tuple(logits.shape) if isinstance(logits, Tensor) else f"a {type(logits).__name__}"
        raise InputError(
            f"the head '{name}' ({type(head).__name__}) must give per-pixel class logits of shape "
            f"(N, {head.num_classes}, h, w), got {got}"
        )
    return logits
