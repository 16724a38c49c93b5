"""The segmentor: which heads it takes, and what it hands to the methods."""

from pathlib import Path

import mmseg
import pytest
import torch
from mmengine.config import Config
from mmseg.models import EncoderDecoder
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmadvent.errors import InputError
from tests.toys import build_segmentor, toy_batch, toy_segmentor

UPSTREAM = Path(mmseg.__file__).parent / ".mim/configs"
HEAD = dict(in_channels=64, in_index=1, channels=8, num_classes=5)


def refusal(**changes) -> str:
    with pytest.raises(InputError) as error:
        build_segmentor(toy_segmentor(5, **changes))
    return str(error.value)


def with_head(**changes) -> dict:
    return dict(dict(type="FCNHead", num_convs=1, **HEAD), **changes)


def test_levels_are_named_and_weighted_like_the_heads():
    model = build_segmentor(toy_segmentor(5))
    target = model.target_forward(torch.rand(1, 3, 64, 64))
    assert [(x.level.name, x.level.weight) for x in target.levels] == [("decode", 1), ("aux", 0.2)]
    assert [x.upsampled().shape for x in target.levels] == [(1, 5, 64, 64)] * 2


@pytest.mark.parametrize("ignored", [0, 3, 254, 255])
def test_methods_see_no_label_where_the_head_ignores_it(ignored):
    """``MeanTeacher`` had pasted an ignored class of the network's and trained on it."""
    config = toy_segmentor(5)
    for head in (config.decode_head, config.auxiliary_head):
        head.ignore_index = ignored
    model = build_segmentor(config)
    batch = toy_batch(0, (64, 64), num_classes=5)
    labels = batch["data_samples"][0].gt_sem_seg.data
    labels[labels == 255] = ignored
    batch = model.data_preprocessor(batch, training=True)
    _, output = model.source_forward(**batch, with_logits=False)
    assert torch.equal(output.labels, labels.where(labels != ignored, 255))


def test_several_auxiliary_heads_are_numbered():
    heads = [with_head(in_channels=32, in_index=0)] * 2
    model = build_segmentor(toy_segmentor(5, auxiliary_head=heads, level_weights=[1, 0.5, 0]))
    target = model.target_forward(torch.rand(2, 3, 64, 64))
    # A level of weight 0 is left out.
    assert [(x.level.name, x.level.weight) for x in target.levels] == [
        ("decode", 1),
        ("aux_0", 0.5),
    ]


def test_a_head_of_edges_is_left_out_where_there_are_two_classes_too():
    """STDC's: it tells edges of the label map from the rest."""
    auxiliary = with_head(in_channels=32, in_index=0, num_classes=2)
    losses = [dict(type="CrossEntropyLoss", use_sigmoid=True), dict(type="DiceLoss")]
    edges = dict(auxiliary, type="STDCHead", loss_decode=losses)
    model = build_segmentor(toy_segmentor(2, auxiliary_head=[auxiliary, edges]))
    target = model.target_forward(torch.rand(2, 3, 64, 64))
    assert [(x.level.name, x.level.weight) for x in target.levels] == [
        ("decode", 1),
        ("aux_0", 0.2),
    ]


def test_logits_are_those_of_upstreams_prediction():
    model = build_segmentor(toy_segmentor(5)).eval()
    images = torch.rand(1, 3, 64, 72)
    logits = model.target_forward(images).levels[0].upsampled()
    torch.testing.assert_close(logits, model.encode_decode(images, [dict(img_shape=(64, 72))]))


@pytest.mark.parametrize(
    "meta",
    [
        dict(ori_shape=(64, 72)),
        dict(ori_shape=(50, 60)),
        dict(ori_shape=(64, 72), flip=True, flip_direction="horizontal"),
        dict(ori_shape=(60, 72), padding_size=[0, 0, 0, 4]),
        dict(ori_shape=(60, 72), img_padding_size=[0, 0, 0, 4]),
    ],
)
def test_predictions_are_upstreams(meta):
    model = build_segmentor(toy_segmentor(5))
    logits = torch.randn(2, 5, 64, 72)
    given = [[SegDataSample(metainfo=meta) for _ in range(2)] for _ in range(2)]
    ours = model.postprocess_result(logits, given[0])
    upstream = EncoderDecoder.postprocess_result(model, logits, given[1])
    for mine, theirs in zip(ours, upstream, strict=True):
        assert torch.equal(mine.seg_logits.data, theirs.seg_logits.data)
        assert torch.equal(mine.pred_sem_seg.data, theirs.pred_sem_seg.data)


