"""Which weights are a network's, and what is said of others."""

from collections import OrderedDict

import pytest
import torch
from torch import nn

from mmadvent.io.weights_fit import METHODS_PREFIX, misfit, select


def network() -> nn.Module:
    return nn.Sequential(OrderedDict(one=nn.Linear(3, 2), norm=nn.BatchNorm1d(2)))


def test_its_own_weights_fit_and_are_loaded() -> None:
    ours, theirs = network(), network()
    assert misfit(ours, theirs.state_dict()) == ""
    assert all(torch.equal(value, ours.state_dict()[k]) for k, value in theirs.state_dict().items())


def test_a_wrapper_s_prefix_and_an_old_norm_s_counter_make_no_difference() -> None:
    weights = network().state_dict(prefix="module.")
    del weights["module.norm.num_batches_tracked"]
    versions = weights._metadata
    chosen = select(weights, lambda name: name.startswith("norm"))
    assert set(chosen) == {"norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"}
    assert chosen._metadata is versions  # type: ignore[attr-defined]
    ours = network()
    assert misfit(ours, select(weights, lambda name: True)) == ""
    assert torch.equal(ours.state_dict()["one.weight"], weights["module.one.weight"])


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({}, "it lacks 'one.weight' (2, 3) and 5 more"),
        (
            {"head.weight": torch.ones(1), "head.bias": torch.ones(4)},
            "it lacks 'one.weight' (2, 3) and 5 more; it has 'head.weight' (1,) and 1 more, which "
            "the model lacks",
        ),
        (
            network().state_dict() | {"one.weight": torch.ones(5, 3), "one.bias": torch.ones(5)},
            "'one.weight' has the shape (5, 3) instead of (2, 3) (and 1 more)",
        ),
    ],
)
def test_the_first_of_each_kind_is_named(weights: dict, sentence: str) -> None:
    assert misfit(network(), weights) == sentence


def test_what_methods_keep_may_be_missing() -> None:
    class Adapted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Linear(3, 2)
            self.adaptation = nn.ModuleList([nn.Linear(1, 1)])

    weights = nn.Sequential(OrderedDict(one=nn.Linear(3, 2))).state_dict()
    assert misfit(Adapted(), weights, leave_out=METHODS_PREFIX) == ""
    assert misfit(Adapted(), weights) == "it lacks 'adaptation.0.weight' (1, 1) and 1 more"


def test_what_is_no_tensor() -> None:
    for value, got in (("text", "a str"), (None, "a NoneType"), ({}, "a dict")):
        weights = network().state_dict() | {"one.bias": value}
        assert misfit(network(), weights) == f"'one.bias' must be a tensor of float32, got {got}"


def test_numbers_of_another_kind_would_be_rounded() -> None:
    for dtype, told in ((torch.int8, "int8"), (torch.complex64, "complex64")):
        weights = network().state_dict() | {"one.bias": torch.ones(2, dtype=dtype)}
        assert misfit(network(), weights) == (
            f"'one.bias' must be a tensor of float32, got a tensor of {told}"
        )
    weights = {name: value.half() for name, value in network().state_dict().items()}
    assert misfit(network(), weights) == ""


def test_a_tensor_without_values() -> None:
    weights = network().state_dict() | {"one.bias": torch.ones(2, device="meta")}
    assert "one.bias" in misfit(network(), weights)
