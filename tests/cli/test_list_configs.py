"""The configs that come with the package, and copies of them."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.cli.list_configs import listed, run
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


def test_words_that_no_name_has() -> None:
    with pytest.raises(InputError) as error:
        run(parse("list-configs", "minent", "nowhere"))
    assert str(error.value) == "no config's name has 'minent nowhere' in it"
