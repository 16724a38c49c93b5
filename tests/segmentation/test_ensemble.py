"""The ensemble against what its members predict alone."""

import math
from pathlib import Path

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.segmentation import EnsembleSegmentor
from tests.toys import SMALL_ADVENT, build_segmentor, toy_segmentor

LABEL = (50, 66)
# Of another library's classes, with another normalisation, channel order and padding.
OTHER = dict(
    type="EncoderDecoder",
    data_preprocessor=dict(
        type="SegDataPreProcessor",
        mean=[120.0, 110.0, 100.0],
        std=[60.0, 50.0, 40.0],
        bgr_to_rgb=True,
        test_cfg=dict(size_divisor=32),
    ),
    backbone=dict(type="ResNet", depth=18, base_channels=8, stem_channels=8),
    decode_head=dict(
        type="FCNHead", in_channels=64, in_index=3, channels=8, num_convs=1, num_classes=5
    ),
    auxiliary_head=None,
)


def batch() -> dict:
    """Two images as a test pipeline gives them, smaller than their labels."""
    generator = torch.Generator().manual_seed(4)
    images = list(torch.randint(0, 256, (2, 3, 40, 56), generator=generator, dtype=torch.uint8))
    samples = []
    for _ in images:
        sample = SegDataSample(metainfo=dict(ori_shape=LABEL, img_shape=(40, 56)))
        sample.gt_sem_seg = PixelData(data=torch.ones(1, *LABEL, dtype=torch.long))
        samples.append(sample)
    return dict(inputs=images, data_samples=samples)


def saved(folder: Path, name: str, config: dict, seed: int, **meta: object) -> dict:
    """A member: a model whose logits are far apart, and its checkpoint."""
    model = build_segmentor(config)
    torch.manual_seed(seed)
    for parameter in model.decode_head.parameters():
        nn.init.normal_(parameter, std=0.5)
    path = folder / f"{name}.pth"
    torch.save(dict(state_dict=model.state_dict(), meta=meta), path)
    return dict(model=config, checkpoint=str(path))


@pytest.fixture(scope="module")
def members(tmp_path_factory) -> list[dict]:
    """AdvEnt with its discriminators, MinEnt, and another architecture without adaptation."""
    folder = tmp_path_factory.mktemp("members")
    advent = toy_segmentor(5, adaptation=[SMALL_ADVENT])
    minent = toy_segmentor(5, adaptation=[dict(type="MinEnt")])
    other = toy_segmentor(5, **OTHER)
    configs = dict(advent=advent, minent=minent, other=other)
    return [saved(folder, *item, seed) for seed, item in enumerate(configs.items())]


@torch.no_grad()
def predicted(model: nn.Module, data: dict | None = None) -> tuple[Tensor, Tensor]:
    """Logits (N, C, H, W) and labels (N, 1, H, W)."""
    results = model.eval().test_step(data or batch())
    fields = zip(*((r.seg_logits.data, r.pred_sem_seg.data) for r in results), strict=True)
    logits, labels = map(torch.stack, fields)
    return logits, labels


def alone(member: dict, data: dict | None = None) -> tuple[Tensor, Tensor]:
    model = MODELS.build(member["model"])
    model.load_state_dict(torch.load(member["checkpoint"], weights_only=True)["state_dict"])
    return predicted(model, data)


@pytest.mark.parametrize("weight", [1.0, 0.3])
def test_an_ensemble_of_one_is_its_member(members, weight):
    for member in members:
        ours = predicted(EnsembleSegmentor([dict(member, weight=weight)]))
        for one, other in zip(ours, alone(member), strict=True):
            assert torch.equal(one, other)
        assert ours[0].shape == (2, 5, *LABEL) and ours[1].shape == (2, 1, *LABEL)


def test_a_config_s_own_preprocessor_does_not_normalize_again(members):
    again = toy_segmentor(5).data_preprocessor
    logits, _ = predicted(EnsembleSegmentor(members[:1], data_preprocessor=again))
    assert torch.equal(logits, alone(members[0])[0])


def test_probabilities_of_one_are_its_softmax(members):
    logits, labels = predicted(EnsembleSegmentor(members[:1], average="probabilities"))
    expected, its_labels = alone(members[0])
    torch.testing.assert_close(logits.softmax(1), expected.softmax(1))
    assert torch.equal(labels, its_labels)


@pytest.mark.parametrize("average", ["logits", "probabilities"])
def test_three_architectures_by_hand(members, average):
    weights = (3, 1.0, 4.0)
    weighted = [dict(m, weight=w) for m, w in zip(members, weights, strict=True)]
    logits, labels = predicted(EnsembleSegmentor(weighted, average))
    parts = [alone(member)[0].double() for member in members]
    if average == "logits":
        expected = sum(w * x for w, x in zip(weights, parts, strict=True)) / 8
        torch.testing.assert_close(logits.double(), expected, rtol=1e-5, atol=1e-4)
    else:
        expected = sum(w * x.softmax(1) for w, x in zip(weights, parts, strict=True)) / 8
        torch.testing.assert_close(logits.exp().double(), expected, rtol=1e-5, atol=1e-6)
    agreement = (labels.squeeze(1) == expected.argmax(1)).float().mean()
    assert agreement > 0.999  # ties aside
    for part in parts:
        assert (labels.squeeze(1) != part.argmax(1)).any()


