"""SSDEntropyHead beside upstream's SSDHead: the same losses, the same detections."""

import pytest
import torch
from mmdet.models.dense_heads import SSDHead
from mmdet.registry import MODELS

from tests.detection_toys import CLASSES, build_detector, plain_ssd, toy_batch, toy_ssd

HEADS = ("SSDEntropyHead", "SSDHead")


def detector(head: str) -> torch.nn.Module:
    config = toy_ssd()
    config.bbox_head.type = head
    return build_detector(config)


def test_is_upstreams_head_under_another_name():
    ours, plain = (detector(head).bbox_head for head in HEADS)
    assert type(ours) is MODELS.get("SSDEntropyHead")
    assert isinstance(ours, SSDHead)
    assert list(ours.state_dict()) == list(plain.state_dict())


def test_gives_losses_and_class_logits_in_one_forward():
    model = detector("SSDEntropyHead")
    batch = model.data_preprocessor(toy_batch(0, labeled=True, count=2), training=True)
    features = model.extract_feat(batch["inputs"])
    head = model.bbox_head
    losses, logits = head.loss_and_class_logits(features, batch["data_samples"])
    expected = head.loss(features, batch["data_samples"])
    for name, values in expected.items():
        assert all(torch.equal(a, b) for a, b in zip(losses[name], values, strict=True))
    assert [x.shape for x in logits] == [(2, CLASSES + 1, 4, 8, 8), (2, CLASSES + 1, 6, 4, 4)]
    for ours, again in zip(logits, head.class_logits(features), strict=True):
        assert torch.equal(ours, again)


@pytest.mark.parametrize("head", HEADS)
def test_detects_what_upstream_detects(head):
    ours, upstream = detector(head).eval(), build_detector(plain_ssd()).eval()
    upstream.load_state_dict(ours.state_dict())
    (mine,), (theirs,) = (model.test_step(toy_batch(3)) for model in (ours, upstream))
    for key in ("bboxes", "scores", "labels"):
        assert len(mine.pred_instances[key]) == 20
        assert torch.equal(mine.pred_instances[key], theirs.pred_instances[key])
