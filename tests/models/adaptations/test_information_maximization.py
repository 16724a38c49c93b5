"""Information maximisation: values by hand, centroids by a loop."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.functional import Upsample
from mmadvent.models.adaptations import InformationMaximization
from mmadvent.models.adaptations.information_maximization import nearest_centroids
from mmadvent.structures import ClassLogits, DomainOutput, LogitsLevel
from tests.steps import step_of

LEVEL = LogitsLevel("decode", 3)
# Probabilities of four cells, two of a first class.
CELLS = [[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]]


def logits_of(cells: list[list[float]]) -> Tensor:
    """(1, C, 2, 2); what is added to all classes of a cell changes nothing."""
    logits = torch.tensor(cells, dtype=torch.float64).log() + torch.arange(4.0)[:, None]
    return logits.T.reshape(1, -1, 2, 2)


def losses_of(output: ClassLogits, **settings: float) -> dict[str, Tensor]:
    method = InformationMaximization(**settings)
    return method.target_losses(step_of(DomainOutput(torch.zeros(1, 3, 2, 2), (output,))))


def entropy(p: list[float]) -> float:
    return -sum(value * math.log(value) for value in p) / math.log(len(p))


def test_value_by_hand() -> None:
    level = LogitsLevel("decode", 3, weight=0.2)
    weights = dict(loss_weight=3.0, diversity_weight=0.4, pseudo_label_weight=0.7)
    losses = losses_of(ClassLogits(level, logits_of(CELLS)), **weights)
    certain = sum(entropy(p) for p in CELLS) / 4
    diverse = entropy([sum(p[k] for p in CELLS) / 4 for k in range(3)])
    # Each cell is nearest to the centroid of its likeliest class.
    of_labels = sum(math.log(p) for p in (0.7, 0.6, 0.8, 0.8)) / 4
    expected = 0.2 * 3.0 * (certain - 0.4 * diverse - 0.7 * of_labels)
    assert losses["decode.loss_information"].item() == pytest.approx(expected, rel=1e-12)
    assert losses["decode.entropy"].item() == pytest.approx(certain, rel=1e-12)
    assert losses["decode.diversity"].item() == pytest.approx(diverse, rel=1e-12)
    assert list(losses) == ["decode.loss_information", "decode.entropy", "decode.diversity"]


@pytest.mark.parametrize(
    ("logits", "certain", "diverse"),
    [
        (torch.zeros(2, 4, 3, 3), 1.0, 1.0),
        # All of one class: the others have a probability that no float holds.
        (torch.tensor([0.0, -1e4, -1e4, -1e4]).view(1, 4, 1, 1).expand(2, 4, 3, 3), 0.0, 0.0),
        (1e4 * torch.eye(4).view(1, 4, 2, 2), 0.0, 1.0),
    ],
    ids=["uniform", "one class", "each cell sure of another class"],
)
def test_extremes_have_finite_values_and_gradients(logits, certain, diverse) -> None:
    logits = logits.clone().requires_grad_()
    level = LogitsLevel("decode", 4)
    losses = losses_of(ClassLogits(level, logits), pseudo_label_weight=0)
    assert losses["decode.entropy"].item() == pytest.approx(certain, abs=1e-6)
    assert losses["decode.diversity"].item() == pytest.approx(diverse, abs=1e-6)
    loss = losses["decode.loss_information"]
    assert loss.item() == pytest.approx(certain - diverse, abs=1e-6)
    loss.backward()
    assert torch.isfinite(logits.grad).all()


def test_gradients_of_the_loss_without_pseudo_labels() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, 2, 3, dtype=torch.float64, generator=generator).requires_grad_()
    mask = torch.tensor([[[1, 1, 0], [1, 0, 1]], [[0, 1, 1], [1, 1, 1]]], dtype=torch.bool)

    def loss(logits: Tensor) -> Tensor:
        output = ClassLogits(LEVEL, logits, mask)
        settings = dict(diversity_weight=0.4, pseudo_label_weight=0)
        return losses_of(output, **settings)["decode.loss_information"]

    assert torch.autograd.gradcheck(loss, logits)


def test_logged_values_and_labels_have_no_gradient() -> None:
    logits = logits_of(CELLS).requires_grad_()
    losses = losses_of(ClassLogits(LEVEL, logits))
    assert [key for key, value in losses.items() if value.requires_grad] == [
        "decode.loss_information"
    ]


def centroids_by_loop(logits: np.ndarray, counts: np.ndarray) -> list[int]:
    """Eq. 4-6, one number at a time."""
    number, classes = logits.shape
    features = [z - z.mean() for z in logits]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    weights = exponents / exponents.sum(axis=1, keepdims=True)
    for _ in range(2):
        labels = []
        for i in range(number):
            best, label = -math.inf, 0
            for k in range(classes):
                total = sum(weights[j, k] for j in range(number) if counts[j])
                if total == 0:
                    continue
                members = (weights[j, k] * features[j] for j in range(number) if counts[j])
                centroid = sum(members) / total
                lengths = math.sqrt((centroid**2).sum() * (features[i] ** 2).sum())
                cosine = (centroid * features[i]).sum() / lengths
                if cosine > best:
                    best, label = cosine, k
            labels.append(label)
        weights = np.eye(classes)[labels]
    return labels


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("masked", [False, True])
def test_nearest_centroids_are_those_of_a_loop(seed, masked) -> None:
    rng = np.random.default_rng(seed)
    # A class that is rarely the likeliest, but has a centroid.
    logits = rng.normal(size=(30, 4)) + np.array([2.0, 0, 0, -1.5])
    counts = (rng.random(30) < 0.6).astype(float) if masked else np.ones(30)
    labels = nearest_centroids(torch.tensor(logits), torch.tensor(counts))
    assert labels.dtype == torch.int64
    assert labels.tolist() == centroids_by_loop(logits, counts)
    assert (labels.numpy() != logits.argmax(axis=1)).any()


def test_a_class_that_no_position_takes_has_no_second_centroid() -> None:
    logits = torch.tensor([[4.0, 1.0, 0.0], [5.0, 1.0, 0.0], [0.0, 1.0, 4.0]]).double()
    assert nearest_centroids(logits, torch.ones(3).double()).tolist() == [0, 0, 2]
    assert centroids_by_loop(logits.numpy(), np.ones(3)) == [0, 0, 2]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_autocast_does_not_reach_the_centroids(dtype) -> None:
    """The sum of a class's logits over a map is above what float16 holds, 65504."""
    generator = torch.Generator().manual_seed(0)
    classes = torch.randint(3, (1, 256, 256), generator=generator)
    noise = torch.randn(1, 3, 256, 256, generator=generator)
    logits = 10 * torch.eye(3)[classes].movedim(-1, 1) + noise
    expected = losses_of(ClassLogits(LEVEL, logits), pseudo_label_weight=3.0)
    with torch.autocast("cpu", dtype=dtype):
        found = losses_of(ClassLogits(LEVEL, logits), pseudo_label_weight=3.0)
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-6, atol=0)


