"""The class-prior loss: closed forms, an independent reference, gradients, masks."""

import numpy as np
import pytest
import torch

from mmadvent.functional import class_prior_loss

PRIOR = (0.5, 0.3, 0.2)


def logits_of(*probabilities: float) -> torch.Tensor:
    return torch.tensor(probabilities, dtype=torch.float64).log()[None, :, None]


def reference(logits: np.ndarray, prior, mu: float) -> list[float]:
    """Eq. 10, class by class and image by image."""
    losses = []
    for image in logits.reshape(*logits.shape[:2], -1):
        p = np.exp(image) / np.exp(image).sum(axis=0)
        losses.append(sum(max(0.0, mu * s - p[c].mean()) for c, s in enumerate(prior)))
    return losses


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 5), (2, 3, 4, 6), (2, 3, 2, 4, 6)])
@pytest.mark.parametrize("mu", [0.5, 1.0])
def test_equals_the_equation(shape, mu):
    logits = np.random.default_rng(0).normal(scale=4.0, size=shape)
    losses = class_prior_loss(torch.from_numpy(logits), PRIOR, mu)
    assert losses.shape == shape[:1]
    np.testing.assert_allclose(losses, reference(logits, PRIOR, mu), rtol=1e-10, atol=1e-15)


def test_closed_form():
    # Only the third class falls short: 0.5 * 0.2 - 0.04.
    assert class_prior_loss(logits_of(0.9, 0.06, 0.04), (0.7, 0.1, 0.2)).item() == pytest.approx(
        0.06, rel=1e-12
    )


def test_prediction_like_the_prior_costs_nothing():
    logits = torch.randn(2, 3, 40, dtype=torch.float64)
    for image, of_image in zip(logits, logits.softmax(1).mean(2), strict=True):
        assert class_prior_loss(image[None], of_image, 1.0).item() == pytest.approx(0, abs=1e-15)


def test_one_sided():
    # More than the prior asks for is never punished, only the classes below their share are.
    assert class_prior_loss(logits_of(0.8, 0.1, 0.1), PRIOR, 1.0).item() == pytest.approx(0.3)


def test_relaxation():
    logits = logits_of(0.98, 0.01, 0.01)
    assert class_prior_loss(logits, PRIOR, 0.0).item() == 0
    assert class_prior_loss(logits, PRIOR, 0.05).item() == pytest.approx(0.005)
    assert class_prior_loss(logits, PRIOR, 1.0).item() == pytest.approx(0.29 + 0.19)
    # The default is the paper's.
    half = class_prior_loss(logits, PRIOR, 0.5)
    assert torch.equal(class_prior_loss(logits, PRIOR), half)


def test_images_are_not_pooled():
    # Each image has one class only; together they would have the prior.
    sure = torch.eye(3, dtype=torch.float64)[:, :, None] * 1e4
    assert class_prior_loss(sure, (1 / 3, 1 / 3, 1 / 3), 1.0).tolist() == pytest.approx([2 / 3] * 3)


@pytest.mark.parametrize("masked", [False, True])
def test_gradient(masked):
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 2, 4, dtype=torch.float64).mul(3).requires_grad_()
    counted = (torch.rand(2, 2, 4) > 0.5) if masked else None
    prior = torch.tensor(PRIOR, dtype=torch.float64)
    assert (class_prior_loss(logits, prior, 1.0, counted) > 0).all()
    assert torch.autograd.gradcheck(lambda x: class_prior_loss(x, prior, 1.0, counted), logits)


def test_mean_is_over_the_counted_positions():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, 5, dtype=torch.float64) * 3
    counted = torch.rand(2, 4, 5) > 0.6
    losses = class_prior_loss(logits, PRIOR, 1.0, counted)
    for image, mask, loss in zip(logits, counted, losses, strict=True):
        expected = class_prior_loss(image[:, mask][None], PRIOR, 1.0)
        torch.testing.assert_close(loss[None], expected)
    everything = torch.ones_like(counted)
    torch.testing.assert_close(
        class_prior_loss(logits, PRIOR, 1.0, everything), class_prior_loss(logits, PRIOR, 1.0)
    )


def test_an_image_of_which_nothing_is_counted_costs_nothing():
    logits = torch.randn(2, 3, 4, requires_grad=True)
    counted = torch.zeros(2, 4, dtype=torch.bool)
    counted[1] = True
    losses = class_prior_loss(logits, (0.0, 0.0, 1.0), 1.0, counted)
    losses.sum().backward()
    assert losses[0].item() == 0 < losses[1].item()
    assert torch.equal(logits.grad[0], torch.zeros(3, 4))
    assert logits.grad[1].abs().sum() > 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    logits = (torch.randn(2, 3, 500) * 50).to(dtype).requires_grad_()
    losses = class_prior_loss(logits, PRIOR, 1.0)
    losses.sum().backward()
    assert losses.dtype == torch.float32
    assert logits.grad.dtype == dtype
    assert logits.grad.isfinite().all()
    torch.testing.assert_close(losses, class_prior_loss(logits.float(), PRIOR, 1.0))


@pytest.mark.parametrize("shape", [(3,), (2, 1, 4)])
def test_refuses_shapes_without_classes(shape):
    with pytest.raises(ValueError) as error:
        class_prior_loss(torch.zeros(shape), PRIOR)
    assert str(error.value) == f"logits must have the shape (N, C, ...) with C >= 2, got {shape}"


def test_refuses_a_prior_of_other_length():
    with pytest.raises(ValueError) as error:
        class_prior_loss(torch.zeros(2, 4, 5), PRIOR)
    assert str(error.value) == (
        "prior must have one share for each of the 4 classes of the logits, got 3"
    )
