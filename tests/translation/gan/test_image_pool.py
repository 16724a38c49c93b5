"""The pool: filled first, then exchanged, with labels that stay with their images."""

import random

import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.translation.gan import ImagePool


def image(number: int) -> torch.Tensor:
    return torch.full((1, 3, 4, 4), float(number))


def test_filled_then_exchanged() -> None:
    random.seed(0)
    pool = ImagePool(3)
    for number in range(3):
        assert torch.equal(pool.exchange(image(number))[0], image(number))
    known = {0.0, 1.0, 2.0}
    earlier = 0
    for number in range(3, 40):
        (found,) = pool.exchange(image(number))
        value = found.mean().item()
        known.add(float(number))
        assert value in known
        earlier += value != number
    assert 10 < earlier < 27  # one in two


def test_labels_stay_with_their_images() -> None:
    random.seed(0)
    pool = ImagePool(2)
    for number in range(20):
        found, labels = pool.exchange(image(number), torch.full((1, 4, 4), number))
        assert labels.float().mean() == found.mean()


def test_none_is_kept_at_size_zero() -> None:
    pool = ImagePool(0)
    assert torch.equal(pool.exchange(image(1))[0], image(1))
    assert pool.get_extra_state() == []


def test_another_size_does_not_join() -> None:
    pool = ImagePool(1)
    pool.exchange(image(1))
    for _ in range(5):
        assert pool.exchange(torch.zeros(1, 3, 8, 8))[0].shape == (1, 3, 8, 8)


def test_the_state_dict_has_it() -> None:
    pool, other = ImagePool(2), ImagePool(2)
    pool.exchange(torch.cat([image(1), image(2)]))
    other.load_state_dict(pool.state_dict())
    assert all(
        torch.equal(a[0], b[0])
        for a, b in zip(pool.get_extra_state(), other.get_extra_state(), strict=True)
    )


@pytest.mark.parametrize("size", [-1, 1.5, True])
def test_a_size_out_of_its_range(size: object) -> None:
    with pytest.raises(InputError) as caught:
        ImagePool(size)  # type: ignore[arg-type]
    assert str(caught.value) == f"pool_size must be an integer >= 0, got {size!r}"
