"""Logits of images, one by one and whole."""

import pytest
import torch
from mmengine.config import Config
from torch import nn
from torch.utils.data import Dataset

from mmadvent.errors import InputError
from mmadvent.segmentation.pseudo_labels.predictions import load_network, predict_logits
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_segmentor

CLASSES = 5


class Images(Dataset):
    """Samples as ``PackSegInputs`` leaves them; it notes which were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __deepcopy__(self, memo: dict) -> "Images":
        return self  # the loader's config is copied

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> dict:
        self.asked.append(index)
        batch = toy_batch(index, (40, 56))
        return dict(inputs=batch["inputs"][0], data_samples=batch["data_samples"][0])


def config(**changes) -> Config:
    return Config(dict(model=toy_segmentor(CLASSES, adaptation=[SMALL_ADVENT], **changes)))


@pytest.fixture
def checkpoint() -> dict:
    model = build_segmentor(config().model)
    return dict(state_dict=model.state_dict())


def test_the_network_is_loaded_without_its_methods(checkpoint: dict) -> None:
    settings = config(level_weights=dict(decode=0.0, aux=1.0))
    model = load_network(settings, checkpoint, "a.pth")
    assert not model.training and len(model.adaptation) == 0
    for name, value in model.state_dict().items():
        assert torch.equal(value.cpu(), checkpoint["state_dict"][name])
    assert "adaptation" in settings.model and "level_weights" in settings.model


def test_other_weights_are_refused(checkpoint: dict) -> None:
    del checkpoint["state_dict"]["decode_head.branches.0.weight"]
    with pytest.raises(InputError, match="^the checkpoint 'a.pth' is not of the config's model: "):
        load_network(config(), checkpoint, "a.pth")


def test_other_models_are_refused(checkpoint: dict) -> None:
    with pytest.raises(InputError) as error:
        load_network(config(type="EncoderDecoder"), checkpoint, "a.pth")
    assert str(error.value) == (
        "pseudo-labels are predictions of a DomainAdaptSegmentor, got EncoderDecoder"
    )


def test_a_model_without_a_preprocessor(checkpoint: dict) -> None:
    with pytest.raises(InputError, match="^model.data_preprocessor must make a batch of images"):
        load_network(config(data_preprocessor=None), checkpoint, "a.pth")


def test_logits_are_the_main_heads_in_the_order_that_was_asked_for(checkpoint: dict) -> None:
    model, images = load_network(config(), checkpoint, "a.pth").cpu(), Images()
    found = list(predict_logits(model, images, [2, 0]))
    assert images.asked == [2, 0]
    for index, logits in zip([2, 0], found, strict=True):
        assert logits.shape == (1, CLASSES, 40, 56) and not logits.requires_grad
        inputs = model.data_preprocessor(toy_batch(index, (40, 56)))["inputs"]
        with torch.no_grad():
            low = model.decode_head(model.backbone(inputs))
        expected = nn.functional.interpolate(low, (40, 56), mode="bilinear", align_corners=True)
        torch.testing.assert_close(logits, expected)


def test_padding_is_no_prediction(checkpoint: dict) -> None:
    preprocessor = dict(config().model.data_preprocessor, test_cfg=dict(size_divisor=64))
    model = load_network(config(data_preprocessor=preprocessor), checkpoint, "a.pth").cpu()
    (logits,) = predict_logits(model, Images(), [0])
    assert logits.shape == (1, CLASSES, 40, 56)


def test_images_are_read_as_they_are_asked_for(checkpoint: dict) -> None:
    model, images = load_network(config(), checkpoint, "a.pth").cpu(), Images()
    logits = predict_logits(model, images, range(4))
    assert images.asked == []
    next(logits)
    assert images.asked == [0]
