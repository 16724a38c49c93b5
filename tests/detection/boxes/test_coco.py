"""The COCO content under both conventions."""

import pytest
from mmdet.datasets import CityscapesDataset

from mmadvent.detection.boxes import ImageRegions, coco_annotations, find_regions
from tests.detection.boxes.files import REGIONS, street

CATEGORIES = ["person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle"]
CATEGORY_OF = {26: 3, 24000: 1, 25003: 2, 26000: 3, 26001: 3, 33000: 8}


def image(name: str, *ids: int) -> ImageRegions:
    regions = tuple(region for region in find_regions(street()) if region.id in ids)
    return ImageRegions(f"ulm/{name}.png", 12, 10, regions)


@pytest.mark.parametrize(("convention", "crowds"), [("mmdet", [1]), ("da_faster", [])])
def test_the_hand_made_picture(convention: str, crowds: list[int]) -> None:
    content = coco_annotations([image("a"), image("b", *REGIONS)], convention)
    assert content["images"] == [
        dict(id=1, file_name="ulm/a.png", width=12, height=10),
        dict(id=2, file_name="ulm/b.png", width=12, height=10),
    ]
    assert content["annotations"] == [
        dict(
            id=number,
            image_id=2,
            category_id=CATEGORY_OF[region_id],
            bbox=list(box),
            area=area,
            iscrowd=int(number in crowds),  # the group has the smallest id
        )
        for number, (region_id, (box, area)) in enumerate(REGIONS.items(), start=1)
    ]


def test_categories_are_those_of_mmdet() -> None:
    categories = coco_annotations([image("a", 26000)])["categories"]
    groups = ["human"] * 2 + ["vehicle"] * 6
    assert categories == [
        dict(id=i, name=name, supercategory=group)
        for i, (name, group) in enumerate(zip(CATEGORIES, groups, strict=True), start=1)
    ]
    assert tuple(CATEGORIES) == CityscapesDataset.METAINFO["classes"]


@pytest.mark.parametrize(
    ("convention", "kept"),
    [("mmdet", ["ulm/car.png"]), ("da_faster", ["ulm/group.png", "ulm/car.png"])],
)
def test_images_without_an_ordinary_box_can_be_dropped(convention: str, kept: list[str]) -> None:
    images = [image("none"), image("group", 26), image("car", 26000)]
    content = coco_annotations(images, convention, keep_empty=False)
    assert [entry["file_name"] for entry in content["images"]] == kept
    assert [entry["id"] for entry in content["images"]] == list(range(1, len(kept) + 1))
    assert [a["image_id"] for a in content["annotations"]] == list(range(1, len(kept) + 1))


def test_the_note_is_kept() -> None:
    assert coco_annotations([], info=dict(convention="mmdet"))["info"] == dict(convention="mmdet")
    assert coco_annotations([])["info"] == {}
