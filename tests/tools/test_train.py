import json
import shutil
import socket
from pathlib import Path

import pytest
import torch

from mmadvent.cli.command_line import load_config
from tests.tools.commands import CONFIGS, TOOLS, ToyRun, run_python, run_tool
from tests.tools.toy_config import write_child


def test_logs_every_loss_rate_and_measure_by_name(toy_run: ToyRun) -> None:
    (log,) = toy_run.work_dir.glob("*/vis_data/scalars.json")
    first, *_, validation = [json.loads(line) for line in log.read_text().splitlines()]
    losses = {"decode.loss_ce", "aux.loss_ce", "loss", "loss_discriminator"} | {
        f"advent.{head}.loss_{kind}" for head in ("decode", "aux") for kind in ("adv", "dis")
    }
    measures = {"advent.decode.acc_dis", "advent.decode.entropy", "peak_rss", "time", "data_time"}
    assert losses | measures | {"network.lr", "discriminator.lr"} <= first.keys()
    assert {"mIoU", "mean_entropy"} <= validation.keys()
    assert "eta: 0:" in next(toy_run.work_dir.glob("*/*.log")).read_text()


def test_resume_gives_the_weights_of_an_uninterrupted_run(toy_run: ToyRun, tmp_path: Path) -> None:
    shutil.copy(toy_run.work_dir / "iter_2.pth", tmp_path)
    # A work directory that was moved or copied goes on from its own checkpoint.
    (tmp_path / "last_checkpoint").write_text(str(toy_run.work_dir / "iter_2.pth"))
    run_tool("train", toy_run.config, "--work-dir", tmp_path, "--resume", cwd=tmp_path)
    resumed = torch.load(tmp_path / "iter_4.pth", weights_only=False)
    straight = torch.load(toy_run.checkpoint, weights_only=False)
    assert resumed["state_dict"].keys() == straight["state_dict"].keys()
    assert any(name.startswith("adaptation.") for name in resumed["state_dict"])
    for name, value in straight["state_dict"].items():
        assert torch.equal(resumed["state_dict"][name], value), name


def test_work_dir_is_that_of_the_command_line_then_the_config_then_its_path(
    toy_folder: Path,
) -> None:
    path = str(CONFIGS / "advent" / "deeplabv2_r101_gta2cs.py")
    assert load_config(path).work_dir == "work_dirs/advent/deeplabv2_r101_gta2cs"
    child = str(write_child(toy_folder, "work_dir = 'mine'"))
    assert load_config(child).work_dir == "mine"
    assert load_config(child, {"train_cfg.max_iters": 7}, "theirs").work_dir == "theirs"
    assert load_config(child, {"train_cfg.max_iters": 7}).train_cfg.max_iters == 7


HOOK = '''
import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.registry import HOOKS


@HOOKS.register_module()
class SaveRank(Hook):
    """Save what this process saw and ended with."""

    def before_train(self, runner):
        self.images = []
        self.start = [value.clone() for value in runner.model.parameters()]

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        for domain in ("source", "target"):
            self.images += [sample.img_path for sample in data_batch[domain]["data_samples"]]

    def after_train(self, runner):
        parameters = list(runner.model.parameters())
        seen = dict(images=self.images, start=self.start, end=parameters)
        seen["wrapper"] = type(runner.model).__name__
        torch.save(seen, f"rank_{get_rank()}.pth")
'''


@pytest.mark.slow
def test_two_processes_without_a_gpu_end_with_equal_weights(
    toy_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "save_rank.py").write_text(HOOK)
    child = write_child(
        tmp_path,
        "custom_imports = dict(imports=['mmadvent.segmentation', 'save_rank'])\n"
        "custom_hooks = [dict(type='SaveRank')]\n"
        "train_cfg = dict(max_iters=2)",
        base=str(toy_folder / "toy.py"),
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    torchrun = ["-m", "torch.distributed.run", "--nproc_per_node=2", f"--master_port={port}"]
    command = [TOOLS / "train.py", child, "--launcher", "pytorch", "--work-dir", tmp_path / "work"]
    run_python(
        *torchrun, "--master_addr=127.0.0.1", *command, cwd=tmp_path, PYTHONPATH=str(tmp_path)
    )
    first, second = (torch.load(tmp_path / f"rank_{rank}.pth") for rank in (0, 1))
    assert first["wrapper"] == "AdaptationDistributedDataParallel"
    assert first["images"] != second["images"]
    assert len(first["end"]) == len(second["end"]) > 0
    for one, other in zip(first["end"], second["end"], strict=True):
        assert torch.equal(one, other)
    changed = [
        not torch.equal(before, after)
        for before, after in zip(first["start"], first["end"], strict=True)
    ]
    assert all(changed)
