"""Norms and activations computed again in the backward pass: the same bits, with less kept."""

import copy

import pytest
import torch
from mmseg.models.backbones import ResNet
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.profiler import profile

from mmadvent.models.recomputed_norms import long_stages, recomputed_norms
from mmadvent.models.running_statistics import kept_running_statistics

BLOCKS = 7  # two groups of three, and one more
KINDS = {
    "bottlenecks": dict(depth=50, stage_blocks=(1, 1, BLOCKS, 1)),
    "basic blocks": dict(depth=18, stage_blocks=(1, 1, BLOCKS, 1)),
}


class DeepResNet(ResNet):
    """A narrow ResNet of any number of blocks, in double precision."""

    def __init__(self, depth: int, stage_blocks: tuple[int, ...], **kwargs: object) -> None:
        block, _ = ResNet.arch_settings[depth]
        self.arch_settings = {depth: (block, stage_blocks)}
        torch.manual_seed(0)
        super().__init__(
            depth, base_channels=4, stem_channels=4, zero_init_residual=False, **kwargs
        )
        self.double().train()


def images(seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 3, 48, 48, generator=generator, dtype=torch.float64)


def forward(network: ResNet, again: bool) -> Tensor:
    with recomputed_norms(long_stages(network) if again else ()):
        return network(images())[-1].square().mean()


def backward(loss: Tensor) -> None:
    with kept_running_statistics():
        loss.backward()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_gradients_and_statistics_are_the_same_bits(kind: dict) -> None:
    kept = DeepResNet(**kind)
    again = copy.deepcopy(kept)
    for network in (kept, again):
        backward(forward(network, again=network is again))
    for (name, one), other in zip(kept.named_parameters(), again.parameters(), strict=True):
        assert one.grad.abs().max() > 0, name
        assert torch.equal(one.grad, other.grad), name
    for name, value in kept.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
    assert again.layer3[0].bn1.num_batches_tracked == 1


def kept_after_forward(network: ResNet, again: bool) -> tuple[list[bool], list[bool], Tensor]:
    """Whether the outputs of conv4's convolutions and of its first norms are in memory still."""
    outputs: dict[type, list[StorageWeakRef]] = {nn.Conv2d: [], nn.BatchNorm2d: []}

    def remember(module: nn.Module, inputs: object, output: Tensor) -> None:
        outputs[type(module)].append(StorageWeakRef(output.untyped_storage()))

    # The activations write on the output of the norm before them.
    modules = [getattr(b, name) for b in network.layer3 for name in ("conv1", "conv2", "bn1")]
    handles = [module.register_forward_hook(remember) for module in modules]
    loss = forward(network, again)
    for handle in handles:
        handle.remove()
    convolutions, norms = ([not ref.expired() for ref in refs] for refs in outputs.values())
    return convolutions, norms, loss


def test_outputs_of_convolutions_are_kept_and_those_of_norms_are_not() -> None:
    network = DeepResNet(**KINDS["bottlenecks"])
    for again in (False, True):
        convolutions, norms, _ = kept_after_forward(network, again)
        assert convolutions == [True] * 2 * BLOCKS
        assert norms == [not again] * BLOCKS


def calls(network: ResNet, again: bool) -> dict[str, int]:
    """How often a whole pass runs the convolutions' and the norms' forward kernels."""
    with profile() as trace:
        backward(forward(network, again))
    counts = {event.key: event.count for event in trace.key_averages()}
    return {name: counts[f"aten::{name}"] for name in ("_convolution", "clamp_min_")}


def test_only_norms_and_activations_are_computed_again() -> None:
    network = DeepResNet(**KINDS["bottlenecks"])
    plain, again = calls(network, again=False), calls(network, again=True)
    assert again["_convolution"] == plain["_convolution"]
    assert again["clamp_min_"] == plain["clamp_min_"] + 3 * BLOCKS


def test_checkpointed_blocks_and_passes_without_gradients_are_left_alone() -> None:
    network = DeepResNet(**KINDS["bottlenecks"], with_cp=True)
    (stage,) = long_stages(network)
    with recomputed_norms([stage]):
        assert "forward" not in vars(stage)
    network = DeepResNet(**KINDS["bottlenecks"])
    (stage,) = long_stages(network)
    with torch.no_grad(), recomputed_norms([stage]):
        assert "forward" not in vars(stage)
    with recomputed_norms([stage]):
        assert "forward" in vars(stage)


def test_an_error_leaves_the_stage_as_it_was() -> None:
    (stage,) = long_stages(DeepResNet(**KINDS["bottlenecks"]))
    with pytest.raises(ZeroDivisionError), recomputed_norms([stage]):
        raise ZeroDivisionError
    assert "forward" not in vars(stage)


@pytest.mark.parametrize(("depth", "stages"), [(18, []), (50, ["layer3"]), (101, ["layer3"])])
def test_stages_of_six_blocks_are_long(depth: int, stages: list[str]) -> None:
    network = ResNet(depth, base_channels=2, stem_channels=2)
    assert long_stages(network) == [getattr(network, name) for name in stages]


def test_other_backbones_have_no_long_stages() -> None:
    assert long_stages(nn.Sequential(*[nn.ReLU() for _ in range(9)])) == []
