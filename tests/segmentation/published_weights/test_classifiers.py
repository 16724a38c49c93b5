"""Published classifiers as heads: which level, how many branches count."""

import pytest
import torch
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.segmentation.published_weights.classifiers import (
    ADDED_BRANCHES,
    BRANCHES,
    take_classifiers,
)
from mmadvent.segmentation.published_weights.networks import NETWORKS

R101 = NETWORKS[0]


def classifier(module: str, channels: int, classes: int = 3) -> dict[str, Tensor]:
    branches = range(BRANCHES)
    weights = {
        f"{module}.conv2d_list.{i}.weight": torch.full((1,), i + 1.0).expand(
            classes, channels, 3, 3
        )
        for i in branches
    }
    return weights | {f"{module}.conv2d_list.{i}.bias": torch.ones(classes) for i in branches}


MAIN, AUX = classifier("layer6", 2048), classifier("layer5", 1024)


@pytest.mark.parametrize("released_by", ADDED_BRANCHES)
def test_a_branch_that_a_release_leaves_out_becomes_zero(released_by: str) -> None:
    taken, classes = take_classifiers(R101, MAIN | AUX, released_by, "a.pth")
    assert classes == 3 and len(taken) == 4 * BRANCHES
    for index in range(BRANCHES):
        counts = index < ADDED_BRANCHES[released_by]
        weight = taken[f"decode_head.branches.{index}.weight"]
        assert weight.shape == (3, 2048, 3, 3)
        assert (weight == (index + 1 if counts else 0)).all()
        assert (taken[f"decode_head.branches.{index}.bias"] == counts).all()


def test_the_level_is_known_by_its_channels_whatever_the_modules_name() -> None:
    both = classifier("layer5", 2048) | classifier("layer6", 1024)
    taken, _ = take_classifiers(R101, both, "advent", "a.pth")
    assert taken["decode_head.branches.0.weight"].shape[1] == 2048
    assert taken["auxiliary_head.branches.0.weight"].shape[1] == 1024


def refusal(weights: dict[str, Tensor], released_by: str | None = "advent") -> str:
    with pytest.raises(InputError) as error:
        take_classifiers(R101, weights, released_by, "a.pth")
    return str(error.value).removeprefix("the weights 'a.pth' ")


@pytest.mark.parametrize("released_by", [None, "bdl"])
def test_who_released_a_classifier_must_be_told(released_by: str | None) -> None:
    assert refusal(MAIN, released_by) == (
        "--released-by must be one of advent, esl, adaptsegnet (the names in the file are the "
        f"same, but adaptsegnet adds up two branches of four), got {released_by}"
    )


@pytest.mark.parametrize(
    ("module", "publishers"), [("layer5", ["adaptsegnet"]), ("layer6", ["advent", "esl"])]
)
@pytest.mark.parametrize("released_by", ADDED_BRANCHES)
def test_the_name_of_one_classifier_tells_who_released_it(
    module: str, publishers: list[str], released_by: str
) -> None:
    weights = classifier(module, 2048)
    if released_by in publishers:
        assert len(take_classifiers(R101, weights, released_by, "a.pth")[0]) == 2 * BRANCHES
        return
    known = " or ".join(publishers)
    assert refusal(weights, released_by) == (
        f"have one classifier and its name is {module}, as {known} has it: --released-by must be "
        f"{known}, got {released_by}"
    )


def test_a_main_classifier_and_an_auxiliary_one_of_as_many_classes() -> None:
    must = "must have a main classifier, and an auxiliary one of as many classes or none, got "
    assert refusal({}) == must + "none"
    assert refusal(AUX) == must + "auxiliary_head: 3 classes"
    other = classifier("layer5", 1024, classes=4)
    assert refusal(MAIN | other) == must + "auxiliary_head: 4 classes, decode_head: 3 classes"


def test_two_classifiers_of_one_level() -> None:
    assert refusal(MAIN | classifier("layer5", 2048)) == (
        "must have one classifier on 2048 channels, got two"
    )


def test_classifiers_that_are_not_the_networks() -> None:
    must = "must have 4 branches of 3x3 in layer6, on 1024 or 2048 channels, got "
    three = {name: value for name, value in MAIN.items() if ".3." not in name}
    narrow = {n: v[:, :512] if n.endswith("weight") else v for n, v in MAIN.items()}
    for other in (three, narrow, {"layer6.weight": torch.zeros(19, 2048)}):
        listed = ", ".join(f"{name} {tuple(value.shape)}" for name, value in other.items())
        assert refusal(other) == must + listed
