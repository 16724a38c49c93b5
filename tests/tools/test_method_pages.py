"""The README.md and metafile.yml of each method."""

import re
from pathlib import Path

import pytest
import yaml
from mmengine.config import Config

from tests.tools.commands import CONFIGS, ROOT

PAGES = sorted(CONFIGS.glob("*/metafile.yml"))


def test_the_methods_have_pages() -> None:
    methods = {"source_only", "minent", "advent", "esl", "oracle"}
    assert {page.parent.name for page in PAGES} >= methods


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_pages_name_every_config_and_promise_no_weights(page: Path) -> None:
    metafile = yaml.safe_load(page.read_text())
    (collection,) = metafile["Collections"]
    assert (ROOT / collection["README"]) == page.parent / "README.md"
    configs = {path.relative_to(ROOT).as_posix() for path in page.parent.glob("*.py")}
    assert {model["Config"] for model in metafile["Models"]} == configs != set()
    for model in metafile["Models"]:
        assert model["In Collection"] == collection["Name"]
        assert "Weights" not in model and "Results" not in model
    text = (page.parent / "README.md").read_text()
    assert set(re.findall(r"\]\((\w+\.py)\)", text)) == {Path(path).name for path in configs}
    # Commands name files that exist.
    for path in re.findall(r"(?:tools|configs)/[\w/]+\.py", text):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_pages_say_how_a_config_trains(page: Path) -> None:
    for model in yaml.safe_load(page.read_text())["Models"]:
        config, said = Config.fromfile(ROOT / model["Config"]), model["Metadata"]
        assert said["Iterations"] == config.train_cfg.max_iters, model["Config"]
        adapts = config.train_cfg.type == "UDATrainLoop"
        loader = config.target_dataloader if adapts else config.train_dataloader
        both = adapts and not config.train_cfg.get("source_free")
        size = f"{loader.batch_size} of each domain" if both else str(loader.batch_size)
        assert str(said["Batch Size"]) == size, model["Config"]
        network = config.optim_wrapper.optimizer.type.removeprefix("Repeated")
        discriminator = config.optim_wrapper.get("discriminator")
        expected = network
        if discriminator and discriminator.optimizer.type != network:
            expected += f", {discriminator.optimizer.type} for the discriminators"
        assert said["Training Techniques"] == [expected], model["Config"]