def test_logits_and_probabilities_are_not_the_same_vote(members):
    one, other = (
        predicted(EnsembleSegmentor(members, average))[1] for average in ("logits", "probabilities")
    )
    assert (one != other).any()


@pytest.mark.parametrize("average", ["logits", "probabilities"])
def test_neither_order_nor_the_scale_of_the_weights_matters(members, average):
    first, second = dict(members[0], weight=1.0), dict(members[2], weight=3.0)
    expected, _ = predicted(EnsembleSegmentor([first, second], average))
    assert torch.equal(predicted(EnsembleSegmentor([second, first], average))[0], expected)
    scaled = [dict(first, weight=2.0), dict(second, weight=6)]
    assert torch.equal(predicted(EnsembleSegmentor(scaled, average))[0], expected)


def test_samples_keep_what_they_had(members):
    for result in EnsembleSegmentor(members).eval().test_step(batch()):
        # The padding of a member is not that of the next.
        assert result.metainfo == dict(ori_shape=LABEL, img_shape=(40, 56))
        assert result.gt_sem_seg.data.shape == (1, *LABEL)


def test_without_samples_it_predicts_at_the_size_of_the_image(members):
    images = dict(inputs=batch()["inputs"])
    logits, labels = predicted(EnsembleSegmentor(members[:2]), images)
    parts = [alone(member, images)[0] for member in members[:2]]
    torch.testing.assert_close(logits, (parts[0] + parts[1]) / 2)
    assert labels.shape == (2, 1, 40, 56)


def test_it_counts_classes_as_a_segmentor_and_has_no_discriminators(members):
    model = EnsembleSegmentor(members)
    assert model.decode_head.num_classes == 5
    assert not [name for name in model.state_dict() if "discriminator" in name]


def refusal(*members: dict, **settings: str) -> str:
    with pytest.raises(InputError) as error:
        EnsembleSegmentor(members, **settings)
    return str(error.value)


def test_members_with_different_numbers_of_classes(members):
    seven = dict(model=toy_segmentor(7))
    assert refusal(members[0], seven) == (
        "the members of an ensemble must have the same classes, but "
        f"'{members[0]['checkpoint']}' has 5 and 'member 1' has 7"
    )


@pytest.mark.parametrize(
    ("names", "difference"),
    [
        (("road", "sky", "cat", "bus", "tree"), "class 2 is 'car' in '{0}' and 'cat' in '{1}'"),
        (("road", "sky", "car"), "class 3 is 'bus' in '{0}' and '(none)' in '{1}'"),
    ],
)
def test_members_with_different_names_of_classes(members, tmp_path, names, difference):
    ours = dict(classes=("road", "sky", "car", "bus", "tree"))
    one, same, other = (
        saved(tmp_path, name, toy_segmentor(5), 0, dataset_meta=meta)
        for name, meta in (("one", ours), ("same", ours), ("other", dict(classes=list(names))))
    )
    # Those that do not tell are not compared.
    assert EnsembleSegmentor([members[0], one, same]).member_classes == list(ours["classes"])
    assert EnsembleSegmentor(members[:1]).member_classes is None
    paths = one["checkpoint"], other["checkpoint"]
    assert refusal(members[0], one, same, other) == (
        f"the members of an ensemble must have the same classes, but {difference.format(*paths)}"
    )


@pytest.mark.parametrize("weight", [0, -1.0, math.nan, math.inf, "2", True])
def test_weights_are_checked(weight):
    member = dict(model=toy_segmentor(5))
    assert refusal(member, dict(member, weight=weight)) == (
        f"the weight of 'member 1' must be a finite number > 0, got {weight!r}"
    )


def test_members_and_average_are_checked():
    assert refusal() == "an ensemble needs at least one member, got none"
    assert refusal(dict(model=toy_segmentor(5), wieght=3.0)) == (
        "a member of an ensemble has model, checkpoint and weight, got 'wieght' for member 0"
    )
    assert refusal(dict(model=toy_segmentor(5)), average="votes") == (
        "average must be one of logits, probabilities, got 'votes'"
    )
    assert refusal(dict(model=dict(type="SegDataPreProcessor"))) == (
        "'member 0' must be a segmentor of mmseg, got SegDataPreProcessor"
    )
    head = dict(OTHER["decode_head"], num_classes=2, out_channels=1, threshold=0.5)
    assert refusal(dict(model=toy_segmentor(5, **dict(OTHER, decode_head=head)))) == (
        "'member 0' must give one channel for each of its 2 classes, got 1"
    )


def test_checkpoints_are_those_of_their_models(members, tmp_path):
    assert refusal(dict(members[0], checkpoint="no.pth")) == (
        "the checkpoint 'no.pth' does not exist"
    )
    path = members[2]["checkpoint"]
    text = refusal(dict(members[0], checkpoint=path))
    assert text.startswith(f"the checkpoint '{path}' is not of the config's model: ")


@pytest.mark.parametrize("mode", ["loss", "tensor"])
def test_it_does_nothing_but_predict(members, mode):
    model = EnsembleSegmentor([dict(model=toy_segmentor(5))])
    with pytest.raises(InputError) as error:
        model(**batch(), mode=mode)
    assert str(error.value) == f"an ensemble only predicts (mode='predict'), got mode='{mode}'"
