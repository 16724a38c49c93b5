"""Several trained segmentors that predict as one."""

import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import torch
from mmengine.model import BaseModel
from mmengine.structures import PixelData
from mmseg.models.segmentors import BaseSegmentor
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmadvent.checks import check_choice
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, stored_dataset_meta

AVERAGES = ("logits", "probabilities")


@MODELS.register_module()
class EnsembleSegmentor(BaseModel):
    r"""Segmentors whose predictions are averaged with weights, for inference only.

    .. math::
        \text{logits:}\; \sum_m w_m x_m, \qquad
        \text{probabilities:}\; \log \sum_m w_m\, \mathrm{softmax}(x_m), \qquad \sum_m w_m = 1

    where :math:`x_m` are the logits of member m's main output at the size of the label. The result
    has them as ``seg_logits``, whose softmax is in either case what the ensemble believes, and
    their greatest as ``pred_sem_seg``.

    Each member is a whole segmentor of any architecture, which normalises and pads the images as it
    was trained, and predicts as it does alone, by its own ``test_cfg``. What the test pipeline does
    before, such as a resize, is the same for all.

    Args:
        members: a dict each, of ``model``, the config of a segmentor; ``checkpoint``, path or URL
            of its weights (by default the model stays as it was built); and ``weight``, above 0, by
            default 1. Only the weights' ratios count.
        average: ``"logits"``, as the released code has it, or ``"probabilities"``.
        data_preprocessor: without effect; mmengine's runner hands every model what a config has at
            its top, but here the members have theirs.

    Raises:
        InputError: if there are no members, if members differ in the number of classes or in their
            names (where checkpoints hold them), if a checkpoint is not of its model, or if an
            argument is out of range.

    Source: ADVENT section 4.2 (the ensemble of MinEnt and AdvEnt); the released code adds logits.
    """

    def __init__(
        self, members: Sequence[dict], average: str = "logits", data_preprocessor: Any = None
    ) -> None:
        super().__init__()  # its own preprocessor only moves the data to the device
        if not members:
            raise InputError("an ensemble needs at least one member, got none")
        self.average = check_choice("average", average, AVERAGES)
        self.members = nn.ModuleList()
        names, classes, weights = [], [], []
        for index, settings in enumerate(members):
            name = settings.get("checkpoint") or f"member {index}"
            unknown = set(settings) - {"model", "checkpoint", "weight"}
            if unknown:
                raise InputError(
                    "a member of an ensemble has model, checkpoint and weight, got "
                    f"{min(unknown)!r} for {name}"
                )
            weights.append(_check_weight(name, settings.get("weight", 1.0)))
            member, its_classes = _load(name, settings["model"], settings.get("checkpoint"))
            self.members.append(member)
            names.append(name)
            classes.append(its_classes)
        _compare_numbers(names, [member.num_classes for member in self.members])
        _compare_classes(names, classes)
        # Their names, of a member whose checkpoint holds them.
        self.member_classes = next((list(own) for own in classes if own), None)
        self.weights = [weight / sum(weights) for weight in weights]

    @property
    def decode_head(self) -> nn.Module:
        """The first member's: tools take the number of classes from it."""
        return self.members[0].decode_head

    def forward(
        self,
        inputs: Sequence[Tensor],
        data_samples: Sequence[SegDataSample] | None = None,
        mode: str = "predict",
    ) -> list[SegDataSample]:
        """Predict.

        Args:
            inputs: images as the pipeline gives them, not yet normalised, each (3, H, W).
            data_samples: what the pipeline knows of them; the predictions are added to these.
            mode: only ``"predict"``.

        Raises:
            InputError: for another mode.
        """
        if mode != "predict":
            raise InputError(f"an ensemble only predicts (mode='predict'), got mode='{mode}'")
        total: list[Tensor] = []
        for member, weight in zip(self.members, self.weights, strict=True):
            # Members write into the samples, and padding differs.
            own = None if data_samples is None else [sample.new() for sample in data_samples]
            predictions = member.test_step(dict(inputs=inputs, data_samples=own))
            terms = [self._term(sample.seg_logits.data, weight) for sample in predictions]
            total = list(map(self._sum, total, terms)) if total else terms
        samples = list(data_samples or [SegDataSample() for _ in total])
        for sample, logits in zip(samples, total, strict=True):
            labels = logits.max(dim=0, keepdim=True).indices
            sample.set_data(
                dict(seg_logits=PixelData(data=logits), pred_sem_seg=PixelData(data=labels))
            )
        return samples

    def _term(self, logits: Tensor, weight: float) -> Tensor:
        if self.average == "logits":
            return weight * logits
        return logits.log_softmax(dim=0) + math.log(weight)

    def _sum(self, one: Tensor, other: Tensor) -> Tensor:
        return one + other if self.average == "logits" else torch.logaddexp(one, other)


def _check_weight(name: str, weight: Any) -> float:
    number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    if not number or not 0 < weight < math.inf:
        raise InputError(f"the weight of '{name}' must be a finite number > 0, got {weight!r}")
    return float(weight)


def _load(
    name: str, config: dict, checkpoint: str | None
) -> tuple[BaseSegmentor, Sequence[str] | None]:
    """A member with its weights, and the names of its classes if its checkpoint has them."""
    config = dict(config)
    config.pop("adaptation", None)  # predicts nothing
    member = MODELS.build(config)
    if not isinstance(member, BaseSegmentor):
        raise InputError(f"'{name}' must be a segmentor of mmseg, got {type(member).__name__}")
    if member.out_channels != member.num_classes:
        raise InputError(
            f"'{name}' must give one channel for each of its {member.num_classes} classes, got "
            f"{member.out_channels}"
        )
    if checkpoint is None:
        return member, None
    contents = read_checkpoint(checkpoint)
    load_network_weights(member, contents, checkpoint)
    return member, stored_dataset_meta(contents).get("classes")


def _compare_numbers(names: Sequence[str], numbers: Sequence[int]) -> None:
    for name, number in zip(names, numbers, strict=True):
        if number != numbers[0]:
            raise InputError(
                "the members of an ensemble must have the same classes, but "
                f"'{names[0]}' has {numbers[0]} and '{name}' has {number}"
            )


def _compare_classes(names: Sequence[str], classes: Sequence[Sequence[str] | None]) -> None:
    known = [(name, list(own)) for name, own in zip(names, classes, strict=True) if own]
    for name, own in known[1:]:
        first, expected = known[0]
        for index, pair in enumerate(zip_longest(expected, own, fillvalue="(none)")):
            if pair[0] != pair[1]:
                raise InputError(
                    "the members of an ensemble must have the same classes, but class "
                    f"{index} is '{pair[0]}' in '{first}' and '{pair[1]}' in '{name}'"
                )
