"""MeanTeacher: pseudo-labels from an averaged network, on class-mixed images."""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.registry import MODELS
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from mmadvent.checks import check_loss_weight, check_unit_interval
from mmadvent.errors import InputError
from mmadvent.functional import (
    chunked_map,
    color_jitter,
    gaussian_blur,
    masked_mean,
    predicted_confidence,
    random_class_mask,
    weighted_cross_entropy,
)
from mmadvent.models.adaptations.base import Adaptation, Step, check_same_classes
from mmadvent.structures import DomainOutput, LogitsLevel


@MODELS.register_module()
class MeanTeacher(Adaptation):
    r"""Train on images mixed of both domains, with a mean teacher's labels for the target's part.

    .. math::
        & x_m = M \odot x_s + (1 - M) \odot x_t, \quad y_m = M \odot y_s + (1 - M) \odot \hat y_t \\
        & \min_{\theta_F} L_{seg}(x_s, y_s) + \lambda \sum_l w_l\, L_q^{(l)}(x_m, y_m), \quad
        \theta' \leftarrow \alpha \theta' + (1 - \alpha) \theta_F

    The teacher :math:`\theta'` is an exponential moving average of the network; its likeliest
    classes are :math:`\hat y_t`. M marks half of the classes of a source image. A pixel of the
    source weighs 1, one of the target the share q of pixels of which the teacher is sure.

    The teacher's dropout is off and its norms are in training mode, as in DACS' code. The student
    sees the mixed images with other colors and blurred, if asked for; the teacher sees the target's
    as they are. Where the domains' images differ in size, a random window of the source is pasted.
    Without a source, nothing is mixed: the network trains on the target's images alone.

    Args:
        loss_weight: :math:`\lambda`. A level multiplies it with its own weight :math:`w_l`.
        momentum: :math:`\alpha` in [0, 1), 0.99 in the paper. In the n-th update it is at most
            1 - 1 / n, so that the first takes the network over.
        threshold: probability from which on the teacher is sure, in [0, 1], 0.968 in the paper.
        color_jitter: a of :func:`mmadvent.functional.color_jitter` on the mixed images, in [0, 1];
            0.25 in DACS' code.
        blur: probability that a mixed image is blurred, by a Gaussian of 0.15 to 1.15 pixels, in
            [0, 1]; 0.5 in DACS' code.

    Raises:
        InputError: if an argument is outside its range, if the network's positions are not pixels,
            or if its levels differ in the number of classes.

    Source: Tranheden et al., DACS, WACV 2021; Olsson et al., ClassMix, WACV 2021; Tarvainen and
    Valpola, Mean Teacher, NeurIPS 2017.
    """

    teacher: Any

    def __init__(
        self,
        loss_weight: float = 1.0,
        momentum: float = 0.99,
        threshold: float = 0.968,
        color_jitter: float = 0.0,
        blur: float = 0.0,
    ) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        self.momentum = check_unit_interval(momentum, "MeanTeacher.momentum", "[0, 1)")
        self.threshold = check_unit_interval(threshold, "MeanTeacher.threshold")
        self.color_jitter = check_unit_interval(color_jitter, "MeanTeacher.color_jitter")
        self.blur = check_unit_interval(blur, "MeanTeacher.blur")
        self.active = loss_weight > 0
        self.updates = 0
        self.teacher = None

    def build(self, network: Any, levels: Sequence[LogitsLevel]) -> None:
        """Copy the network; the weights follow when they are loaded, before the first step."""
        if any(level.stride != 1 or level.num_anchors != 1 for level in levels):
            raise InputError(
                "MeanTeacher needs a network that labels pixels, such as DomainAdaptSegmentor, got "
                f"{type(network).__name__}"
            )
        if not self.active:
            return
        check_same_classes(self, levels)
        self._num_classes = levels[0].num_classes
        self.teacher = network.copy_of_network()
        self.teacher.is_init = True  # by the network's weights
        _parameters_to_buffers(self.teacher)

    def further_losses(self, step: Step) -> dict[str, Tensor]:
        """Weighted loss of each level on the mixed images, and, for the log, the sure share q."""
        if self.updates == 0:
            _copy(_tensors(step.network), _tensors(self.teacher))
        with torch.no_grad():
            labels, share = self._pseudo_labels(step.target)
            images, labels, weights = _mixed(step, labels, share, self._num_classes)
            images = self._augmented(images, step.network.data_preprocessor)
        losses = {"sure": share}
        for output in step.forward(images, step.target.mask).levels:
            level = output.level
            loss = weighted_cross_entropy(
                output.logits, labels, weights, output.upsample, output.mask
            )
            losses[f"{level.name}.loss_teacher"] = self.loss_weight * level.weight * loss
        return losses

    def after_step(self, step: Step) -> None:
        """Move the teacher, if the network has moved."""
        if not step.stepped:
            return
        momentum = min(1 - 1 / (self.updates + 1), self.momentum)
        parameters = dict(step.network.named_parameters())
        teacher = _tensors(self.teacher)
        names = [name for name in teacher if name in parameters]
        get_ema_multi_avg_fn(momentum)(
            [teacher[name] for name in names], [parameters[name] for name in names], None
        )
        self.updates += 1

    def train(self, mode: bool = True) -> "MeanTeacher":
        """Of the teacher, the norms alone."""
        super().train(mode)
        for module in self.teacher.modules() if self.teacher is not None else ():
            if not hasattr(module, "running_mean"):
                module.training = False
        return self

    def get_extra_state(self) -> Tensor:
        """The number of updates, which a checkpoint keeps. A buffer would lie on the device."""
        return torch.tensor(self.updates)

    def set_extra_state(self, state: Tensor) -> None:
        """Continue where a checkpoint stands."""
        self.updates = int(state)

    def _augmented(self, images: Tensor, preprocessor: Any) -> Tensor:
        """The images with other colors, of which some are blurred."""
        if self.color_jitter > 0:
            # Colors are changed where 0 is black.
            mean, std = getattr(preprocessor, "mean", 0.0), getattr(preprocessor, "std", 1.0)
            images = (color_jitter(images * std + mean, self.color_jitter) - mean) / std
        if self.blur > 0:
            sigma = 0.15 + torch.rand(len(images))
            # So narrow that the image stays as it is.
            sigma = sigma.where(torch.rand(len(images)) < self.blur, 1e-3)
            images = gaussian_blur(images, sigma)
        return images

    def _pseudo_labels(self, target: DomainOutput) -> tuple[Tensor, Tensor]:
        """The teacher's classes (N, H, W), and the share of pixels of which it is sure."""
        output = self.teacher.target_forward(target.images, target.mask).levels[0]
        both = chunked_map(_confidence_and_class, output.logits, output.upsample)
        sure = (both[:, 0] >= self.threshold).to(both.dtype)
        return both[:, 1].long(), masked_mean(sure, output.mask)


