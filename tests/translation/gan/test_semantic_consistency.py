"""CyCADA's frozen segmentor: what it computes, that it stays frozen, errors."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from mmengine.registry import MODELS
from mmseg.structures import SegDataSample

from mmadvent.errors import InputError
from mmadvent.translation.gan.semantic_consistency import cross_entropy
from tests.toys import toy_segmentor
from tests.translation_toys import CLASSES, toy_translator, write_segmentor


def test_loss_of_the_frozen_segmentor(tmp_path: Path) -> None:
    part = MODELS.build(dict(write_segmentor(tmp_path), loss_weight=0.5)).train()
    assert not any(module.training for module in part.modules())
    assert not any(parameter.requires_grad for parameter in part.parameters())
    pixels = (torch.rand(2, 3, 32, 32) * 255).requires_grad_()
    labels = torch.randint(0, CLASSES, (2, 32, 32))
    labels[0, :5] = 255
    loss = part(pixels, labels)
    expected = 0.5 * F.cross_entropy(part.logits(pixels), labels, ignore_index=255)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    assert pixels.grad.abs().sum() > 0
    assert torch.equal(part.predict(pixels), part.logits(pixels).argmax(1))


def test_it_sees_what_a_test_of_the_segmentor_sees(tmp_path: Path) -> None:
    """Padded to a divisor, whole crops where images are tested in windows, heads in a cascade."""
    pixels = (torch.rand(2, 3, 36, 52) * 255).round()
    settings = toy_segmentor(CLASSES)
    head = dict(settings.decode_head)
    ocr = dict(
        type="OCRHead",
        in_channels=64,
        in_index=1,
        channels=8,
        ocr_channels=4,
        num_classes=CLASSES,
        align_corners=False,
    )
    padded = dict(settings.data_preprocessor, test_cfg=dict(size_divisor=32))
    for number, changes in enumerate(
        (
            dict(data_preprocessor=padded),
            dict(test_cfg=dict(mode="slide", crop_size=(32, 32), stride=(16, 16))),
            dict(type="CascadeEncoderDecoder", num_stages=2, decode_head=[head, ocr]),
        )
    ):
        part = MODELS.build(write_segmentor(tmp_path / str(number), **changes)).train()
        found = part.logits(pixels)
        part.segmentor.test_cfg["mode"] = "whole"
        samples = [SegDataSample(metainfo=dict(img_shape=(36, 52), ori_shape=(36, 52)))] * 2
        samples = [sample.clone() for sample in samples]
        results = part.segmentor.test_step(dict(inputs=list(pixels), data_samples=samples))
        expected = torch.stack([result.seg_logits.data for result in results])
        torch.testing.assert_close(found, expected)


def test_a_segmentor_without_logits_of_each_class(tmp_path: Path) -> None:
    head = dict(type="FCNHead", in_channels=64, in_index=1, channels=4, num_classes=2)
    loss = dict(type="CrossEntropyLoss", use_sigmoid=True)
    binary = dict(head, out_channels=1, threshold=0.5, loss_decode=loss)
    part = write_segmentor(tmp_path, decode_head=binary)
    with pytest.raises(InputError) as caught:
        MODELS.build(part)
    assert str(caught.value) == (
        f"the segmentor of '{part['config']}' must be an EncoderDecoder with one output channel a "
        "class, got EncoderDecoder with 1 channels for 2 classes"
    )


def test_no_labeled_pixel_is_no_loss() -> None:
    assert cross_entropy(torch.rand(1, 5, 4, 4), torch.full((1, 4, 4), 255)) == 0


def test_files_that_do_not_fit(tmp_path: Path) -> None:
    good = write_segmentor(tmp_path)
    other = write_segmentor(tmp_path / "other", num_classes=7)
    for part, text in (
        (dict(good, checkpoint="no.pth"), "the checkpoint 'no.pth' does not exist"),
        (dict(good, config="no.py"), "the segmentor's config 'no.py' does not exist"),
        (dict(good, checkpoint=other["checkpoint"]), "is not of the config's model"),
    ):
        with pytest.raises(InputError) as caught:
            MODELS.build(toy_translator(consistency=part))
        assert text in str(caught.value)
