"""What a run starts from, and what it cannot start from."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmadvent.engine.preflight.start import Start, find_start
from mmadvent.engine.preflight.whole_config import check_training
from mmadvent.errors import InputError
from tests.toys import toy_training, train, write_domains


@pytest.fixture
def work_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("iter_2.pth", "iter_4.pth", "last_checkpoint"):
        (folder / name).write_text("iter_4.pth")
    (tmp_path / "other.pth").write_text("")
    return folder


def start(work_dir: Path, load_from: object = None, resume: bool = True) -> Start:
    settings = dict(work_dir=str(work_dir), resume=resume)
    return find_start(Config(settings | dict(load_from=load_from and str(load_from))))


def test_without_resume_it_starts_from_weights_or_from_nothing(work_dir: Path) -> None:
    assert start(work_dir, resume=False) == Start(None, False)
    assert start(work_dir, "a.pth", resume=False) == Start("a.pth", False)


def test_it_resumes_its_own_last_checkpoint_or_the_one_of_its_own_that_is_named(
    work_dir: Path, tmp_path: Path
) -> None:
    last = Start(str(work_dir / "iter_4.pth"), True)
    assert start(work_dir) == last
    assert start(work_dir, work_dir / "iter_2.pth") == Start(str(work_dir / "iter_2.pth"), True)
    # What it has started from in the beginning is not resumed.
    assert start(work_dir, tmp_path / "other.pth") == last
    assert start(work_dir, "https://weights.invalid/a.pth") == last


def test_with_nothing_to_resume_it_starts_anew(tmp_path: Path) -> None:
    other = tmp_path / "other.pth"
    other.write_text("")
    assert start(tmp_path / "new") == Start(None, False)
    assert start(tmp_path / "new", other) == Start(str(other), False)


class Refused:
    """What a training says of a checkpoint that it is to resume, after a change of either."""

    def __init__(self, data: Path, work_dir: Path) -> None:
        self.data, self.work_dir = data, work_dir
        train(toy_training(data, work_dir, 3))
        self.path = work_dir / "iter_3.pth"
        self.good = torch.load(self.path)

    def __call__(self, change: Callable[[dict, Config], object] = lambda *_: None) -> str:
        config = toy_training(self.data, self.work_dir, 6)
        config.resume = True
        checkpoint = dict(self.good, meta=dict(self.good["meta"]))
        change(checkpoint, config)
        torch.save(checkpoint, self.path)
        before = set(self.work_dir.rglob("*"))
        with pytest.raises(InputError) as error:
            check_training(config)
        assert set(self.work_dir.rglob("*")) == before
        return str(error.value)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Refused:
    folder = tmp_path_factory.mktemp("start")
    return Refused(write_domains(folder / "data", 1, 1, 1), folder / "run")


def test_a_checkpoint_of_another_model(refused: Refused) -> None:
    ours = f"the checkpoint '{refused.path}' is not of the config's model: "
    empty = refused(lambda checkpoint, _: checkpoint.update(state_dict={}))
    assert empty.startswith(ours + "it lacks 'backbone.conv1.weight' (8, 3, 7, 7) and ")
    method = refused(lambda _, config: config.model.update(adaptation=[dict(type="MinEnt")]))
    assert method.startswith(ours + "it has 'adaptation.0.discriminators.decode.")


def test_a_checkpoint_of_no_training(refused: Refused) -> None:
    def export(checkpoint: dict, config: Config) -> None:
        del checkpoint["optimizer"], checkpoint["meta"]["iter"]

    assert refused(export) == (
        f"the checkpoint '{refused.path}' must hold the state of a training to be resumed, but "
        "lacks optimizer, meta.iter: start from its weights alone with load_from and without resume"
    )


def test_a_checkpoint_of_other_optimizers(refused: Refused) -> None:
    sentence = (
        f"the checkpoint '{refused.path}' is not of the config's optim_wrapper: its optimizers "
        "have other parameters or settings; start from its weights alone with load_from and "
        "another work directory"
    )

    def other_type(checkpoint: dict, config: Config) -> None:
        config.optim_wrapper["optimizer"] = dict(type="AdamW", lr=1e-3)

    assert refused(other_type) == sentence
    groups = dict(custom_keys={"decode_head": dict(lr_mult=10.0)})
    assert refused(lambda _, config: config.optim_wrapper.update(paramwise_cfg=groups)) == sentence
    assert refused(lambda checkpoint, _: checkpoint.update(optimizer={})) == sentence


def test_a_checkpoint_behind_the_end(refused: Refused) -> None:
    def shorten(checkpoint: dict, config: Config) -> None:
        config.train_cfg.max_iters = 2

    assert refused(shorten) == (
        "train_cfg.max_iters must be at least 3, the iteration of the checkpoint "
        f"'{refused.path}', got 2"
    )


def test_a_checkpoint_that_is_damaged_or_gone(refused: Refused) -> None:
    def truncated(checkpoint: dict, config: Config) -> None:
        config.load_from = str(refused.work_dir / "half.pth")
        whole = refused.path.read_bytes()
        Path(config.load_from).write_bytes(whole[: len(whole) // 2])

    half = refused.work_dir / "half.pth"
    half.write_bytes(b"")  # to be there before
    assert refused(truncated).startswith(f"the checkpoint '{half}' cannot be read: ")

    def unnamed(checkpoint: dict, config: Config) -> None:
        (refused.work_dir / "last_checkpoint").write_text("/nowhere/iter_9.pth")

    assert refused(unnamed).endswith(
        "last_checkpoint' must name a checkpoint in its own folder, got '/nowhere/iter_9.pth': "
        "write the name of one that is there into it, or remove it to start anew"
    )
