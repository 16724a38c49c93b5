"""The words of the command; the fog is checked over hand-made pictures."""

from pathlib import Path

import numpy as np
import pytest

from mmadvent.cli.make_fog import CENTIMETRES, FOLDER, HOLES, jobs_of
from mmadvent.errors import InputError
from mmadvent.translation.fog.depth import HOLES as KNOWN_HOLES
from mmadvent.translation.fog.names import FOLDER as KNOWN_FOLDER
from mmadvent.translation.fog.sources import CENTIMETRES as KNOWN_CENTIMETRES
from tests.cli.parsing import parse
from tests.translation.fog.files import noise, write_cityscapes


def test_its_help_names_what_there_is() -> None:
    assert (HOLES, FOLDER, CENTIMETRES) == (KNOWN_HOLES, KNOWN_FOLDER, KNOWN_CENTIMETRES)


@pytest.mark.parametrize("words", [[], ["data", "--images", "a"], ["--images", "a", "--out", "b"]])
def test_one_of_two_sources(words: list[str]) -> None:
    with pytest.raises(InputError, match="^give either the root of Cityscapes, or all of "):
        jobs_of(parse("make-fog", *words))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["data", "--depth-scale", "1"], "--depth-scale is for --images"),
        (
            ["--images", "a", "--depth", "b", "--out", "c", "--split", "val"],
            "--split is for the root of Cityscapes, got --images",
        ),
    ],
)
def test_what_is_for_the_other_source(words: list[str], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        jobs_of(parse("make-fog", *words))
    assert str(error.value).startswith(sentence)


def test_a_folder_of_its_own_notes_where_the_images_are_from(tmp_path: Path) -> None:
    """Another root may have the same names; the folder inside of a root moves with it."""
    write_cityscapes(tmp_path, noise(), np.full((4, 6), 50.0), "train/ulm/a")
    *_, inside = jobs_of(parse("make-fog", tmp_path, "--split", "train"))
    *_, apart = jobs_of(parse("make-fog", tmp_path, "--split", "train", "--out", "fog"))
    assert (inside, apart) == ({}, dict(root=str(tmp_path.resolve())))
