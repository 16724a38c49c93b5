"""Which parameters the optimizer of discriminators trains."""

from torch import nn

from mmadvent.models.parts import discriminators_of


def numbers(model: nn.Module) -> list[int]:
    return [p.numel() for p in discriminators_of(model).parameters()]


def test_those_of_methods_and_the_model_s_own() -> None:
    model = nn.Module()
    assert numbers(model) == []
    method = nn.Module()
    method.discriminators = nn.ModuleDict(dict(a=nn.Linear(2, 1, bias=False)))
    model.adaptation = nn.ModuleList([method])
    assert numbers(model) == [2]
    model.discriminators = nn.ModuleList([nn.Linear(3, 1, bias=False)])
    model.backbone = nn.Linear(5, 5)
    assert numbers(model) == [2, 3]
