"""SGD that steps parameters several times: the released code's, line by line, and torch's own."""

import warnings
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from mmadvent.engine import RepeatedSGD
from mmadvent.errors import InputError

STEPS, LR, MOMENTUM, DECAY = 50, 0.02, 0.9, 5e-3
REPEATS = (1, 3, 4)  # of the three layers below


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(*(nn.Linear(4, 4) for _ in REPEATS)).double()


def backward(model: nn.Module, step: int) -> None:
    """New gradients from new inputs."""
    model.zero_grad()
    inputs = torch.randn(8, 4, generator=torch.Generator().manual_seed(step), dtype=torch.float64)
    (model(inputs).sin().square().sum()).backward()


def ours(model: nn.Sequential, **settings: object) -> RepeatedSGD:
    groups = [
        dict(params=list(layer.parameters()), repeats=repeats, lr=LR / repeats)
        for layer, repeats in zip(model, REPEATS, strict=True)
    ]
    return RepeatedSGD(groups, momentum=MOMENTUM, weight_decay=DECAY, **settings)


def listed(model: nn.Sequential) -> Iterator[tuple[list[Tensor], float]]:
    """The groups of the released code: parameters that come several times, and their rate."""
    for layer, repeats in zip(model, REPEATS, strict=True):
        yield list(layer.parameters()) * repeats, LR / repeats


def weights(model: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def assert_same(model: nn.Module, other: nn.Module) -> None:
    for found, expected in zip(weights(model), weights(other), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


def test_fifty_steps_of_the_released_code() -> None:
    """SGD of torch 0.4.1 to 1.4, straight from its description, over lists with duplicates."""
    model, reference = network(), network()
    optimizer, buffers = ours(model), dict[Tensor, Tensor]()
    before = weights(model)
    for step in range(STEPS):
        backward(model, step)
        backward(reference, step)
        optimizer.step()
        with torch.no_grad():
            for parameters, lr in listed(reference):
                for p in parameters:
                    p.grad += DECAY * p  # in place: a duplicate finds it there
                    if p not in buffers:
                        buffers[p] = torch.zeros_like(p)
                    buffers[p] *= MOMENTUM
                    buffers[p] += p.grad
                    p -= lr * buffers[p]
        assert_same(model, reference)
    assert all((a - b).abs().max() > 1e-2 for a, b in zip(before, weights(model), strict=True))


def test_fifty_steps_of_todays_torch_with_duplicates() -> None:
    """``torch.optim.SGD`` itself; its first step makes a buffer for each duplicate, here none."""
    model, reference = network(), network()
    optimizer = ours(model, decay_adds_up=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the duplicates
        torchs = torch.optim.SGD(
            [dict(params=parameters, lr=lr) for parameters, lr in listed(reference)],
            lr=LR,
            momentum=MOMENTUM,
            weight_decay=DECAY,
            foreach=False,
        )
    for parameter in reference.parameters():
        torchs.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    for step in range(STEPS):
        backward(model, step)
        backward(reference, step)
        optimizer.step()
        torchs.step()
        assert_same(model, reference)


def test_once_is_torchs_sgd() -> None:
    model, reference = network(), network()
    settings = dict(lr=LR, momentum=MOMENTUM, weight_decay=DECAY)
    optimizer = RepeatedSGD(model.parameters(), **settings)
    torchs = torch.optim.SGD(reference.parameters(), **settings)
    for step in range(STEPS):
        backward(model, step)
        backward(reference, step)
        optimizer.step()
        torchs.step()
    assert_same(model, reference)


def test_gradients_stay_as_they_are() -> None:
    model = network()
    backward(model, 0)
    before = [parameter.grad.clone() for parameter in model.parameters()]
    ours(model).step()
    after = [parameter.grad for parameter in model.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_without_momentum_and_decay() -> None:
    parameter = nn.Parameter(torch.tensor([1.0]))
    optimizer = RepeatedSGD([parameter], lr=0.5, repeats=3)
    assert optimizer.step(lambda: parameter.sum().backward() or parameter.sum()) == 1
    assert parameter.item() == 1 - 3 * 0.5 and not optimizer.state[parameter]


def test_a_stopped_run_goes_on(tmp_path) -> None:
    straight, cut = network(), network()
    optimizer, first = ours(straight), ours(cut)
    for step in range(6):
        backward(straight, step)
        optimizer.step()
    for step in range(3):
        backward(cut, step)
        first.step()
    torch.save(first.state_dict(), tmp_path / "state.pth")
    second = ours(cut)
    second.load_state_dict(torch.load(tmp_path / "state.pth", weights_only=True))
    for step in range(3, 6):
        backward(cut, step)
        second.step()
    assert all(torch.equal(a, b) for a, b in zip(weights(cut), weights(straight), strict=True))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (dict(lr=-1.0), "lr must be a finite number >= 0, got -1.0"),
        (dict(weight_decay=float("nan")), "weight_decay must be a finite number >= 0, got nan"),
        (dict(momentum=1.0), "momentum must be in [0, 1), got 1.0"),
        (dict(repeats=0), "repeats must be an integer >= 1, got 0"),
        (dict(repeats=1.5), "repeats must be an integer >= 1, got 1.5"),
    ],
)
def test_refusals(settings: dict, text: str) -> None:
    with pytest.raises(InputError) as error:
        RepeatedSGD([nn.Parameter(torch.zeros(1))], **settings)
    assert str(error.value) == text
