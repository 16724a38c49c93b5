"""Any mmseg EncoderDecoder, trained on two domains."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from mmengine.structures import PixelData
from mmseg.models.decode_heads import DMHead
from mmseg.models.segmentors import EncoderDecoder
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from mmseg.utils import add_prefix
from torch import Tensor, nn

from mmadvent.checks import check_loss_weight
from mmadvent.compat import stacked_labels
from mmadvent.errors import InputError
from mmadvent.functional import NO_LABEL, Upsample
from mmadvent.models.adaptations import Step
from mmadvent.models.initial_weights import explain_missing_weights
from mmadvent.models.padding import batch_mask
from mmadvent.models.train_step import SOURCE, AdaptationStep, Pass
from mmadvent.segmentation.pixel_heads import check_pixel_head, per_pixel_logits, tells_classes
from mmadvent.segmentation.pseudo_labels.stacking import check_pseudo_labels, stack_pseudo_labels
from mmadvent.segmentation.source_labels import check_source_labels
from mmadvent.segmentation.supervised_loss import supervised_losses
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
            head of the same classes, which STDC's detail head is not.
        channels_last: whether the weights' channels are the last axis in memory, which most
            convolutions are faster with; the numbers differ by rounding alone.
        kwargs: of :class:`mmseg.models.EncoderDecoder`.

    Raises:
        InputError: if the config has parts that an ``EncoderDecoder`` has not, if a head does not
            give per-pixel class logits or has no ignore index, or if ``level_weights`` has another
            length than there are heads.
    """

    upstream = EncoderDecoder
    """Whose parts the config may have."""

    def __init__(
        self,
        *args: Any,
        adaptation: Sequence[dict] = (),
        level_weights: Sequence[float] | None = None,
        channels_last: bool = True,
        **kwargs: Any,
    ) -> None:
        self._check_parts(kwargs)
        super().__init__(*args, **kwargs)
        heads = list(self._named_heads())
        if level_weights is None:
            classes = self._main_head().num_classes
            level_weights = [1.0] + [
                AUXILIARY_WEIGHT * tells_classes(head, classes) for _, head in heads[1:]
            ]
        if len(level_weights) != len(heads):
            raise InputError(
                f"model.level_weights must have one weight for each of the {len(heads)} heads "
                f"({', '.join(name for name, _ in heads)}), got {list(level_weights)}"
            )
        self._levels = {}
        for (name, head), weight in zip(heads, level_weights, strict=True):
            check_pixel_head(name, head)
            weight = check_loss_weight(weight, "model.level_weights")
            self._levels[name] = LogitsLevel(name, head.num_classes, weight)
        self.init_adaptation(adaptation, list(self._levels.values()))
        # DMNet's head views a batch's channels as one image's.
        if channels_last and not any(isinstance(head, DMHead) for _, head in heads):
            self.to(memory_format=torch.channels_last)

    def init_weights(self) -> None:
        """Initialise; if the named checkpoint cannot be had, say how to go on."""
        with explain_missing_weights(self.init_cfg or self.backbone.init_cfg):
            super().init_weights()

    def pass_inputs(self, each: Pass, step: Step, data: dict, training: bool) -> dict[str, Any]:
        """Those of every model, after a look at the source's labels."""
        if each.mode == SOURCE:
            head = self._main_head()
            check_source_labels(
                **data["source"], classes=head.num_classes, ignore=head.ignore_index
            )
        return super().pass_inputs(each, step, data, training)

    def source_forward(
        self, inputs: Tensor, data_samples: list, with_logits: bool
    ) -> tuple[dict, DomainOutput]:
        """Upstream's losses, the labels and, if asked for, the logits of the same forward."""
        features = self.extract_feat(inputs)
        losses: dict[str, Tensor] = {}
        logits = self._logits(features, set(self._levels))
        for name, head in self._named_heads():
            losses.update(add_prefix(supervised_losses(head, logits[name], data_samples), name))
        mask = batch_mask(inputs, data_samples)
        output = self._output(inputs, logits if with_logits else {}, mask).detach()
        head = self._main_head()
        labels = stacked_labels(head, data_samples).squeeze(1)
        # An ignored class is one of the network's: no method is to take its label for it.
        labels = labels.masked_fill(labels == head.ignore_index, NO_LABEL)
        return losses, replace(output, labels=labels)

    def postprocess_result(
        self, seg_logits: Tensor, data_samples: list | None = None
    ) -> list[SegDataSample]:
        """Upstream's, which resizes logits that have the image's size already, and is slower."""
        size = tuple(seg_logits.shape[2:])
        if (
            data_samples is None
            or seg_logits.shape[1] == 1
            or any(_changes(sample, size) for sample in data_samples)
        ):
            return super().postprocess_result(seg_logits, data_samples)
        for logits, sample in zip(seg_logits, data_samples, strict=True):
            # Several times as fast as `argmax` on a processor.
            labels = logits.max(dim=0, keepdim=True).indices
            sample.seg_logits = PixelData(data=logits)
            sample.pred_sem_seg = PixelData(data=labels)
        return data_samples

    def read_pseudo_labels(self, inputs: Tensor, data_samples: list) -> Tensor:
        """The batch's pseudo-labels; see :func:`stack_pseudo_labels`."""
        return stack_pseudo_labels(inputs, data_samples)

    def check_pseudo_labels(self, data_samples: list) -> None:
        """Refuse indices of no class."""
        check_pseudo_labels(data_samples, self._main_head().num_classes)

    def target_forward(self, inputs: Tensor, mask: Tensor | None = None) -> DomainOutput:
        """Logits of every head, with their graph."""
        used = {name for name, level in self._levels.items() if level.weight > 0}
        return self._output(inputs, self._logits(self.extract_feat(inputs), used), mask)

    def _output(
        self, images: Tensor, logits: dict[str, Tensor], mask: Tensor | None
    ) -> DomainOutput:
        """Upsampled to the image, as the released code does before its softmax."""
        levels = []
        for name, head in self._named_heads():
            level = self._levels[name]
            if level.weight > 0 and name in logits:
                upsample = Upsample((images.shape[2], images.shape[3]), head.align_corners)
                levels.append(ClassLogits(level, logits[name], mask, upsample))
        return DomainOutput(images, tuple(levels), mask=mask)

    def _named_heads(self) -> Iterator[tuple[str, nn.Module]]:
        """The heads under the names that upstream's logs give them, the main one first."""
        yield from self._decode_heads()
        yield from self._auxiliary_heads()

    def _logits(self, features: Sequence[Tensor], names: set[str]) -> dict[str, Tensor]:
        """Logits of the named heads."""
        auxiliary = {
            name: per_pixel_logits(name, head, features)
            for name, head in self._auxiliary_heads()
            if name in names
        }
        return self._decode(features, names) | auxiliary

    def _main_head(self) -> nn.Module:
        """The head that predicts."""
        return self.decode_head

    def _decode_heads(self) -> Iterator[tuple[str, nn.Module]]:
        yield "decode", self.decode_head

    def _decode(self, features: Sequence[Tensor], names: set[str]) -> dict[str, Tensor]:
        """Logits of those decode heads that are named."""
        return {
            name: per_pixel_logits(name, head, features)
            for name, head in self._decode_heads()
            if name in names
        }

    def _auxiliary_heads(self) -> Iterator[tuple[str, nn.Module]]:
        if self.with_auxiliary_head:
            if isinstance(self.auxiliary_head, nn.ModuleList):
                for index, head in enumerate(self.auxiliary_head):
                    yield f"aux_{index}", head
            else:
                yield "aux", self.auxiliary_head

    @classmethod
    def _check_parts(cls, parts: dict) -> None:
        """Refuse the config of another kind of segmentor."""
        known = inspect.signature(cls.upstream.__init__).parameters
        others = [name for name in parts if name not in known]
        if "num_stages" in others:
            raise InputError(
                f"a cascade of decode heads (num_stages={parts['num_stages']}) needs "
                f"model.type='DomainAdaptCascadeSegmentor', got '{cls.__name__}'"
            )
        if others:
            raise InputError(
                f"{cls.__name__} must have the config of mmseg's {cls.upstream.__name__}, with no "
                f"other parts than {', '.join(list(known)[1:])}, got {', '.join(others)}"
            )


def _changes(sample: SegDataSample, size: tuple[int, ...]) -> bool:
    """Whether upstream crops, flips or resizes logits of this size for the sample."""
    meta = sample.metainfo
    padding = meta.get("img_padding_size", meta.get("padding_size", ()))
    return tuple(meta["ori_shape"][:2]) != size or bool(meta.get("flip")) or any(padding)
