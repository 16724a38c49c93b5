"""The note in a folder of pseudo-labels."""

import json
from pathlib import Path
from typing import Any

import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.pseudo_labels.note import (
    NOTE,
    class_table,
    describe,
    finished_note,
    is_of_checkpoint,
    read_note,
    write_note,
)
from mmadvent.segmentation.pseudo_labels.rules import ClassBalancedRule, EntropyRule

PIPELINE = [dict(type="Resize", scale=(12, 8))]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "iter_1.pth"
    path.write_bytes(b"weights")
    return path


def settings(checkpoint: Path, **changes: Any) -> dict[str, Any]:
    arguments = dict(
        rule=EntropyRule(),
        checkpoint=str(checkpoint),
        model=dict(type="DomainAdaptSegmentor"),
        images="images",
        names=["a.png", "b.png"],
        pipeline=PIPELINE,
        classes=["road", "sky"],
    )
    return describe(**(arguments | changes))


def test_a_free_folder_has_none(tmp_path, checkpoint):
    assert read_note(tmp_path / "out", settings(checkpoint)) is None
    (tmp_path / "empty").mkdir()
    assert read_note(tmp_path / "empty", settings(checkpoint)) is None


def test_what_was_begun_is_found_again_wherever_the_checkpoint_lies(tmp_path, checkpoint):
    note = settings(checkpoint) | dict(thresholds=[0.1, 0.25], predicted=[3, 1], labelled=None)
    write_note(tmp_path / "out", note)
    moved = checkpoint.rename(tmp_path / "moved.pth")
    assert read_note(tmp_path / "out", settings(moved)) == note
    assert note["checkpoint"] == dict(
        file=str(checkpoint),
        # sha256sum of "weights"
        sha256="9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c",
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (dict(rule=EntropyRule(floor=0.2)), "rule"),
        (dict(rule=ClassBalancedRule()), "rule"),
        (dict(model=dict(type="DomainAdaptSegmentor", data_preprocessor=None)), "model"),
        (dict(images="others"), "images"),
        (dict(names=["a.png"]), "image_list"),
        (dict(names=["a.png", "c.png"]), "image_list"),
        (dict(pipeline=[]), "pipeline"),
        (dict(images="others", classes=["road", "car"]), "images, classes"),
    ],
)
def test_settings_are_not_mixed(tmp_path, checkpoint, change, name):
    write_note(tmp_path / "out", settings(checkpoint))
    with pytest.raises(InputError) as error:
        read_note(tmp_path / "out", settings(checkpoint, **change))
    assert str(error.value) == (
        f"'{tmp_path}/out' holds pseudo-labels of other settings ({name}): choose another folder "
        "or remove it"
    )


def test_the_order_of_the_images_does_not_matter(checkpoint):
    assert settings(checkpoint) == settings(checkpoint, names=["b.png", "a.png"])
    assert settings(checkpoint)["image_list"] == dict(
        number=2,
        # printf 'a.png\\0b.png' | sha256sum
        sha256="7f1451e7b24719563149eb61a9b084bc178bb88a30de104c9767a75e8f24e2f4",
    )


def test_another_checkpoint_of_the_same_name(tmp_path, checkpoint):
    write_note(tmp_path / "out", settings(checkpoint))
    checkpoint.write_bytes(b"other weights")
    with pytest.raises(InputError, match=r"of other settings \(checkpoint\): choose"):
        read_note(tmp_path / "out", settings(checkpoint))


def test_by_its_contents(checkpoint):
    note = settings(checkpoint)
    moved = checkpoint.rename(checkpoint.with_name("moved.pth"))
    assert is_of_checkpoint(note, str(moved))
    moved.write_bytes(b"other weights")
    assert not is_of_checkpoint(note, str(moved))
    assert not is_of_checkpoint({}, str(moved))


def test_a_checkpoint_that_is_no_file(checkpoint):
    with pytest.raises(InputError) as error:
        settings("https://host/iter_1.pth")
    assert str(error.value) == "the checkpoint 'https://host/iter_1.pth' must be a local file"


def test_foreign_files_are_left_alone(tmp_path, checkpoint):
    for out in (tmp_path, checkpoint):
        with pytest.raises(InputError) as error:
            read_note(out, settings(checkpoint))
        assert str(error.value) == (
            f"'{out}' must be free or hold pseudo-labels that this tool made, found other files"
        )


def test_a_note_that_is_none(tmp_path, checkpoint):
    (tmp_path / NOTE).write_text("{")
    with pytest.raises(InputError) as error:
        read_note(tmp_path, settings(checkpoint))
    assert str(error.value).startswith(f"'{tmp_path}/{NOTE}' cannot be read: ")


@pytest.mark.parametrize("text", ["[]", "null", "5"])
def test_a_note_that_is_no_object(tmp_path, checkpoint, text):
    (tmp_path / NOTE).write_text(text)
    for read in (
        lambda: read_note(tmp_path, settings(checkpoint)),
        lambda: finished_note(tmp_path),
    ):
        with pytest.raises(InputError) as error:
            read()
        assert str(error.value) == (
            f"'{tmp_path}/{NOTE}' must be a JSON object, got {json.loads(text)!r}"
        )


@pytest.mark.parametrize("name", ["thresholds", "predicted", "labelled"])
@pytest.mark.parametrize("values", [None, 3, [0.1], [0.1, None]])
def test_numbers_of_each_class(tmp_path, checkpoint, name, values):
    numbers = dict(thresholds=[0.1, 0.25], predicted=[3, 1], labelled=[1, 1])
    write_note(tmp_path, settings(checkpoint) | numbers | {name: values})
    if (name, values) == ("labelled", None):
        assert read_note(tmp_path, settings(checkpoint))["labelled"] is None
        return
    with pytest.raises(InputError) as error:
        read_note(tmp_path, settings(checkpoint))
    assert str(error.value) == (
        f"'{tmp_path}/{NOTE}' must hold a number for each of its classes in '{name}', got {values}"
    )


@pytest.mark.parametrize("note", [None, dict(labelled=None)])
def test_only_what_is_finished_is_taken(tmp_path, checkpoint, note):
    if note:
        (tmp_path / NOTE).write_text(json.dumps(note))
    with pytest.raises(InputError) as error:
        finished_note(tmp_path)
    assert str(error.value) == f"'{tmp_path}' must hold finished pseudo-labels with their '{NOTE}'"
    numbers = dict(thresholds=[0.1, 0.25], predicted=[3, 1], labelled=[1, 2])
    whole = settings(checkpoint) | numbers
    write_note(tmp_path, whole)
    assert finished_note(tmp_path) == whole
    del whole["rule"]
    write_note(tmp_path, whole)
    with pytest.raises(InputError, match="must hold the rule of its pseudo-labels, got none$"):
        finished_note(tmp_path)


def test_table():
    note = dict(
        classes=["road", "sky", "train"],
        thresholds=[0.1, 0.98765, 1.0],
        predicted=[150, 50, 0],
        labelled=[75, 60, 0],
    )
    assert class_table(note).splitlines() == [
        "| class | threshold | predicted % | kept % |",
        "| :-- | --: | --: | --: |",
        "| road | 0.1000 | 75.0 | 50.0 |",
        "| sky | 0.9877 | 25.0 | 120.0 |",
        "| train | 1.0000 | 0.0 | - |",
        "| all |  | 100.0 | 67.5 |",
    ]
