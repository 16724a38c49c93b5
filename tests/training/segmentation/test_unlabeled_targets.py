"""No label of the target is ever opened: training does not depend on what lies there."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.toys import toy_training, train, write_domains, write_label

STEMS = [f"aachen_{index:06d}_000019" for index in range(4)]


def no_labels(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def true_labels(folder: Path) -> None:
    rng = np.random.default_rng(5)
    for stem in STEMS:
        write_label(folder / f"aachen/{stem}_gtFine_labelIds.png", 64, 64, rng)


def garbage(folder: Path) -> None:
    (folder / "aachen").mkdir(parents=True)
    for stem in STEMS:
        for kind in ("labelIds.png", "labelTrainIds.png", "polygons.json"):
            (folder / f"aachen/{stem}_gtFine_{kind}").write_bytes(b"\x00garbage\xff")


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> dict[str, torch.Tensor]:
    return weights_after(tmp_path_factory.mktemp("reference"), no_labels)


def weights_after(folder: Path, prepare) -> dict[str, torch.Tensor]:
    data = write_domains(folder / "data")
    prepare(data / "cityscapes/gtFine/train")
    return train(toy_training(data, folder / "run", max_iters=4)).model.state_dict()


@pytest.mark.parametrize("prepare", [true_labels, garbage])
def test_weights_do_not_depend_on_the_targets_labels(tmp_path, reference, prepare):
    weights = weights_after(tmp_path, prepare)
    assert weights.keys() == reference.keys()
    for name, value in weights.items():
        assert torch.equal(value, reference[name]), name


def test_weights_depend_on_the_targets_images(tmp_path, reference):
    def other_images(folder: Path) -> None:
        images = folder.parents[1] / "leftImg8bit/train/aachen"
        for stem in STEMS:
            shutil.copy(
                folder.parents[2] / "GTA5/images/00000.png", images / f"{stem}_leftImg8bit.png"
            )

    weights = weights_after(tmp_path, other_images)
    assert any(not torch.equal(weights[name], reference[name]) for name in weights)
