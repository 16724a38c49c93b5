"""The configs that come with the package, and copies of them."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.cli.command_line import load_config
from mmadvent.cli.list_configs import copy_of, listed, run
from mmadvent.compat import OWN
from mmadvent.errors import InputError
from tests.cli.parsing import parse

ROOT = Path(__file__).resolve().parents[2]


def test_every_config_is_listed_once_with_its_data() -> None:
    found = [entry.name.removeprefix(OWN) for entry in listed()]
    leaves = [p.relative_to(ROOT / "configs") for p in ROOT.glob("configs/[a-z]*/*.py")]
    assert sorted(found) == sorted(map(str, leaves))
    assert all(entry.data for entry in listed())


def test_words_and_copies(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    run(parse("list-configs", "minent/", "vgg16_gta2cs", "--dest", tmp_path))
    name = "minent/deeplabv2_vgg16_gta2cs.py"
    assert capsys.readouterr().out.splitlines() == [
        f"{OWN}{name}  GTA5 -> Cityscapes train (images only)",
        f"wrote {tmp_path / name}",
    ]
    copy = Config.fromfile(tmp_path / name)
    assert copy.model.type == "DomainAdaptSegmentor"
    assert copy.model.adaptation[0].type == "MinEnt"


def test_what_was_changed_stays(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = parse("list-configs", "minent/", "vgg16", "--dest", tmp_path)
    run(words)
    run(words)  # those that are as they came are written again
    *others, changed = sorted(tmp_path.rglob("*.py"))
    changed.write_text("changed")
    others[0].unlink()
    capsys.readouterr()
    with pytest.raises(InputError) as error:
        run(words)
    assert str(error.value) == (
        f"--dest must have no other file where a copy goes, got '{changed}': choose another "
        "folder, or move it"
    )
    assert changed.read_text() == "changed" and not others[0].exists()
    assert capsys.readouterr().out == ""


# One of each method's.
NAMES = {Path(entry.name).parent: entry.name for entry in listed()}.values()


@pytest.mark.parametrize("name", [*NAMES, f"{OWN}advent/deeplabv2_r101_own_data.py"])
def test_a_copy_is_the_config(name: str, tmp_path: Path) -> None:
    path = tmp_path / name.removeprefix(OWN)
    path.parent.mkdir()
    path.write_text(copy_of(name.removeprefix(OWN)))
    assert load_config(str(path)).to_dict() == load_config(name).to_dict()


def test_the_lines_of_a_copy_count(tmp_path: Path) -> None:
    path = tmp_path / "copy.py"
    text = copy_of("advent/deeplabv2_r101_own_data.py")
    classes = 'classes = ("road", "building", "vegetation", "sky", "person", "car")'
    assert text.count(classes) == 1
    path.write_text(text.replace(classes, 'classes = ("crack", "wall")'))
    config = load_config(str(path))
    assert config.model.decode_head.num_classes == config.model.auxiliary_head.num_classes == 2
    assert config.train_dataloader.dataset.metainfo.classes == ("crack", "wall")


def test_words_that_no_name_has() -> None:
    with pytest.raises(InputError) as error:
        run(parse("list-configs", "minent", "nowhere"))
    assert str(error.value) == "no config's name has 'minent nowhere' in it"
