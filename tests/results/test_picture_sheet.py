"""What sheets of both halves share: the test set, the network, the figure."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.results.picture_sheet import (
    Column,
    load_model,
    open_test_set,
    picture,
    predict,
    samples_of,
    sheet,
)
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_segmentor, write_image

CLASSES = ("road", "car")


@pytest.fixture
def column(tmp_path: Path) -> Column:
    """A segmentor with a method, and two images."""
    model_config = toy_segmentor(adaptation=[SMALL_ADVENT])
    weights = build_segmentor(model_config).state_dict()
    torch.save(dict(state_dict=weights), tmp_path / "weights.pth")
    for name in "ab":
        write_image(tmp_path / f"images/{name}.png", 16, 8, np.random.default_rng(0))
    dataset = dict(type="UnlabelledImagesDataset", data_root=str(tmp_path / "images"), pipeline=[])
    config = Config(dict(model=model_config, test_dataloader=dict(dataset=dataset)))
    return Column("ours", config, tmp_path / "weights.pth")


def test_indices_are_of_the_test_set(column: Column) -> None:
    assert len(open_test_set(column, [1, 0, 1])) == 2
    for indices in ([2], [0, -1]):
        with pytest.raises(InputError) as error:
            open_test_set(column, indices)
        assert str(error.value) == (
            f"indices must be in [0, 1], the images of the test set, got {indices}"
        )


def test_a_sheet_of_no_image(column: Column) -> None:
    with pytest.raises(InputError, match="^a sheet must have an image or more, got none$"):
        open_test_set(column, [])


def test_samples_are_packed_and_labeled(column: Column) -> None:
    with pytest.raises(InputError, match=r"^test_dataloader.dataset.pipeline must end in a step "):
        samples_of(open_test_set(column, [0]), [0])
    load = [dict(type="LoadImageFromFile"), dict(type="PackSegInputs")]
    column.config.test_dataloader.dataset.pipeline = load
    with pytest.raises(InputError) as error:
        samples_of(open_test_set(column, [0]), [0])
    assert str(error.value) == (
        "a sheet needs labels, but UnlabelledImagesDataset of test_dataloader has none after its "
        "pipeline"
    )


def test_the_network_is_loaded_without_its_methods(column: Column) -> None:
    model = load_model(column, CLASSES)
    assert not model.training and len(model.adaptation) == 0
    saved = torch.load(column.checkpoint)["state_dict"]
    assert all(torch.equal(value, saved[name]) for name, value in model.state_dict().items())
    assert "adaptation" in column.config.model
    meta = dict(dataset_meta=dict(classes=("road", "bus")))
    torch.save(dict(state_dict=saved, meta=meta), column.checkpoint)
    with pytest.raises(InputError) as error:
        load_model(column, CLASSES)
    assert str(error.value) == (
        "the models of a sheet must have the classes of its test set, road, car, but "
        f"'{column.checkpoint}' has road, bus"
    )
    torch.save(dict(state_dict={}), column.checkpoint)
    with pytest.raises(InputError, match="is not of the config's model"):
        load_model(column, CLASSES)


def test_a_prediction_is_of_one_image_without_a_graph(column: Column) -> None:
    batch = toy_batch(0, (16, 24))
    sample = dict(inputs=batch["inputs"][0], data_samples=batch["data_samples"][0])
    sample["data_samples"].set_metainfo(dict(ori_shape=(16, 24), img_shape=(16, 24)))
    found = predict(load_model(column, CLASSES), sample)
    assert found.pred_sem_seg.data.shape == (1, 16, 24)
    assert not found.seg_logits.data.requires_grad


def test_a_picture_is_rgb_with_the_channels_last() -> None:
    inputs = torch.arange(6, dtype=torch.uint8).reshape(3, 1, 2)
    assert picture(inputs).tolist() == [[[4, 2, 0], [5, 3, 1]]]


def test_a_figure_is_written_in_the_end(tmp_path: Path) -> None:
    out = tmp_path / "new" / "sheet.png"
    with sheet(2, ["a", "b", "c"], (50, 100), out, dpi=10) as (_, axes):
        assert axes.shape == (2, 3)
        assert [axis.get_title() for axis in axes[0]] == ["a", "b", "c"]
        assert not axes[0, 0].axison and not out.exists()
    assert Image.open(out).size == (3 * 3 * 10, int((2 * 1.55 + 0.3) * 10))


def test_the_ending_is_the_format(tmp_path: Path) -> None:
    for name, begin in (("a.pdf", b"%PDF"), ("a", b"\x89PNG")):
        with sheet(1, ["a"], (1, 1), tmp_path / name, dpi=10):
            pass
        assert (tmp_path / name).read_bytes().startswith(begin)
    out = tmp_path / "a.xyz"
    with pytest.raises(InputError) as error, sheet(1, ["a"], (1, 1), out, dpi=10):
        pass
    assert str(error.value).startswith("a picture must end in one of ")
    assert str(error.value).endswith(f"got '{out}'") and not out.exists()
    with (
        pytest.raises(InputError, match="^the sheet '.*' must be a file, but it is a folder$"),
        sheet(1, ["a"], (1, 1), tmp_path, dpi=10),
    ):
        pass


def test_after_an_error_nothing_is_written_and_the_figure_is_closed(tmp_path: Path) -> None:
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    with pytest.raises(KeyError), sheet(1, ["a"], (1, 1), tmp_path / "a.png", dpi=10):
        raise KeyError
    assert plt.get_fignums() == before and not list(tmp_path.iterdir())
