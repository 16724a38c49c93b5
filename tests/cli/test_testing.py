"""What the command lines that test share."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mmadvent.cli import testing
from mmadvent.cli.testing import run_test
from mmadvent.engine.preflight import whole_config
from mmadvent.errors import InputError
from mmadvent.io.work_dir import owned_work_dir


@pytest.mark.parametrize("checkpoint", [None, "a.pth"])
def test_a_checked_checkpoint_is_tested_in_a_work_directory_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkpoint: str | None
) -> None:
    class Runner:
        def test(self) -> None:
            with pytest.raises(InputError, match="of one run alone"), owned_work_dir(folder):
                pass
            done.append("tested")

    def build(config: Config) -> Runner:
        assert (config.load_from, config.resume) == (checkpoint, False)
        return Runner()

    folder, done = str(tmp_path / "run"), []
    monkeypatch.setattr("mmadvent.io.work_dir.PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(whole_config, "check_test", lambda config, given, _: done.append(given))
    monkeypatch.setattr(testing, "build_runner", build)
    run_test(Config(dict(work_dir=folder, load_from="of the config", resume=True)), checkpoint)
    assert done == [checkpoint, "tested"]
