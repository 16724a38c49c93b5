"""Target images: any folder of pictures, and no annotation ever."""

from pathlib import Path

import pytest
from mmdet.registry import DATASETS
from PIL import Image

from mmadvent.detection.datasets import UnlabelledImagesDataset
from mmadvent.errors import InputError
from tests.detection.datasets.files import LOAD, PACK, RESIZE


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4), (1, 2, 3)).save(root / name)


def test_nested_folder_with_endings_in_any_case(tmp_path: Path) -> None:
    write(tmp_path, "b/x.JPG", "a/deep/y.jpeg", "q.png")
    (tmp_path / "a/instances.json").write_text("no annotations are looked for")
    dataset = DATASETS.build(
        dict(type="UnlabelledImagesDataset", data_root=str(tmp_path), pipeline=[LOAD, RESIZE, PACK])
    )
    found = [dataset.get_data_info(index)["img_path"] for index in range(len(dataset))]
    assert found == [f"{tmp_path}/{name}" for name in ("a/deep/y.jpeg", "b/x.JPG", "q.png")]
    sample = dataset[2]
    assert sample["inputs"].shape == (3, 30, 24)
    assert "bboxes" not in sample["data_samples"].gt_instances
    assert [dataset[index]["data_samples"].img_id for index in range(3)] == [0, 1, 2]


def test_endings_and_folder_may_be_chosen(tmp_path: Path) -> None:
    write(tmp_path, "all/1_left.png", "all/1_right.png")
    dataset = UnlabelledImagesDataset(
        data_root=str(tmp_path), data_prefix=dict(img="all"), suffixes="_left.png"
    )
    assert [dataset.get_data_info(0)["img_path"]] == [f"{tmp_path}/all/1_left.png"]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        UnlabelledImagesDataset(data_root=str(tmp_path / "no"))
    assert str(caught.value) == (
        f"UnlabelledImagesDataset: the folder '{tmp_path}/no/' does not exist; it should hold the "
        "unlabelled images of the target"
    )


def test_a_file_that_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_text("not a picture")
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=[LOAD, PACK])
    with pytest.raises(InputError, match=f"^the image '{tmp_path}/1.png' cannot be read: "):
        dataset[0]


@pytest.mark.parametrize("key", ["img_path", "img"])
def test_the_folder_has_mmdets_name_or_mmsegs(tmp_path: Path, key: str) -> None:
    write(tmp_path, "left/a.png", "right/b.png")
    dataset = UnlabelledImagesDataset(
        data_root=str(tmp_path), data_prefix={key: "left"}, pipeline=[LOAD, RESIZE, PACK]
    )
    assert [dataset.get_data_info(0)["img_path"]] == [f"{tmp_path}/left/a.png"]
