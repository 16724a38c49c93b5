"""The rules over the predictions of a small data set, against exact order statistics."""

import numpy as np
import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.functional import ClassHistograms
from mmadvent.segmentation.pseudo_labels.rules import (
    ClassBalancedRule,
    ConfidenceRule,
    EntropyRule,
    PseudoLabelRule,
    build_rule,
)

CLASSES = 5
BIN = 1 / 2**16


@pytest.fixture(scope="module")
def images() -> list[torch.Tensor]:
    """Twenty predictions of 30x40 pixels: class 0 certain, 3 rare, 4 never the likeliest."""
    torch.manual_seed(0)
    offsets = torch.tensor([2.0, 0.5, 0.5, -4.0, -60.0]).view(1, CLASSES, 1, 1)
    return [4 * torch.randn(1, CLASSES, 30, 40) + offsets for _ in range(20)]


def thresholds(rule: PseudoLabelRule, images: list[torch.Tensor]) -> torch.Tensor:
    histograms = ClassHistograms(CLASSES)
    for logits in images:
        histograms.update(*rule.measure(logits))
    return rule.thresholds(histograms)


def flat(images: list[torch.Tensor]) -> np.ndarray:
    """Probabilities of all pixels, (pixels, C)."""
    logits = torch.cat(images).permute(0, 2, 3, 1).reshape(-1, CLASSES).double().numpy()
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def entropy(p: np.ndarray) -> np.ndarray:
    terms = np.zeros_like(p)
    terms[p > 0] = p[p > 0] * np.log(p[p > 0])
    return -terms.sum(axis=1) / np.log(CLASSES)


def labels(rule: PseudoLabelRule, images: list[torch.Tensor]) -> np.ndarray:
    found = thresholds(rule, images)
    return torch.cat([rule.labels(logits, found).flatten() for logits in images]).numpy()


@pytest.mark.parametrize(("quantile", "floor"), [(0.5, 0.0), (0.5, 0.2), (0.2, 0.3)])
def test_entropy(images, quantile, floor):
    rule = EntropyRule(quantile, floor)
    p = flat(images)
    values, predicted = entropy(p), p.argmax(axis=1)
    found = thresholds(rule, images).numpy()
    raised = 0
    for index in range(CLASSES - 1):
        ordered = np.sort(values[predicted == index])
        exact = ordered[round(quantile * len(ordered))]
        raised += exact < floor
        assert found[index] == pytest.approx(max(exact, floor), abs=BIN)
        assert found[index] >= max(exact, floor) - 1e-6
    assert found[CLASSES - 1] == floor
    kept = labels(rule, images)
    assert set(kept) == {0, 1, 2, 3, 255}
    for index in range(CLASSES - 1):
        share = (kept[predicted == index] == index).mean()
        assert share >= quantile
        if raised == 0:
            assert share == pytest.approx(quantile, abs=0.02)
    assert (raised > 0) == (floor > 0)


@pytest.mark.parametrize("portion", [0.05, 0.3, 1.0])
def test_confidence_of_a_portion(images, portion):
    rule = ConfidenceRule(portion=portion)
    confidence = np.sort(flat(images).max(axis=1))
    exact = confidence[round((1 - portion) * len(confidence))]
    found = thresholds(rule, images).tolist()
    assert found == [found[0]] * CLASSES
    assert exact - BIN - 1e-6 <= found[0] <= exact + 1e-6
    share = (labels(rule, images) != 255).mean()
    # The pixels of the last bins are kept together.
    assert portion <= share <= portion + (confidence > exact - 2 * BIN).mean() - portion + 1e-3


def test_confidence_of_a_threshold(images):
    rule = ConfidenceRule(threshold=0.75)
    assert thresholds(rule, images).tolist() == [0.75] * CLASSES
    p = flat(images)
    expected = np.where(p.max(axis=1) >= 0.75, p.argmax(axis=1), 255)
    assert (labels(rule, images) == expected).mean() > 0.9999


