"""The distributed wrapper, in a group of one process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from mmengine.model.utils import convert_sync_batchnorm
from torch import nn

from mmadvent.engine import AdaptationDistributedDataParallel
from mmadvent.errors import InputError
from mmadvent.models import Adaptation


class Network(nn.Module):
    """A network of one layer with one method of one discriminator; it notes how it is called."""

    def __init__(self, discriminator: nn.Module | None = None) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 1)
        method = Adaptation()
        if discriminator is not None:
            method.discriminators["decode"] = discriminator
        self.adaptation = nn.ModuleList([method])

    def forward(self, inputs: torch.Tensor, mode: str) -> torch.Tensor:
        if mode == "discriminator":
            return self.adaptation[0].discriminators["decode"](inputs)
        return self.layer(inputs)

    def adaptation_step(self, data: dict, optim_wrapper: Any, call: nn.Module) -> Any:
        return data, optim_wrapper, call


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    dist.init_process_group("gloo", f"file://{tmp_path}/store", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def wrap(model: nn.Module) -> AdaptationDistributedDataParallel:
    return AdaptationDistributedDataParallel(model, device_ids=None)


def test_each_wrapper_knows_its_own_parameters(group: None) -> None:
    model = Network(nn.Linear(2, 1))
    wrapper = wrap(model)
    assert wrapper.parameters_to_ignore == {
        f"adaptation.0.discriminators.decode.{name}" for name in ("weight", "bias")
    }
    (second,) = wrapper._discriminators
    theirs = {id(parameter) for parameter in second.parameters()}
    assert theirs == {id(parameter) for parameter in model.adaptation.parameters()}


@pytest.mark.parametrize("mode", ["target", "discriminator"])
def test_a_pass_goes_through_the_wrapper_of_what_it_trains(group: None, mode: str) -> None:
    model = Network(nn.Linear(2, 1))
    wrapper = wrap(model)
    inputs = torch.ones(1, 2)
    output = wrapper(inputs, mode=mode)
    assert torch.equal(output, model(inputs, mode))
    output.sum().backward()
    trained = model.layer if mode == "target" else model.adaptation
    for name, parameter in model.named_parameters():
        ours = any(parameter is other for other in trained.parameters())
        assert (parameter.grad is not None) == ours, name


@pytest.mark.parametrize("frozen", [True, False])
def test_without_trained_discriminators_there_is_one_wrapper(group: None, frozen: bool) -> None:
    model = Network(nn.Linear(2, 1).requires_grad_(False) if frozen else None)
    assert wrap(model)._discriminators == ()


def test_the_step_is_the_models_with_the_wrapper_as_the_way_in(group: None) -> None:
    wrapper = wrap(Network())
    assert wrapper.train_step({"target": 1}, "optimizers") == ({"target": 1}, "optimizers", wrapper)


def test_gradients_are_kept_back_in_both(group: None) -> None:
    wrapper = wrap(Network(nn.Linear(2, 1)))
    both = (wrapper, *wrapper._discriminators)
    with wrapper.no_sync():
        assert [x.require_backward_grad_sync for x in both] == [False, False]
    assert [x.require_backward_grad_sync for x in both] == [True, True]


@pytest.mark.parametrize("checkpointed", [True, False])
def test_unused_parameters_are_looked_for_unless_activations_are_checkpointed(
    group: None, checkpointed: bool
) -> None:
    model = Network()
    model.layer.with_cp = checkpointed
    wrapper = wrap(model)
    assert wrapper.find_unused_parameters is not checkpointed
    assert not wrapper.broadcast_buffers


def test_synchronized_norms_are_refused_on_the_cpu() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.BatchNorm2d(4))
    model = convert_sync_batchnorm(model, "torch")  # what `sync_bn='torch'` does
    with pytest.raises(InputError) as error:
        wrap(model)
    assert str(error.value) == (
        "batch norms are synchronised on an accelerator only: on the CPU leave out sync_bn and use "
        "BN in place of SyncBN, got 2 SyncBatchNorm layers"
    )
