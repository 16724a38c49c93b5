"""bfloat16 on a processor."""

import pytest
import torch
from mmengine.optim import OptimWrapper
from torch import nn

from mmadvent.engine import CPUAmpOptimWrapper
from mmadvent.errors import InputError
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers, toy_segmentor


def test_forward_is_in_bfloat16_and_weights_stay_in_float32() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(3, 2)
    weight, bias = layer.weight.detach().clone(), layer.bias.detach().clone()
    wrapper = CPUAmpOptimWrapper(
        optimizer=torch.optim.SGD(layer.parameters(), lr=0.5), loss_scale="dynamic"
    )
    inputs = torch.rand(4, 3)
    with wrapper.optim_context(layer):
        outputs = layer(inputs)
        assert outputs.dtype == torch.bfloat16
        loss = outputs.float().square().sum()
    assert layer(inputs).dtype == torch.float32
    wrapper.update_params(loss)
    # The same by hand, from weights that are rounded as autocast rounds them.
    rounded = [value.bfloat16().requires_grad_() for value in (weight, bias)]
    torch.nn.functional.linear(inputs.bfloat16(), *rounded).float().square().sum().backward()
    for found, before, by_hand in zip(
        (layer.weight, layer.bias), (weight, bias), rounded, strict=True
    ):
        assert found.dtype == torch.float32
        torch.testing.assert_close(found.detach(), before - 0.5 * by_hand.grad.float())


@pytest.mark.parametrize("dtype", [None, "float16", "bfloat16", torch.float16, torch.bfloat16])
def test_settings_for_accelerators_are_understood(dtype: str | torch.dtype | None) -> None:
    layer = nn.Linear(3, 2)
    sgd = torch.optim.SGD(layer.parameters(), lr=0.5)
    wrapper = CPUAmpOptimWrapper(optimizer=sgd, dtype=dtype, loss_scale=512.0)
    with wrapper.optim_context(layer):
        assert layer(torch.rand(4, 3)).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("dtype", "got"), [("float32", "float32"), (torch.float64, "torch.float64"), ("half", "half")]
)
def test_other_precisions_are_refused(dtype: str | torch.dtype, got: str) -> None:
    with pytest.raises(InputError) as error:
        CPUAmpOptimWrapper(optimizer=torch.optim.SGD(nn.Linear(3, 2).parameters()), dtype=dtype)
    assert str(error.value) == (
        "optim_wrapper.dtype must be bfloat16, which is what a processor computes in, or float16, "
        f"for which it stands in, got {got}"
    )


@pytest.mark.parametrize("method", ["AdvEnt", "AdaptSegNet"])
def test_a_step_of_both_domains_is_close_to_float32(method: str) -> None:
    logs = {}
    for kind in (OptimWrapper, CPUAmpOptimWrapper):
        model = build_segmentor(toy_segmentor(adaptation=[SMALL_ADVENT | dict(type=method)]))
        optimizers = toy_optimizers(model, type=kind.__name__)
        assert all(type(wrapper) is kind for wrapper in optimizers.values())
        batch = dict(source=toy_batch(1, num_classes=5), target=toy_batch(2))
        logs[kind] = model.train_step(batch, optimizers)
        assert all(p.dtype == torch.float32 and p.isfinite().all() for p in model.parameters())
    plain, mixed = logs[OptimWrapper], logs[CPUAmpOptimWrapper]
    assert plain.keys() == mixed.keys()
    for key, value in plain.items():
        if "loss" in key:
            assert mixed[key].dtype == torch.float32
            torch.testing.assert_close(mixed[key], value, rtol=0.05, atol=1e-3)
    assert any(mixed[key] != value for key, value in plain.items())
