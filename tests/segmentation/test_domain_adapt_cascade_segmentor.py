"""A cascade of decode heads adapts as its stages predict, and trains as upstream's."""

import math

import pytest
import torch
from mmseg.registry import MODELS

from mmadvent.errors import InputError
from mmadvent.segmentation import DomainAdaptSegmentor
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers, toy_segmentor

CLASSES = 5
FIRST = dict(type="FCNHead", in_channels=64, in_index=1, channels=8, num_convs=1)
SECOND = dict(type="OCRHead", in_channels=64, in_index=1, channels=8, ocr_channels=4)


def cascade(*stages: dict, **changes) -> dict:
    """A cascade over the toy's backbone, with its auxiliary head."""
    same = dict(num_classes=CLASSES, dropout_ratio=0.0, norm_cfg=dict(type="BN"))
    return toy_segmentor(
        CLASSES,
        type="DomainAdaptCascadeSegmentor",
        num_stages=len(stages),
        decode_head=[dict(stage, **same) for stage in stages],
        **changes,
    )


@pytest.fixture(scope="module")
def model() -> DomainAdaptSegmentor:
    return build_segmentor(cascade(FIRST, SECOND, adaptation=[SMALL_ADVENT]))


def test_the_last_stage_is_the_main_level(model: DomainAdaptSegmentor) -> None:
    levels = model.target_forward(torch.rand(2, 3, 64, 64)).levels
    assert [(x.level.name, x.level.weight) for x in levels] == [
        ("decode_1", 1),
        ("decode_0", 0.2),
        ("aux", 0.2),
    ]


def test_logits_are_those_of_upstreams_prediction(model: DomainAdaptSegmentor) -> None:
    images = torch.rand(1, 3, 64, 72)
    model.eval()
    logits = model.target_forward(images).levels[0].upsampled()
    predicted = model.encode_decode(images, [dict(img_shape=(64, 72))])
    model.train()
    torch.testing.assert_close(logits, predicted)


def test_the_sources_losses_are_upstreams(model: DomainAdaptSegmentor) -> None:
    upstream = MODELS.build(cascade(FIRST, SECOND) | dict(type="CascadeEncoderDecoder"))
    weights = {k: v for k, v in model.state_dict().items() if not k.startswith("adaptation.")}
    upstream.load_state_dict(weights)
    batch = toy_batch(3, num_classes=CLASSES, count=2)
    batch = model.data_preprocessor(batch, training=True)
    expected = upstream.train().loss(**batch)
    losses, output = model.source_forward(**batch, with_logits=False)
    assert losses.keys() == expected.keys()
    assert {"decode_0.loss_ce", "decode_1.loss_ce", "aux.loss_ce"} <= losses.keys()
    for name, value in expected.items():
        torch.testing.assert_close(losses[name].float(), value.reshape(()).float(), msg=name)
    assert output.labels.shape == (2, 64, 64)


def test_a_step_moves_every_part(model: DomainAdaptSegmentor) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    domains = {"source": toy_batch(0, num_classes=CLASSES, count=2), "target": toy_batch(9)}
    log = model.train_step(domains, toy_optimizers(model))
    assert all(math.isfinite(value.detach()) for value in log.values())
    assert {"advent.decode_1.loss_adv", "advent.decode_0.loss_adv"} <= log.keys()
    moved = {k for k, value in model.state_dict().items() if not torch.equal(before[k], value)}
    for part in ("backbone", "decode_head.0", "decode_head.1", "auxiliary_head", "adaptation"):
        assert any(name.startswith(part) for name in moved), part


def test_stages_before_one_that_is_left_out_still_feed_it() -> None:
    model = build_segmentor(cascade(FIRST, SECOND, level_weights=[1, 0, 0]))
    levels = model.target_forward(torch.rand(2, 3, 64, 64)).levels
    assert [x.level.name for x in levels] == ["decode_1"]


def test_points_are_refused() -> None:
    point = dict(type="PointHead", in_channels=[64], in_index=[1], channels=8)
    with pytest.raises(InputError) as error:
        build_segmentor(cascade(FIRST, point))
    assert str(error.value) == (
        "the head 'decode_1' must give per-pixel class logits, one channel a class (a mmseg "
        "BaseDecodeHead with its own loss), got PointHead: what it predicts instead, such as "
        "masks, points or a single channel, would need an entropy of its own"
    )
