"""The pixels of the shipped pipelines against Pillow's, done by hand."""

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.registry import DATASETS, MODELS, TRANSFORMS
from PIL import Image

from tests.toys import CONFIGS, write_image, write_label

MEAN = np.array([104.00698793, 116.66876762, 122.67891434])  # BGR, of the Caffe models
BICUBIC, NEAREST = Image.Resampling.BICUBIC, Image.Resampling.NEAREST


@pytest.fixture
def config() -> Config:
    return Config.fromfile(CONFIGS / "advent/deeplabv2_r101_gta2cs.py")


def preprocessed(config: Config, sample: dict) -> np.ndarray:
    preprocess = MODELS.build(config.model.data_preprocessor)
    batch = dict(inputs=[sample["inputs"]], data_samples=[sample["data_samples"]])
    return preprocess(batch, training=True)["inputs"][0].numpy()


def by_hand(path, size: tuple[int, int]) -> np.ndarray:
    pixels = np.asarray(Image.open(path).convert("RGB").resize(size, BICUBIC), np.float64)
    return (pixels[:, :, ::-1] - MEAN).transpose(2, 0, 1)


def pictures() -> dict[str, Image.Image]:
    """One of each kind of PNG."""
    rng = np.random.default_rng(0)
    colors = Image.fromarray(rng.integers(0, 256, (40, 60, 3), dtype=np.uint8))
    alpha = Image.fromarray(rng.integers(0, 256, (40, 60), dtype=np.uint8))
    gray = colors.getchannel(1)
    return {
        "colour": colors,
        "grey": gray,
        "palette": colors.quantize(200),
        "small palette": colors.quantize(9),
        "bits": gray.convert("1"),
        "colour and alpha": Image.merge("RGBA", (*colors.split(), alpha)),
        "grey and alpha": Image.merge("LA", (gray, alpha)),
    }


@pytest.mark.parametrize("config_file", ["gta5_to_cityscapes.py", "streets_to_cityscapes.py"])
def test_images_are_decoded_to_pillows_pixels(tmp_path, config_file):
    load = TRANSFORMS.build(Config.fromfile(CONFIGS / "_base_/datasets" / config_file).load_image)
    path = tmp_path / "a.png"
    for name, picture in pictures().items():
        picture.save(path)
        expected = np.asarray(Image.open(path).convert("RGB"))[:, :, ::-1]
        found = load(dict(img_path=str(path)))["img"]
        np.testing.assert_array_equal(found, expected, err_msg=name)
    deep = np.random.default_rng(1).integers(0, 2**16, (40, 60, 3)).astype(np.uint16)
    cv2.imwrite(str(path), deep)
    np.testing.assert_array_equal(load(dict(img_path=str(path)))["img"], deep >> 8)


def test_source(config, tmp_path):
    rng = np.random.default_rng(0)
    image, label = tmp_path / "images/1.png", tmp_path / "labels/1.png"
    write_image(image, 191, 105, rng)
    write_label(label, 191, 105, rng)
    dataset = config.train_dataloader.dataset
    assert dataset.pipeline[2].scale == (1280, 720)
    dataset.data_root, dataset.pipeline[2].scale = str(tmp_path), (128, 72)
    sample = DATASETS.build(dataset)[0]
    ours = preprocessed(config, sample)
    np.testing.assert_allclose(ours, by_hand(image, (128, 72)), atol=1e-4)

    ids = np.asarray(Image.open(label).resize((128, 72), NEAREST))
    indices = np.full(ids.shape, 255)
    toy_ids = {7: 0, 8: 1, 11: 2, 21: 8, 23: 10, 24: 11, 26: 13}
    for raw, index in toy_ids.items():
        indices[ids == raw] = index
    assert torch.equal(sample["data_samples"].gt_sem_seg.data[0].long(), torch.from_numpy(indices))


def test_target(config, tmp_path):
    image = tmp_path / "leftImg8bit/train/ulm/ulm_0_0_leftImg8bit.png"
    write_image(image, 210, 111, np.random.default_rng(1))
    dataset = config.target_dataloader.dataset
    (resize,) = [step for step in dataset.pipeline if step.type == "Resize"]
    assert resize.scale == (1024, 512)
    dataset.data_root, resize.scale = str(tmp_path), (128, 64)
    ours = preprocessed(config, DATASETS.build(dataset)[0])
    np.testing.assert_allclose(ours, by_hand(image, (128, 64)), atol=1e-4)


def test_evaluation_keeps_the_labels_own_size(config, tmp_path):
    rng = np.random.default_rng(2)
    write_image(tmp_path / "leftImg8bit/val/ulm/ulm_0_0_leftImg8bit.png", 200, 100, rng)
    write_label(tmp_path / "gtFine/val/ulm/ulm_0_0_gtFine_labelIds.png", 200, 100, rng)
    dataset = config.val_dataloader.dataset
    dataset.data_root, dataset.pipeline[1].scale = str(tmp_path), (128, 64)
    sample = DATASETS.build(dataset)[0]
    assert sample["inputs"].shape == (3, 64, 128)
    assert sample["data_samples"].gt_sem_seg.data.shape == (1, 100, 200)
