"""Which data set is looked at; the pictures are checked with those of upstream's tools."""

import pytest
from mmengine.config import Config

from mmadvent.cli.browse_dataset import find_dataset
from mmadvent.errors import InputError
from tests.cli.parsing import parse


def test_the_domain_names_the_loader() -> None:
    config = Config({f"{name}_dataloader": dict(dataset=name) for name in ("train", "target")})
    assert find_dataset(config, parse("browse-dataset", "a.py").domain) == "train"
    assert find_dataset(config, "target") == "target"
    with pytest.raises(InputError) as error:
        find_dataset(config, "val")
    assert str(error.value) == "--domain val needs val_dataloader in the config, got none"
