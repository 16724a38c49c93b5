"""The classifiers of published weights."""

import torch
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.segmentation.published_weights.networks import Network
from mmadvent.segmentation.published_weights.reading import contents

# How many of the four branches each release adds up. AdaptSegNet's code returns inside the loop
# over them, and so were its weights trained; the names are the same.
ADDED_BRANCHES = {"advent": 4, "esl": 4, "adaptsegnet": 2}
BRANCHES = 4


def take_classifiers(
    network: Network, weights: dict[str, Tensor], released_by: str | None, path: str
) -> tuple[dict[str, Tensor], int]:
    """The weights of the heads under our names, and the number of classes.

    A branch that the release does not add up becomes zero: the head, which adds up all, then gives
    the same logits.

    Raises:
        InputError: if it is not told who released them, if the names tell of another, if a
            classifier is not four branches of 3x3, if the main one is missing, or if two are of one
            level or of other classes.
    """
    check_release(released_by)
    assert released_by is not None
    added = ADDED_BRANCHES[released_by]
    taken: dict[str, Tensor] = {}
    heads: dict[str, int] = {}
    for module in network.classifiers:
        if not any(name.startswith(f"{module}.") for name in weights):
            continue
        classes, channels = _check_branches(network, module, weights, path)
        head = network.heads[channels]
        if head in heads:
            raise InputError(
                f"the weights '{path}' must have one classifier on {channels} channels, got two"
            )
        heads[head] = classes
        for index in range(BRANCHES):
            for kind in ("weight", "bias"):
                value = weights[f"{module}.conv2d_list.{index}.{kind}"]
                kept = value if index < added else torch.zeros_like(value)
                taken[f"{head}.branches.{index}.{kind}"] = kept
    if "decode_head" not in heads or len(set(heads.values())) > 1:
        got = ", ".join(f"{head}: {classes} classes" for head, classes in heads.items()) or "none"
        raise InputError(
            f"the weights '{path}' must have a main classifier, and an auxiliary one of as many "
            f"classes or none, got {got}"
        )
    _check_publisher(network, weights, released_by, path)
    return taken, heads["decode_head"]


def check_release(released_by: str | None) -> None:
    """Check the name of a release.

    Raises:
        InputError: if it is none of those known.
    """
    if released_by not in ADDED_BRANCHES:
        raise InputError(
            f"--released-by must be one of {', '.join(ADDED_BRANCHES)} (the names in the file are "
            f"the same, but adaptsegnet adds up two branches of four), got {released_by}"
        )


def _check_publisher(
    network: Network, weights: dict[str, Tensor], released_by: str, path: str
) -> None:
    """Where there is one classifier, its name tells who published it."""
    modules = [m for m in network.classifiers if any(name.startswith(f"{m}.") for name in weights)]
    publishers = network.publishers.get(modules[0], ()) if len(modules) == 1 else ()
    if publishers and released_by not in publishers:
        known = " or ".join(publishers)
        raise InputError(
            f"the weights '{path}' have one classifier and its name is {modules[0]}, as {known} "
            f"has it: --released-by must be {known}, got {released_by}"
        )


def _check_branches(
    network: Network, module: str, weights: dict[str, Tensor], path: str
) -> tuple[int, int]:
    """The numbers of classes and of channels of a classifier."""
    found = {name: value for name, value in weights.items() if name.startswith(f"{module}.")}
    first = found.get(f"{module}.conv2d_list.0.weight")
    classes, channels = first.shape[:2] if first is not None and first.dim() == 4 else (0, 0)
    expected: dict[str, tuple[int, ...]] = {}
    for index in range(BRANCHES):
        expected[f"{module}.conv2d_list.{index}.weight"] = (classes, channels, 3, 3)
        expected[f"{module}.conv2d_list.{index}.bias"] = (classes,)
    shapes = {name: tuple(value.shape) for name, value in found.items()}
    if channels not in network.heads or shapes != expected:
        raise InputError(
            f"the weights '{path}' must have {BRANCHES} branches of 3x3 in {module}, on "
            f"{' or '.join(map(str, network.heads))} channels, got {contents(found, 2 * BRANCHES)}"
        )
    return classes, channels