def test_predictions_without_samples_are_upstreams():
    model = build_segmentor(toy_segmentor(5))
    logits = torch.randn(2, 5, 64, 72)
    predicted = [x.pred_sem_seg.data for x in model.postprocess_result(logits)]
    assert torch.equal(torch.cat(predicted), logits.argmax(dim=1))


@pytest.mark.parametrize("channels_last", [True, False])
def test_layout_of_the_weights(channels_last):
    config = toy_segmentor(5, channels_last=channels_last, adaptation=[dict(type="AdvEnt")])
    model = build_segmentor(config)
    weights = [p for p in model.parameters() if p.dim() == 4 and min(p.shape[1:3]) > 1]
    layouts = {p.is_contiguous(memory_format=torch.channels_last) for p in weights}
    assert layouts == {channels_last} and len(weights) > 20


def test_state_dict_has_upstreams_names():
    ours = build_segmentor(toy_segmentor(5, adaptation=[dict(type="AdvEnt")])).state_dict()
    upstream = build_segmentor(toy_segmentor(5, type="EncoderDecoder")).state_dict()
    assert set(upstream) == {name for name in ours if not name.startswith("adaptation.")}


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.2, 0.1], []])
def test_one_weight_a_level(weights):
    assert refusal(level_weights=weights) == (
        "model.level_weights must have one weight for each of the 2 heads (decode, aux), "
        f"got {weights}"
    )


def test_weights_of_levels_are_checked():
    text = refusal(level_weights=[1.0, -0.2])
    assert text == "model.level_weights must be a finite number >= 0, got -0.2"


def test_one_class_is_refused():
    head = toy_segmentor(1).decode_head
    text = refusal(decode_head=head, auxiliary_head=None)
    assert text == (
        "the head 'decode' must tell 2 classes or more apart, got num_classes=1: give all that is "
        "not of the class one of its own, such as classes=('background', 'object')"
    )


def test_head_without_ignore_index_is_refused():
    assert refusal(auxiliary_head=with_head(in_channels=32, in_index=0, ignore_index=None)) == (
        "the head 'aux' must have an ignore_index for source pixels without a class "
        "(mmseg's is 255), got None"
    )


@pytest.mark.parametrize(
    "head",
    [
        dict(type="PointHead", **{**HEAD, "in_channels": [64], "in_index": [1]}),
        # One channel for two classes.
        with_head(num_classes=2, out_channels=1, threshold=0.3),
    ],
)
def test_heads_without_per_pixel_class_logits_are_refused(head):
    assert refusal(decode_head=head) == (
        "the head 'decode' must give per-pixel class logits, one channel a class (a mmseg "
        f"BaseDecodeHead with its own loss), got {head['type']}: what it predicts instead, such "
        "as masks, points or a single channel, would need an entropy of its own"
    )


def test_mask_classification_is_refused():
    path = UPSTREAM / "maskformer/maskformer_r50-d32_8xb2-160k_ade20k-512x512.py"
    config = Config.fromfile(path).model
    config.type = "DomainAdaptSegmentor"
    with torch.device("meta"), pytest.raises(InputError, match="got MaskFormerHead: what it "):
        MODELS.build(config)


def test_head_with_a_second_output_is_refused():
    loss = dict(type="CrossEntropyLoss", use_sigmoid=True)
    head = dict(type="EncHead", num_codes=4, add_lateral=False, loss_se_decode=loss, **HEAD)
    head.update(in_channels=[32, 64], in_index=[0, 1])
    assert refusal(decode_head=head) == (
        "the head 'decode' must give one map of class logits while it trains, got EncHead, which "
        "gives several outputs: one would have to be named as that map"
    )


def test_parts_of_other_segmentors_are_refused():
    assert refusal(num_stages=2) == (
        "a cascade of decode heads (num_stages=2) needs "
        "model.type='DomainAdaptCascadeSegmentor', got 'DomainAdaptSegmentor'"
    )
    assert refusal(text_encoder=dict(type="CLIPTextEncoder")) == (
        "DomainAdaptSegmentor must have the config of mmseg's EncoderDecoder, with no other parts "
        "than backbone, decode_head, neck, auxiliary_head, train_cfg, test_cfg, "
        "data_preprocessor, pretrained, init_cfg, got text_encoder"
    )


def test_an_auxiliary_head_of_other_classes_takes_no_part():
    head = with_head(in_channels=32, in_index=0, num_classes=3)
    adaptation = [dict(type="MinEnt")]
    model = build_segmentor(toy_segmentor(5, auxiliary_head=head, adaptation=adaptation))
    output = model.target_forward(torch.rand(2, 3, 64, 64))
    assert [logits.level.name for logits in output.levels] == ["decode"]
