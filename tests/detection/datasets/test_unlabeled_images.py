"""Target images: any folder of pictures, and no annotation ever."""

import inspect
from pathlib import Path

import pytest
from mmdet.datasets import BaseDetDataset
from mmdet.registry import DATASETS
from PIL import Image

from mmadvent.detection.datasets import UnlabelledImagesDataset, unlabeled_images
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


def refusal(root: Path, **arguments: object) -> str:
    with pytest.raises(InputError) as caught:
        UnlabelledImagesDataset(data_root=str(root), **arguments)
    return str(caught.value)


def test_a_split_list_chooses_the_images(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "b/c.jpg", "d.png")
    (tmp_path / "some.txt").write_text("d\nb/c\n")
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), ann_file="some.txt")
    found = [dataset.get_data_info(index)["img_path"] for index in range(len(dataset))]
    assert found == [f"{tmp_path}/d.png", f"{tmp_path}/b/c.jpg"]
    assert "is not among the images" in refusal(tmp_path, ann_file=str(_list(tmp_path, "e")))


def _list(folder: Path, text: str) -> Path:
    path = folder / "other.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", unlabeled_images.REFUSED)
def test_arguments_of_annotations_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.png")
    text = refusal(tmp_path, **{name: "x"})
    assert text.startswith(f"UnlabelledImagesDataset.{name} has no effect and must be left out (")


def test_another_folder_than_that_of_the_images(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    assert refusal(tmp_path, data_prefix=dict(img="", sem_seg="")) == (
        "UnlabelledImagesDataset.data_prefix must be dict(img_path=...) or dict(img=...) alone, "
        "got img, sem_seg"
    )


def test_every_argument_of_upstream_is_known_here() -> None:
    """A new one has to be honoured or refused; upstream refuses `file_client_args` itself."""
    taken: set[str] = set()
    for base in BaseDetDataset.__mro__[:2]:
        taken |= set(inspect.signature(base).parameters)
    honoured = {
        "ann_file", "metainfo", "data_root", "data_prefix", "indices", "serialize_data",
        "pipeline", "test_mode", "lazy_init", "max_refetch",
    }  # fmt: skip
    others = {"args", "kwargs", "file_client_args"}
    assert taken == honoured | set(unlabeled_images.REFUSED) | others


def test_a_step_that_needs_a_box_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    crop = dict(type="MinIoURandomCrop")
    dataset = UnlabelledImagesDataset(data_root=str(tmp_path), pipeline=[LOAD, crop, PACK])
    with pytest.raises(InputError) as caught:
        dataset[0]
    assert "must have no step that needs a label, but one asks for 'gt_bboxes'" in str(caught.value)


@pytest.mark.parametrize("key", ["img_path", "img"])
def test_the_folder_has_mmdets_name_or_mmsegs(tmp_path: Path, key: str) -> None:
    write(tmp_path, "left/a.png", "right/b.png")
    dataset = UnlabelledImagesDataset(
        data_root=str(tmp_path), data_prefix={key: "left"}, pipeline=[LOAD, RESIZE, PACK]
    )
    assert [dataset.get_data_info(0)["img_path"]] == [f"{tmp_path}/left/a.png"]
