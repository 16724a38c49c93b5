"""Fourier domain adaptation in a pipeline: which image is drawn, sizes, types, errors."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import TRANSFORMS
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.functional import swap_low_frequencies
from mmadvent.translation.fourier import FourierAdaptation


def write(path: Path, seed: int, size: tuple[int, int] = (8, 12)) -> np.ndarray:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels[..., ::-1]  # as mmcv loads it


def source() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (8, 12, 3), dtype=np.uint8)


def floats(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)


def test_the_function_on_the_pixels(tmp_path: Path) -> None:
    target = write(tmp_path / "images/a/1.png", 1)
    settings = dict(type="FourierAdaptation", data_root=str(tmp_path), img_path="images", beta=0.2)
    found = TRANSFORMS.build(settings)(dict(img=source(), img_shape=(8, 12)))
    expected = swap_low_frequencies(floats(source()), floats(target), 0.2)
    assert found["img"].dtype == np.float32 and found["img"].flags["C_CONTIGUOUS"]
    np.testing.assert_array_equal(found["img"], expected.permute(1, 2, 0).numpy())
    assert found["fourier_image"] == str(tmp_path / "images/a/1.png")


def test_another_size_is_resized(tmp_path: Path) -> None:
    write(tmp_path / "1.png", 1, (16, 20))
    found = FourierAdaptation(str(tmp_path), beta=0.2)(dict(img=source()))
    assert found["img"].shape == (8, 12, 3)


def test_nothing_changes_at_zero(tmp_path: Path) -> None:
    write(tmp_path / "1.png", 1)
    found = FourierAdaptation(str(tmp_path), beta=0)(dict(img=source()))
    np.testing.assert_array_equal(found["img"], source())


def test_the_draw_is_that_of_the_pipeline_s_generator(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path / f"{number}.png", number)
    step = FourierAdaptation(str(tmp_path), pattern="[0-3].png")

    def draws(seed: int) -> list[str]:
        np.random.seed(seed)
        return [Path(step(dict(img=source()))["fourier_image"]).name for _ in range(40)]

    assert draws(0) == draws(0) != draws(1)
    assert set(draws(0)) == {"0.png", "1.png", "2.png", "3.png"}


@pytest.mark.parametrize("beta", [-0.1, 0.6, True, "a"])
def test_a_beta_out_of_its_range(tmp_path: Path, beta: object) -> None:
    with pytest.raises(InputError) as caught:
        FourierAdaptation(str(tmp_path), beta=beta)  # type: ignore[arg-type]
    assert str(caught.value) == f"FourierAdaptation.beta must be in [0, 0.5], got {beta!r}"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="FourierAdaptation: the folder '.*/no' does not exist"):
        FourierAdaptation(str(tmp_path), "no")
    write(tmp_path / "1.png", 1)
    with pytest.raises(InputError, match="FourierAdaptation.pattern must fit the name of an image"):
        FourierAdaptation(str(tmp_path), pattern="2*")


def test_an_image_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_text("no picture")
    step = FourierAdaptation(str(tmp_path))
    with pytest.raises(InputError) as caught:
        step(dict(img=source()))
    assert str(caught.value).startswith(f"the image '{tmp_path}/1.png' cannot be read: ")
