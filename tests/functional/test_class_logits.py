"""What every function of class logits asks of them."""

import pytest
import torch

from mmadvent.functional.class_logits import (
    at_least_float32,
    check_class_logits,
    full_precision,
    positions_in_a_row,
)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_becomes_float32_and_gets_its_gradient_back(dtype: torch.dtype) -> None:
    values = torch.tensor([[1.5, -2.0]], dtype=dtype, requires_grad=True)
    found = check_class_logits(values)
    assert found.dtype == torch.float32 and found.tolist() == [[1.5, -2.0]]
    found.sum().backward()
    assert values.grad.dtype == dtype


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_full_precision_is_left_alone(dtype: torch.dtype) -> None:
    values = torch.zeros(2, 3, 4, dtype=dtype)
    assert at_least_float32(values) is values and check_class_logits(values) is values


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_autocast_rounds_no_product_of_matrices(dtype: torch.dtype) -> None:
    ones = torch.ones(1, 2**17)
    with torch.autocast("cpu", dtype=dtype):
        assert (ones @ ones.T).dtype == dtype
        with full_precision(ones):
            assert (ones @ ones.T).item() == 2**17  # float16 ends at 65504


@pytest.mark.parametrize("shape", [(), (3,), (2, 1), (2, 1, 5, 5), (2, 0)])
def test_shapes_without_classes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError) as error:
        check_class_logits(torch.zeros(shape))
    assert str(error.value) == f"logits must have the shape (N, C, ...) with C >= 2, got {shape}"


def test_positions_of_each_image_in_a_row() -> None:
    assert positions_in_a_row(torch.rand(2, 3, 4)).shape == (2, 12)
    assert positions_in_a_row(torch.rand(0, 3, 4)).shape == (0, 12)
    assert positions_in_a_row(torch.tensor([1.0, 2.0])).tolist() == [[1], [2]]
