"""Shares of classes, from a list or a file."""

import json
import math

import pytest

from mmadvent.errors import InputError
from mmadvent.models.class_shares import load_class_names, load_class_shares


def refusal(shares) -> str:
    with pytest.raises(InputError) as error:
        load_class_shares(shares)
    return str(error.value)


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_a_list_or_a_file_of_one(tmp_path, kind):
    path = tmp_path / "prior.json"
    path.write_text(json.dumps({"classes": ["road", "car"], "prior": [0.75, 0.25]}))
    assert load_class_shares(kind(path)) == load_class_shares((0.75, 0.25)) == (0.75, 0.25)
    assert all(type(share) is float for share in load_class_shares([1, 0]))


def test_rounding_is_forgiven():
    assert sum(load_class_shares([0.3333] * 3)) == pytest.approx(0.9999)
    assert refusal([0.333, 0.333, 0.332]) == "prior must add up to 1, got 0.998"


def test_file_that_is_not_there(tmp_path):
    path = tmp_path / "prior.json"
    assert refusal(str(path)) == (
        f"the class prior '{path}' cannot be read: No such file or directory"
    )


def test_file_that_is_not_json(tmp_path):
    path = tmp_path / "prior.json"
    path.write_text("road: 0.5")
    assert refusal(path) == (
        f"the class prior '{path}' is not JSON: Expecting value: line 1 column 1 (char 0)"
    )


@pytest.mark.parametrize(
    ("content", "got"),
    [
        ([0.5, 0.5], "[0.5, 0.5]"),
        ({"prior": [1.0]}, "{'prior': [1.0]}"),
        ({"classes": ["a"], "prior": [0.5, 0.5]}, "{'classes': ['a'], 'prior': [0.5, 0.5]}"),
        ({"classes": "ab", "prior": [0.5, 0.5]}, "{'classes': 'ab', 'prior': [0.5, 0.5]}"),
        ({"classes": [1, 2], "prior": [0.5, 0.5]}, "{'classes': [1, 2], 'prior': [0.5, 0.5]}"),
        (None, "None"),
    ],
)
def test_ill_formed_file(tmp_path, content, got):
    path = tmp_path / "prior.json"
    path.write_text(json.dumps(content))
    assert refusal(path) == (
        f"the class prior '{path}' must hold two lists of one length, 'classes' and 'prior', "
        f"got {got}"
    )


def test_names_of_the_classes(tmp_path):
    path = tmp_path / "prior.json"
    path.write_text(json.dumps({"classes": ["road", "car"], "prior": [0.75, 0.25]}))
    assert load_class_names(path) == load_class_names(str(path)) == ("road", "car")
    assert load_class_names([0.75, 0.25]) is None


def test_deep_nesting(tmp_path):
    path = tmp_path / "prior.json"
    path.write_text("[" * 100000)
    assert refusal(path) == f"the class prior '{path}' is not JSON: it is nested too deeply"


def test_shares_in_a_file_are_checked_too(tmp_path):
    path = tmp_path / "prior.json"
    path.write_text(json.dumps({"classes": ["road", "car"], "prior": [0.5, 0.4]}))
    assert refusal(path) == f"'prior' in '{path}' must add up to 1, got 0.9"


@pytest.mark.parametrize(
    "prior", [[1.0], [], [0.5, -0.1, 0.6], [0.5, "0.5"], [True, False], [math.nan, 1.0], 1.0, None]
)
def test_refuses_shares(prior):
    assert refusal(prior) == (
        f"prior must be a list of two or more finite numbers >= 0, got {prior!r}"
    )


def test_refuses_counts():
    assert refusal([1200, 300]) == "prior must add up to 1, got 1500"
