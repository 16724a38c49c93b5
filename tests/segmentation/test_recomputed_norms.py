"""Norms and activations computed again in the backward pass: the same bits, with less kept."""

import copy

import pytest
import torch
from mmseg.models.backbones import ResNet, ResNeXt
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.profiler import profile

from mmadvent.segmentation.recomputed_norms import plain_stages, recomputed_norms

STAGES = (3, 4, 1, 2)
KINDS = {
    "bottlenecks": dict(depth=50),
    "basic blocks": dict(depth=18),
    "statistics of all batches": dict(depth=50, norm_eval=True),
    "frozen affine parameters": dict(depth=50, norm_cfg=dict(type="BN", requires_grad=False)),
    "frozen stages": dict(depth=50, frozen_stages=2),
}


class SmallResNet(ResNet):
    """A narrow ResNet of few blocks, in double precision."""

    def __init__(self, depth: int, **kwargs: object) -> None:
        block, _ = ResNet.arch_settings[depth]
        self.arch_settings = {depth: (block, STAGES)}
        torch.manual_seed(0)
        narrow = dict(norm_eval=False, base_channels=4, stem_channels=4, zero_init_residual=False)
        super().__init__(depth, **narrow | kwargs)
        self.double().train()


def images(seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 3, 48, 48, generator=generator, dtype=torch.float64)


def forward(network: ResNet, again: bool) -> Tensor:
    """A loss that uses the features of all stages."""
    with recomputed_norms(plain_stages(network) if again else ()):
        features = network(images())
    return torch.stack([feature.square().mean() for feature in features]).sum()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_gradients_and_statistics_are_the_same_bits(kind: dict) -> None:
    kept = SmallResNet(**kind)
    again = copy.deepcopy(kept)
    losses = [forward(network, again=network is again) for network in (kept, again)]
    assert torch.equal(*losses)
    for loss in losses:
        loss.backward()
    trained = 0
    for (name, one), other in zip(kept.named_parameters(), again.parameters(), strict=True):
        if one.grad is None:
            assert other.grad is None, name
        else:
            trained += 1
            assert one.grad.abs().max() > 0, name
            assert torch.equal(one.grad, other.grad), name
    assert trained >= 10
    for name, value in kept.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_a_graph_can_be_gone_through_twice_and_differentiated() -> None:
    networks = [SmallResNet(50)]
    networks.append(copy.deepcopy(networks[0]))
    results = []
    for network in networks:
        loss = forward(network, again=network is networks[1])
        weights = [parameter for parameter in network.parameters() if parameter.dim() == 4]
        once = torch.autograd.grad(loss, weights, retain_graph=True)
        twice = torch.autograd.grad(loss, weights, create_graph=True)
        assert all(torch.equal(a, b) for a, b in zip(once, twice, strict=True))
        penalty = torch.stack([gradient.square().sum() for gradient in twice]).sum()
        results.append(torch.autograd.grad(penalty, weights))
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-9, atol=1e-12)


def alive_after_forward(again: bool) -> tuple[Tensor, dict[str, list[bool]]]:
    """Whether what these modules of the second stage gave is in memory still."""
    network = SmallResNet(50)
    given: dict[str, list[StorageWeakRef]] = {}
    handles = []
    for block in network.layer2:
        for name in ("conv1", "bn1", "conv2", "bn2", "conv3", ""):

            def remember(module: nn.Module, inputs: object, output: Tensor, n: str = name) -> None:
                given.setdefault(n, []).append(StorageWeakRef(output.untyped_storage()))

            # The activations write on the output of the norm before them.
            handles.append(block.get_submodule(name).register_forward_hook(remember))
    loss = forward(network, again)
    for handle in handles:
        handle.remove()
    return loss, {name: [not ref.expired() for ref in refs] for name, refs in given.items()}


def test_what_convolutions_give_is_kept_and_what_can_be_made_of_it_is_not() -> None:
    loss, alive = alive_after_forward(again=False)
    assert alive == dict.fromkeys(alive, [True] * 4)
    loss, alive = alive_after_forward(again=True)
    # Of the outputs: the first block's shortcut is computed, the last one is the stage's.
    assert alive == {
        "conv1": [True] * 4,
        "bn1": [False] * 4,
        "conv2": [True] * 4,
        "bn2": [False] * 4,
        "conv3": [True] * 4,
        "": [True, True, False, True],
    }
    assert loss.requires_grad


def calls(again: bool) -> dict[str, int]:
    """How often a whole pass runs the convolutions', the norms' and the activations' kernels."""
    network = SmallResNet(50)
    with profile() as trace:
        forward(network, again).backward()
    counts = {event.key: event.count for event in trace.key_averages()}
    return {
        name: counts[f"aten::{name}"] for name in ("_convolution", "native_batch_norm", "relu_")
    }


def test_each_is_computed_again_once_and_no_convolution_is() -> None:
    plain, again = calls(again=False), calls(again=True)
    made = 2 * sum(STAGES) + 2  # within each block, and the output of one in each of two stages
    assert again["_convolution"] == plain["_convolution"]
    assert again["native_batch_norm"] == plain["native_batch_norm"] + made
    assert again["relu_"] == plain["relu_"] + made


def test_a_pass_without_gradients_is_left_alone() -> None:
    network = SmallResNet(50)
    (first, *_) = stages = plain_stages(network)
    with torch.no_grad(), recomputed_norms(stages):
        assert "forward" not in vars(first[0])
    with recomputed_norms(stages):
        assert "forward" in vars(first[0])
    assert "forward" not in vars(first[0])


def test_an_error_leaves_the_blocks_as_they_were() -> None:
    stages = plain_stages(SmallResNet(50))
    with pytest.raises(ZeroDivisionError), recomputed_norms(stages):
        raise ZeroDivisionError
    assert not any("forward" in vars(block) for stage in stages for block in stage)


@pytest.mark.parametrize("depth", [18, 50])
def test_stages_of_convolutions_and_batch_norms_are_plain(depth: int) -> None:
    network = SmallResNet(depth)
    assert plain_stages(network) == [getattr(network, f"layer{number}") for number in range(1, 5)]


CONTEXT = dict(type="ContextBlock", ratio=0.5)


@pytest.mark.parametrize(
    "changes",
    [
        dict(with_cp=True),
        dict(norm_cfg=dict(type="GN", num_groups=2)),
        dict(norm_cfg=dict(type="SyncBN")),
        dict(conv_cfg=dict(type="ConvWS")),
        dict(plugins=[dict(cfg=CONTEXT, position="after_conv2")]),
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_others_are_left_alone(changes: dict) -> None:
    assert plain_stages(SmallResNet(50, **changes)) == []


def test_other_backbones_have_no_plain_stages() -> None:
    assert plain_stages(nn.Sequential(*[nn.ReLU() for _ in range(9)])) == []
    assert plain_stages(ResNeXt(depth=50, groups=2)) == []