@pytest.mark.parametrize("portion", [0.2, 0.5])
def test_class_balance(images, portion):
    rule = ClassBalancedRule(portion)
    p = flat(images)
    confidence, predicted = p.max(axis=1), p.argmax(axis=1)
    found = thresholds(rule, images).numpy()
    for index in range(CLASSES - 1):
        ordered = np.sort(confidence[predicted == index])
        exact = ordered[min(round((1 - portion) * len(ordered)), len(ordered) - 1)]
        assert exact - BIN - 1e-6 <= found[index] <= exact + 1e-6
    assert found[CLASSES - 1] == 1.0
    kept = labels(rule, images)
    ratio = p / found
    expected = np.where(ratio.max(axis=1) >= 1, ratio.argmax(axis=1), 255)
    assert (kept == expected).mean() > 0.999
    # A prediction that reaches its class's threshold is labelled, though another class may win.
    reached = confidence >= found[predicted] + 1e-6
    assert (kept[reached] != 255).all()
    for index in range(CLASSES - 1):
        assert reached[predicted == index].mean() >= 0.9 * portion


def test_every_class_keeps_what_one_threshold_takes_from_the_hard_ones(images):
    predicted = flat(images).argmax(axis=1)
    shares = {}
    for rule in (ConfidenceRule(portion=0.2), ClassBalancedRule(0.2)):
        kept = labels(rule, images)
        shares[rule.name] = [(kept[predicted == c] == c).mean() for c in range(4)]
    assert min(shares["confidence"]) < 0.1 < min(shares["class_balanced"])


def test_nothing_predicted_gives_finite_thresholds():
    empty = ClassHistograms(3)
    assert EntropyRule().thresholds(empty).tolist() == [0.1] * 3
    assert ClassBalancedRule().thresholds(empty).tolist() == [1.0] * 3
    assert ConfidenceRule(threshold=0.9).thresholds(empty).tolist() == [0.9] * 3


def test_rules_are_built_by_name():
    assert build_rule("entropy") == EntropyRule(0.5, 0.1)
    assert build_rule("entropy", quantile=0.3, floor=None, portion=None) == EntropyRule(0.3)
    assert build_rule("confidence", portion=0.2) == ConfidenceRule(portion=0.2)
    assert build_rule("class_balanced") == ClassBalancedRule(0.2)
    assert EntropyRule().as_json() == dict(name="entropy", quantile=0.5, floor=0.1)
    assert ConfidenceRule(threshold=1.0).as_json() == dict(
        name="confidence", portion=None, threshold=1.0
    )


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("magic", {}, "rule must be one of entropy, confidence, class_balanced, got 'magic'"),
        ("entropy", dict(quantile=1.5), "quantile must be in [0, 1], got 1.5"),
        ("entropy", dict(floor=-0.1), "floor must be in [0, 1], got -0.1"),
        ("entropy", dict(portion=0.2), "the rule entropy has quantile and floor, got portion"),
        ("class_balanced", dict(portion=0), "portion must be in (0, 1], got 0"),
        ("class_balanced", dict(floor=0.1), "the rule class_balanced has portion, got floor"),
        ("confidence", dict(portion=0.0), "portion must be in (0, 1], got 0.0"),
        ("confidence", dict(threshold=2), "threshold must be in [0, 1], got 2"),
        (
            "confidence",
            dict(quantile=0.5),
            "the rule confidence has portion and threshold, got quantile",
        ),
        ("confidence", {}, "the rule confidence needs either portion or threshold, got neither"),
        (
            "confidence",
            dict(portion=0.2, threshold=0.9),
            "the rule confidence needs either portion or threshold, got both",
        ),
    ],
)
def test_refuses(name, arguments, sentence):
    with pytest.raises(InputError) as error:
        build_rule(name, **arguments)
    assert str(error.value) == sentence
