"""A generator from a checkpoint, and images of any size through it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from mmadvent.errors import InputError
from mmadvent.translation.gan import SemanticTranslator
from mmadvent.translation.gan.translate_images import load_generator, translate_pixels
from tests.translation_toys import build_translator, toy_translator


def test_pixels_in_and_out(tmp_path: Path) -> None:
    model = build_translator(toy_translator())
    path = tmp_path / "translator.pth"
    torch.save(dict(state_dict=model.state_dict()), path)
    generator = load_generator(toy_translator(), str(path))
    images = torch.randint(0, 256, (2, 3, 24, 32), dtype=torch.uint8)
    found = translate_pixels(generator, images)
    exact = model.translate((images.float() - 127.5) / 127.5) * 127.5 + 127.5
    assert found.dtype == np.uint8
    expected = exact.round().permute(0, 2, 3, 1).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1)
    assert translate_pixels(generator, images[..., :23, :31]).shape == (2, 23, 31, 3)


def test_files_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.pth"
    torch.save(dict(state_dict={"backbone.weight": torch.zeros(1)}), path)
    with pytest.raises(InputError) as caught:
        load_generator(toy_translator(), str(path))
    assert str(caught.value) == (
        f"the checkpoint '{path}' is not of a translator: it has no weights of a generator "
        "('generators.target.*')"
    )
    with pytest.raises(InputError, match="the config must be one of configs/translation"):
        load_generator(dict(type="EncoderDecoder"), str(path))
    other = toy_translator(data_preprocessor=dict(type="SegDataPreProcessor"))
    with pytest.raises(InputError, match="^model.data_preprocessor must map BGR pixels to"):
        load_generator(other, str(path))
    torch.save(dict(state_dict=build_translator(toy_translator()).state_dict()), path)
    for kind in ("mmseg.SemanticTranslator", SemanticTranslator):
        load_generator(toy_translator() | dict(type=kind), str(path))
    wider = toy_translator(generator=dict(type="ResNetGenerator", base_channels=4, num_blocks=1))
    with pytest.raises(InputError, match="is not of the config's model"):
        load_generator(wider, str(path))
