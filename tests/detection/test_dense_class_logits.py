"""Upstream's class scores in the layout of the methods, against upstream's own reading."""

import math

import pytest
import torch
from torch import nn

from mmadvent.detection.dense_class_logits import (
    class_logits,
    head_levels,
    loss_and_class_logits,
    may_be_object,
)
from mmadvent.functional import entropy
from mmadvent.structures import LogitsLevel
from tests.detection_toys import (
    CLASSES,
    build_detector,
    toy_batch,
    toy_fcos,
    toy_retinanet,
    toy_ssd,
)

MODELS = {"ssd": toy_ssd, "retinanet": toy_retinanet, "fcos": toy_fcos}


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest) -> nn.Module:
    return build_detector(MODELS[request.param]())


@pytest.fixture
def features(model: nn.Module) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(1)
    return model.extract_feat(torch.randn(2, 3, 64, 80))


def as_upstream(head: nn.Module, score: torch.Tensor) -> torch.Tensor:
    """(N, anchors, channels of one anchor), the way upstream's losses order them."""
    return score.permute(0, 2, 3, 1).reshape(len(score), -1, head.cls_out_channels)


def test_probabilities_are_those_that_upstream_reads(model, features):
    head = model.bbox_head
    outputs = zip(class_logits(head, features), head(features)[0], strict=True)
    for logits, score in outputs:
        flat = as_upstream(head, score)
        # Back into the order of upstream's anchors: row, column, anchor.
        if head.use_sigmoid_cls:
            ours = logits.softmax(1)[:, 0].unflatten(1, (-1, CLASSES)).permute(0, 3, 4, 1, 2)
            expected = flat.sigmoid()
        else:
            ours = logits.softmax(1).permute(0, 3, 4, 2, 1)
            expected = flat.softmax(-1)
        torch.testing.assert_close(ours.flatten(1, 3), expected)


def test_classes_of_a_softmax_head_in_closed_form():
    # A head of 2 anchors and 2 classes whose score says which anchor and class it is of.
    score = torch.tensor([10.0, 11.0, 12.0, 20.0, 21.0, 22.0]).view(1, 6, 1, 1).expand(1, 6, 3, 5)
    (logits,) = class_logits(Scores(score, cls_out_channels=3, use_sigmoid_cls=False), [])
    assert logits.shape == (1, 3, 2, 3, 5)
    for category in range(3):  # 2 is the background
        for anchor in range(2):
            assert (logits[0, category, anchor] == 10 * (anchor + 1) + category).all()


def test_classes_of_a_sigmoid_head_in_closed_form():
    score = torch.randn(2, 6, 3, 5, dtype=torch.float64)
    (logits,) = class_logits(Scores(score, cls_out_channels=3, use_sigmoid_cls=True), [])
    assert logits.shape == (2, 2, 6, 3, 5)
    p = 1 / (1 + (-score).exp())
    bernoulli = -(p * p.log() + (1 - p) * (1 - p).log())
    torch.testing.assert_close(entropy(logits), bernoulli / math.log(2))


class Scores(nn.Module):
    """A head that gives one map, whatever it sees."""

    def __init__(self, score: torch.Tensor, **attributes) -> None:
        super().__init__()
        self.score = score
        vars(self).update(attributes)

    def forward(self, features):
        return [self.score], None


def test_losses_are_upstreams_to_the_bit_from_one_forward(model, features):
    head = model.bbox_head
    samples = toy_batch(0, (64, 80), labeled=True, count=2)["data_samples"]
    for sample in samples:
        sample.set_metainfo(dict(batch_input_shape=(64, 80)))
    expected = head.loss(features, samples)
    calls = []
    handle = head.register_forward_hook(lambda *seen: calls.append(seen[2]))
    losses, logits = loss_and_class_logits(head, features, samples)
    handle.remove()
    assert len(calls) == 1
    assert set(losses) == set(expected)
    for name, values in expected.items():
        ours = losses[name] if isinstance(values, (list, tuple)) else [losses[name]]
        values = values if isinstance(values, (list, tuple)) else [values]
        assert all(torch.equal(a, b) for a, b in zip(ours, values, strict=True)), name
    for ours, again in zip(logits, class_logits(head, features), strict=True):
        assert torch.equal(ours, again)


@pytest.mark.parametrize(
    ("config", "classes", "maps"),
    [(toy_ssd, 4, (4, 6)), (toy_retinanet, 2, (9, 9)), (toy_fcos, 2, (3, 3))],
)
def test_levels(config, classes, maps):
    head = build_detector(config()).bbox_head
    assert head_levels(head) == [
        LogitsLevel("level_0", classes, 1.0, stride=8, num_anchors=maps[0]),
        LogitsLevel("level_1", classes, 1.0, stride=16, num_anchors=maps[1]),
    ]


def test_levels_describe_the_logits(model, features):
    shapes = [tuple(logits.shape) for logits in class_logits(model.bbox_head, features)]
    assert shapes == [
        (2, level.num_classes, level.num_anchors, 64 // level.stride, 80 // level.stride)
        for level in head_levels(model.bbox_head)
    ]


def test_objectness_of_a_softmax_head():
    # Probabilities 0.1 and 0.3 of the two classes: together 0.4, though neither alone is.
    p = torch.tensor([0.1, 0.3, 0.6], dtype=torch.float64)
    logits = p.log().view(1, 3, 1, 1, 1).requires_grad_()
    head = Scores(logits, cls_out_channels=3, use_sigmoid_cls=False)
    assert may_be_object(head, logits, 0.399).tolist() == [[[[True]]]]
    assert may_be_object(head, logits, 0.401).tolist() == [[[[False]]]]
    assert not may_be_object(head, logits, 0.4).requires_grad


def test_objectness_of_a_sigmoid_head():
    # Two anchors of two classes each; an anchor counts with all its classes or not at all.
    p = torch.tensor([0.1, 0.3, 0.2, 0.25], dtype=torch.float64)
    z = (p / (1 - p)).log().view(1, 4, 1, 1)
    head = Scores(z, cls_out_channels=2, use_sigmoid_cls=True)
    (logits,) = class_logits(head, [])

    def marked(threshold: float) -> list:
        return may_be_object(head, logits, threshold).flatten().tolist()

    assert marked(0.2) == [True, True, True, True]
    assert marked(0.26) == [True, True, False, False]
    assert marked(0.31) == [False] * 4
