"""What the command lines that train share: mixed precision, hooks, and how a run is started."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.hooks import CheckpointHook
from mmengine.optim import OptimWrapper

from mmadvent.cli import training
from mmadvent.cli.testing import run_test
from mmadvent.cli.training import train, use_amp, use_own_hooks
from mmadvent.engine.preflight import whole_config
from mmadvent.engine.preflight.start import Start
from mmadvent.errors import InputError
from mmadvent.io.work_dir import owned_work_dir
from tests.tools.commands import CONFIGS
from tests.toys import toy_training, write_domains
from tests.toys import train as train_unchecked


@pytest.mark.parametrize(
    ("device", "has_bfloat16", "expected"),
    [
        ("cpu", False, dict(type="CPUAmpOptimWrapper")),
        ("cuda", False, dict(type="AmpOptimWrapper", loss_scale="dynamic")),
        (
            "cuda",
            True,
            dict(type="AmpOptimWrapper", dtype="bfloat16", loss_scale=dict(enabled=False)),
        ),
    ],
)
def test_mixed_precision_is_what_the_device_offers(
    device: str, has_bfloat16: bool, expected: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmengine.device.get_device", lambda: device)
    monkeypatch.setattr(training, "has_bfloat16", lambda: has_bfloat16)
    config = Config(dict(optim_wrapper=dict(type="OptimWrapper")))
    use_amp(config)
    assert config.optim_wrapper == expected
    for kind in ("mmengine.OptimWrapper", OptimWrapper):
        config = Config(dict(optim_wrapper=dict(type=kind)))
        use_amp(config)
        assert config.optim_wrapper == expected
    config = Config(dict(optim_wrapper=dict(type="ApexOptimWrapper")))
    with pytest.raises(InputError) as error:
        use_amp(config)
    assert str(error.value) == (
        "--amp needs optim_wrapper.type='OptimWrapper', got 'ApexOptimWrapper'"
    )


def test_a_config_chooses_its_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmengine.device.get_device", lambda: "cuda")
    monkeypatch.setattr(training, "has_bfloat16", lambda: True)
    config = Config(dict(optim_wrapper=dict(type="OptimWrapper", dtype="float16")))
    use_amp(config)
    assert config.optim_wrapper == dict(
        type="AmpOptimWrapper", dtype="float16", loss_scale="dynamic"
    )


def test_any_config_has_this_package_s_hooks() -> None:
    config = Config(dict(default_hooks=dict(checkpoint=dict(type="CheckpointHook", interval=3))))
    use_own_hooks(config)
    assert config.default_hooks == dict(
        checkpoint=dict(type="WholeCheckpointHook", interval=3),
        finite=dict(type="FiniteHook"),
        resumed_schedule=dict(type="ResumedScheduleHook"),
        due_validation=dict(type="DueValidationHook"),
    )
    before = config.to_dict()
    use_own_hooks(config)
    assert config.to_dict() == before
    bare = Config()
    use_own_hooks(bare)
    # As often as mmengine's own, which it has where a config has none.
    assert bare.default_hooks.checkpoint == dict(type="WholeCheckpointHook", interval=1)
    # What a config switches off, or has of another type, stays so.
    own = Config(dict(default_hooks=dict(checkpoint=dict(type="Mine"), finite=None)))
    use_own_hooks(own)
    assert own.default_hooks.checkpoint == dict(type="Mine") and own.default_hooks.finite is None


@pytest.mark.parametrize("kind", ["mmengine.CheckpointHook", CheckpointHook])
def test_however_its_type_is_written(kind: object) -> None:
    config = Config(dict(default_hooks=dict(checkpoint=dict(type=kind, interval=3))))
    use_own_hooks(config)
    assert config.default_hooks.checkpoint == dict(type="WholeCheckpointHook", interval=3)
    off = Config(dict(default_hooks=dict(checkpoint=None)))
    use_own_hooks(off)
    assert off.default_hooks.checkpoint is None


def test_the_runtime_that_configs_inherit_has_them_already() -> None:
    for half in ("default_runtime.py", "detection_runtime.py"):
        config = Config.fromfile(CONFIGS / "_base_" / half)
        before = config.default_hooks.to_dict()
        use_own_hooks(config)
        assert config.default_hooks.to_dict() == before


def test_a_run_owns_its_work_directory_and_starts_from_what_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Runner:
        _load_from, _resume = "of the config", False

        def train(self) -> None:
            assert (self._load_from, self._resume) == ("a.pth", True)
            with pytest.raises(InputError, match="of one run alone"), owned_work_dir(folder):
                pass
            trained.append(1)

    folder, trained = str(tmp_path / "run"), list[int]()
    monkeypatch.setattr("mmadvent.io.work_dir.PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(whole_config, "check_training", lambda *_: Start("a.pth", True))
    monkeypatch.setattr(training, "build_runner", lambda config: Runner())
    train(Config(dict(work_dir=folder, load_from="of the config")))
    assert trained == [1]
    with owned_work_dir(folder):
        pass


def test_the_check_and_the_run_share_what_they_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(self: BaseDataset) -> None:
        built.append(type(self).__name__)
        load(self)

    data = write_domains(tmp_path / "data")
    config = toy_training(data, tmp_path / "a")
    train_unchecked(toy_training(data, tmp_path / "b"))  # builds its own
    built, load = list[str](), BaseDataset.full_init
    monkeypatch.setattr(BaseDataset, "full_init", count)
    train(config)
    assert sorted(built) == ["GTA5Dataset", "RawCityscapesDataset", "UnlabelledImagesDataset"]
    one, other = (torch.load(tmp_path / run / "iter_4.pth")["state_dict"] for run in "ab")
    assert all(torch.equal(one[key], other[key]) for key in other)

    built.clear()
    config.test_dataloader, config.test_evaluator = config.val_dataloader, config.val_evaluator
    config.test_cfg, config.work_dir = dict(type="TestLoop"), str(tmp_path / "test")
    run_test(config, str(tmp_path / "a" / "iter_4.pth"))
    assert built == ["RawCityscapesDataset"]