def _confidence_and_class(logits: Tensor) -> Tensor:
    confidence, classes = predicted_confidence(logits)
    return torch.stack((confidence, classes.to(confidence.dtype)), dim=1)


def _mixed(
    step: Step, labels: Tensor, share: Tensor, num_classes: int
) -> tuple[Tensor, Tensor, Tensor]:
    """The target's images with parts of the source's, their labels and the pixels' weights."""
    images = step.target.images.clone()
    weights = share.expand(labels.shape).to(images.dtype).clone()
    if step.source is None:
        return images, labels, weights
    pasted = random_class_mask(step.source.labels, num_classes)
    for index in range(len(images)):
        other = index % len(step.source.images)
        here, there = _windows(images.shape[2:], step.source.images.shape[2:])
        mask = pasted[other][there]
        image, label, weight = images[index], labels[index], weights[index]
        image[:, *here] = image[:, *here].where(~mask, step.source.images[other][:, *there])
        label[here] = label[here].where(~mask, step.source.labels[other][there])
        weight[here] = weight[here].masked_fill(mask, 1.0)
    return images, labels, weights


Window = tuple[slice, slice]


def _windows(target: Sequence[int], source: Sequence[int]) -> tuple[Window, Window]:
    """Windows of one size, the largest that fits both, at random places where there is a choice."""
    here: list[slice] = []
    there: list[slice] = []
    for in_target, in_source in zip(target, source, strict=True):
        length = min(in_target, in_source)
        for size, window in ((in_target, here), (in_source, there)):
            start = int(torch.randint(size - length + 1, ()))
            window.append(slice(start, start + length))
    return (here[0], here[1]), (there[0], there[1])


def _parameters_to_buffers(module: nn.Module) -> None:
    """So that no optimizer and no wrapper takes them for its own; names stay as they are."""
    made: dict[int, Tensor] = {}  # a parameter that two modules share stays one tensor
    for part in module.modules():
        for name, parameter in list(part.named_parameters(recurse=False, remove_duplicate=False)):
            delattr(part, name)
            part.register_buffer(name, made.setdefault(id(parameter), parameter.detach()))


def _tensors(network: nn.Module) -> dict[str, Tensor]:
    """Parameters and buffers of a network, without its methods."""
    both = (*network.named_parameters(), *network.named_buffers())
    return {name: tensor for name, tensor in both if not name.startswith("adaptation.")}


@torch.no_grad()
def _copy(source: dict[str, Tensor], target: dict[str, Tensor]) -> None:
    for name, tensor in target.items():
        tensor.copy_(source[name])