def test_masked_positions_take_no_part() -> None:
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(1, 3, 4, 4, dtype=torch.float64, generator=generator)
    mask = torch.zeros(1, 4, 4, dtype=torch.bool)
    mask[:, :, :3] = True
    whole = losses_of(ClassLogits(LEVEL, logits[..., :3]))
    changed = logits.clone()
    changed[..., 3] = 50.0 * torch.randn(1, 3, 4, generator=generator)
    changed.requires_grad_()
    masked = losses_of(ClassLogits(LEVEL, changed, mask))
    for name, value in whole.items():
        torch.testing.assert_close(masked[name], value, rtol=1e-12, atol=0)
    masked["decode.loss_information"].backward()
    assert (changed.grad[..., 3] == 0).all() and (changed.grad[..., :3] != 0).any()

    # The mask of a segmentor is one of pixels, its cells are larger.
    pixels = mask.repeat_interleave(8, dim=1).repeat_interleave(8, dim=2)
    upsample = Upsample((32, 32), align_corners=False)
    for name, value in losses_of(ClassLogits(LEVEL, changed, pixels, upsample)).items():
        torch.testing.assert_close(value, masked[name], rtol=1e-12, atol=0)


def test_a_level_of_which_nothing_counts_costs_nothing() -> None:
    logits = logits_of(CELLS).requires_grad_()
    mask = torch.zeros(1, 2, 2, dtype=torch.bool)
    losses = losses_of(ClassLogits(LEVEL, logits, mask))
    assert all(value.item() == 0 for value in losses.values())
    losses["decode.loss_information"].backward()
    assert (logits.grad == 0).all()


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("loss_weight", "loss_weight"),
        ("diversity_weight", "InformationMaximization.diversity_weight"),
        ("pseudo_label_weight", "InformationMaximization.pseudo_label_weight"),
    ],
)
@pytest.mark.parametrize(("value", "shown"), [(-0.5, "-0.5"), (math.inf, "inf"), ("1", "'1'")])
def test_weights_are_checked(argument, name, value, shown) -> None:
    with pytest.raises(InputError) as error:
        InformationMaximization(**{argument: value})
    assert str(error.value) == f"{name} must be a finite number >= 0, got {shown}"


def test_it_asks_for_the_target_alone_and_without_weight_for_nothing() -> None:
    method = InformationMaximization()
    assert method.asks("target_losses") and method.has_target_gradient
    assert not method.needs_source and not method.needs_pseudo_labels
    assert not method.asks("further_losses") and not method.asks("after_step")
    assert not InformationMaximization(loss_weight=0).asks("target_losses")
