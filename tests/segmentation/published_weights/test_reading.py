"""Named tensors out of files that somebody else wrote; nothing in them is run."""

import os
import re
from pathlib import Path

import pytest
import torch
from torch import nn

from mmadvent.errors import InputError
from mmadvent.segmentation.published_weights.reading import contents, read_weights


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.pth"


def test_prefixes_and_graphs_are_gone(path: Path) -> None:
    parameter = nn.Parameter(torch.ones(2))
    torch.save(dict(state_dict={"module.a.weight": parameter, "b": torch.zeros(1)}), path)
    weights = read_weights(str(path))
    assert list(weights) == ["a.weight", "b"]
    assert weights["a.weight"].tolist() == [1, 1] and not weights["a.weight"].requires_grad


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({}, "nothing"),
        ([1], "a list"),
        (None, "a NoneType"),
        ({"a": torch.zeros(2, 3), "step": 3}, "a (2, 3), step int"),
        ({str(i): torch.zeros(()) for i in range(4)}, "0 (), 1 (), 2 (), 3 ()"),
        (dict.fromkeys(range(6), "x"), "0 str, 1 str, 2 str, 3 str and 2 more"),
    ],
)
def test_contents_in_a_sentence(found: object, text: str) -> None:
    assert contents(found) == text


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (torch.zeros(1, dtype=torch.int8), "a tensor of int8"),
        (torch.zeros(1, dtype=torch.complex64), "a tensor of complex64"),
        (torch.zeros(1, device="meta"), "a tensor without values"),
        (torch.zeros(1).to_sparse(), "a sparse tensor of float32"),
    ],
)
def test_tensors_are_of_numbers(path: Path, value: torch.Tensor, told: str) -> None:
    counter = {"bn.num_batches_tracked": torch.tensor(3)}
    torch.save(counter, path)
    assert list(read_weights(str(path))) == list(counter)
    torch.save(counter | {"a": value}, path)
    with pytest.raises(InputError) as error:
        read_weights(str(path))
    assert str(error.value) == (
        f"the weights '{path}' must be floating-point numbers, one for each place of a tensor, got "
        f"'a', {told}"
    )


def test_as_many_entries_as_asked_for() -> None:
    assert contents(dict.fromkeys("abc"), 1) == "a NoneType and 2 more"


class Malicious:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("new_format", [True, False])
def test_code_in_a_file_is_refused_and_not_run(path, tmp_path, new_format):
    target = tmp_path / "ran"
    content = dict(state_dict=dict(weight=torch.zeros(1), code=Malicious(target)))
    torch.save(content, path, _use_new_zipfile_serialization=new_format)
    with pytest.raises(InputError) as error:
        read_weights(str(path))
    assert not target.exists()
    assert str(error.value) == (
        f"the weights '{path}' must be tensors alone, as torch.save writes a state dict, got a "
        f"file that asks for {os.mkdir.__module__}.mkdir"
    )
    torch.load(path, weights_only=False)
    assert target.exists()  # so it could have


@pytest.mark.parametrize("new_format", [True, False])
def test_truncated_files(path, new_format):
    torch.save({"a": torch.zeros(999)}, path, _use_new_zipfile_serialization=new_format)
    whole = path.read_bytes()
    for length in range(1, len(whole), 61):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match="got a file that is truncated, damaged or none of it"):
            read_weights(str(path))


@pytest.mark.parametrize(("content", "kind"), [(b"", "EOFError"), (b"PK\3\4", "RuntimeError")])
def test_damaged_files(path, content, kind):
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_weights(str(path))
    assert str(error.value) == (
        f"the weights '{path}' must be tensors alone, as torch.save writes a state dict, got a "
        f"file that is truncated, damaged or none of it ({kind})"
    )


def test_file_that_does_not_exist(path):
    with pytest.raises(InputError, match=f"^the weights '{re.escape(str(path))}' do not exist$"):
        read_weights(str(path))


@pytest.mark.parametrize(
    ("content", "got"),
    [([torch.zeros(1)], "a list"), (dict(step=3, loss=torch.zeros(2)), "step int, loss (2,)")],
)
def test_files_without_named_tensors(path, content, got):
    torch.save(content, path)
    with pytest.raises(InputError) as error:
        read_weights(str(path))
    assert str(error.value) == (
        f"the weights '{path}' must be tensors by name, alone or under 'state_dict' or 'model', "
        f"got {got}"
    )
