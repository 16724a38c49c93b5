"""Any mmseg EncoderDecoder, trained on two domains."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.segmentors import EncoderDecoder
from mmseg.models.utils import resize
from mmseg.registry import MODELS
from mmseg.utils import add_prefix
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.models.checks import check_loss_weight
from mmadvent.models.initial_weights import explain_missing_weights
from mmadvent.models.train_step import AdaptationStep
from mmadvent.segmentation.pseudo_labels.stacking import stack_pseudo_labels
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel

# The released code's 0.0002 for the auxiliary output beside 0.001 for the main one.
AUXILIARY_WEIGHT = 0.2


@MODELS.register_module()
class DomainAdaptSegmentor(AdaptationStep, EncoderDecoder):
    """An ``EncoderDecoder`` that adapts to an unlabelled target domain while it trains.

    Inherit any config of an ``EncoderDecoder``, change ``model.type`` and add ``model.adaptation``.
    Outside training it is the upstream model, and the network's weights keep their upstream names.

    Args:
        args: of :class:`mmseg.models.EncoderDecoder`.
        adaptation: configs of the methods, for example ``[dict(type='MinEnt')]``.
        level_weights: weight of each head in the adaptation losses, the decode head first, then the
            auxiliary heads; a head of weight 0 is left out. Default: 1, and 0.2 for each auxiliary
            head.
        kwargs: of :class:`mmseg.models.EncoderDecoder`.

    Raises:
        InputError: if a head does not give per-pixel class logits or has no ignore index, or if
            ``level_weights`` has another length than there are heads.
    """

    def __init__(
        self,
        *args: Any,
        adaptation: Sequence[dict] = (),
        level_weights: Sequence[float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        heads = list(self._named_heads())
        if level_weights is None:
            level_weights = [1.0] + [AUXILIARY_WEIGHT] * (len(heads) - 1)
        if len(level_weights) != len(heads):
            raise InputError(
                f"model.level_weights must have one weight for each of the {len(heads)} heads "
                f"({', '.join(name for name, _ in heads)}), got {list(level_weights)}"
            )
        self._levels = {}
        for (name, head), weight in zip(heads, level_weights, strict=True):
            _check_head(name, head)
            weight = check_loss_weight(weight, "model.level_weights")
            self._levels[name] = LogitsLevel(name, head.num_classes, weight)
        self.init_adaptation(adaptation, list(self._levels.values()))

    def init_weights(self) -> None:
        """Initialise; if the named checkpoint cannot be had, say how to go on."""
        with explain_missing_weights(self.init_cfg or self.backbone.init_cfg):
            super().init_weights()

    def source_forward(
        self, inputs: Tensor, data_samples: list, with_outputs: bool
    ) -> tuple[dict, DomainOutput | None]:
        """Upstream's losses and, if asked for, the detached logits of the same forward."""
        features = self.extract_feat(inputs)
        losses: dict[str, Tensor] = {}
        logits: dict[str, Tensor] = {}
        for name, head in self._named_heads():
            logits[name] = _per_pixel_logits(name, head, features)
            losses.update(add_prefix(head.loss_by_feat(logits[name], data_samples), name))
        if not with_outputs:
            return losses, None
        with torch.no_grad():
            return losses, self._output(inputs, logits)

    def read_pseudo_labels(self, inputs: Tensor, data_samples: list) -> Tensor:
        """The batch's pseudo-labels; see :func:`stack_pseudo_labels`."""
        return stack_pseudo_labels(inputs, data_samples, self.decode_head.num_classes)

    def target_forward(self, inputs: Tensor) -> DomainOutput:
        """Logits of every head, at the size of the image, with their graph."""
        features = self.extract_feat(inputs)
        logits = {
            name: _per_pixel_logits(name, head, features)
            for name, head in self._named_heads()
            if self._levels[name].weight > 0
        }
        return self._output(inputs, logits)

    def _output(self, images: Tensor, logits: dict[str, Tensor]) -> DomainOutput:
        """Upsample to the image, as the released code does before its softmax."""
        levels = []
        for name, head in self._named_heads():
            level = self._levels[name]
            if level.weight > 0:
                upsampled = resize(
                    logits[name],
                    size=images.shape[2:],
                    mode="bilinear",
                    align_corners=head.align_corners,
                    warning=False,
                )
                levels.append(ClassLogits(level, upsampled))
        return DomainOutput(images, tuple(levels))

    def _named_heads(self) -> Iterator[tuple[str, nn.Module]]:
        """The heads under the names that upstream's logs give them."""
        yield "decode", self.decode_head
        if self.with_auxiliary_head:
            if isinstance(self.auxiliary_head, nn.ModuleList):
                for index, head in enumerate(self.auxiliary_head):
                    yield f"aux_{index}", head
            else:
                yield "aux", self.auxiliary_head


def _check_head(name: str, head: nn.Module) -> None:
    """Refuse heads whose loss is not upstream's loss over one map of class logits."""
    standard = isinstance(head, BaseDecodeHead) and type(head).loss is BaseDecodeHead.loss
    if not standard or head.out_channels != head.num_classes:
        raise InputError(
            f"the head '{name}' must give per-pixel class logits, one channel a class (a mmseg "
            f"BaseDecodeHead with its own loss), got {type(head).__name__}"
        )
    if not isinstance(head.ignore_index, int):
        raise InputError(
            f"the head '{name}' must have an ignore_index for source pixels without a class "
            f"(mmseg's is 255), got {head.ignore_index!r}"
        )


def _per_pixel_logits(name: str, head: nn.Module, features: Sequence[Tensor]) -> Tensor:
    logits = head.forward(features)
    if not isinstance(logits, Tensor) or logits.dim() != 4 or logits.shape[1] != head.num_classes:
        got = tuple(logits.shape) if isinstance(logits, Tensor) else f"a {type(logits).__name__}"
        raise InputError(
            f"the head '{name}' ({type(head).__name__}) must give per-pixel class logits of shape "
            f"(N, {head.num_classes}, h, w), got {got}"
        )
    return logits
