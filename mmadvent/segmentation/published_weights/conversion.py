"""From a published file to a checkpoint that this package's configs load."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.segmentation.datasets.cityscapes_classes import METAINFO
from mmadvent.segmentation.published_weights.classifiers import check_release, take_classifiers
from mmadvent.segmentation.published_weights.networks import recognize
from mmadvent.segmentation.published_weights.reading import read_weights

# Which of Cityscapes' classes each number of classes leaves out, and the ending of its configs.
# SYNTHIA's 16 are in Cityscapes' order.
LEFT_OUT = {19: (), 16: ("terrain", "truck", "train")}
ENDINGS = {19: ".py", 16: "_16_classes.py"}


@dataclass(frozen=True)
class Converted:
    """A converted file.

    Attributes:
        title: the network's name.
        config: the base config of the same network.
        options: what is to be changed in it, as ``--cfg-options`` takes it.
        levels: the number of classifiers, 0 for a backbone alone.
        num_classes: None for a backbone alone.
        checkpoint: ``state_dict`` and ``meta``, as mmengine writes them.
        remarks: what the user may not expect, in sentences.
    """

    title: str
    config: str
    options: tuple[str, ...]
    levels: int
    num_classes: int | None
    checkpoint: dict[str, Any]
    remarks: tuple[str, ...] = ()


def convert(path: str, released_by: str | None = None) -> Converted:
    """Convert the published weights of a file.

    A network's weights get the names of ``EncoderDecoder``. A backbone's alone keep their own, as
    ``init_cfg`` of a backbone wants them; its classifier, which is of other classes, is left out.

    Args:
        path: of a file that torch wrote.
        released_by: ``advent``, ``esl`` or ``adaptsegnet``; a backbone alone does without. It
            decides how many branches of the classifiers count.

    Raises:
        InputError: if the file is not one of those known, if its names contradict ``released_by``,
            or if a weight is not finite.

    Source: the layouts of the code released with Vu et al., ADVENT, CVPR 2019; Saporta et al., ESL,
    2020; Tsai et al., AdaptSegNet, CVPR 2018.
    """
    weights = read_weights(path)
    network = recognize(weights, path)
    backbone = network.take_backbone(weights, path)
    if not network.heads:
        _check_finite(backbone, path)
        remarks: tuple[str, ...] = ()
        if released_by is not None:
            check_release(released_by)
            remarks = (
                f"--released-by {released_by} had no effect: it is about classifiers, and the one "
                "in the file is of other classes and was left out",
            )
        checkpoint = dict(state_dict=backbone, meta={})
        return Converted(network.title, network.config, (), 0, None, checkpoint, remarks)

    heads, classes = take_classifiers(network, weights, released_by, path)
    state = {f"backbone.{name}": value for name, value in backbone.items()} | heads
    _check_finite(state, path)
    names = sorted({name.partition(".")[0] for name in heads}, reverse=True)
    options = [] if len(names) == len(network.heads) else ["model.auxiliary_head=None"]
    if classes not in ENDINGS:
        options += [f"model.{name}.num_classes={classes}" for name in names]
    return Converted(
        title=network.title,
        config=network.config.removesuffix(".py") + ENDINGS.get(classes, ".py"),
        options=tuple(options),
        levels=len(names),
        num_classes=classes,
        checkpoint=dict(state_dict=state, meta=_meta(classes)),
    )


def _check_finite(weights: dict[str, Tensor], path: str) -> None:
    broken = [name for name, value in weights.items() if not value.isfinite().all()]
    if broken:
        raise InputError(
            f"the weights '{path}' must be finite, but {len(broken)} of {len(weights)} tensors "
            f"hold nan or infinity, the first is {broken[0]} by its name here"
        )


def _meta(num_classes: int) -> dict[str, Any]:
    """The classes and colours that go with their number, as mmseg's tools look for them."""
    if num_classes not in LEFT_OUT:
        return {}
    pairs = zip(METAINFO["classes"], METAINFO["palette"], strict=True)
    kept = [pair for pair in pairs if pair[0] not in LEFT_OUT[num_classes]]
    classes, palette = zip(*kept, strict=True)
    return dict(dataset_meta=dict(classes=classes, palette=list(palette)))
