"""The shell scripts: the commands they make, and a run of which one process dies."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from tests.tools.commands import TOOLS
from tests.tools.toy_config import write_child, write_config

ECHO = '#!/usr/bin/env bash\nprintf "%s\\n" "$(basename "$0")" "$@"\n'


def call(script: str, *arguments: object, path: Path, **variables: str):
    """Run a script with the programs of a folder before all others."""
    environment = dict(os.environ, PATH=f"{path}:{os.environ['PATH']}", **variables)
    command = [str(TOOLS / script), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=580)


@pytest.fixture
def echoes(tmp_path: Path) -> Path:
    """Programs that print how they were called."""
    for name in ("python", "srun"):
        (tmp_path / name).write_text(ECHO)
        (tmp_path / name).chmod(0o755)
    return tmp_path


ONE_MACHINE = ["--nnodes=1", "--node_rank=0", "--master_addr=127.0.0.1", "--master_port=29500"]
SECOND_OF_TWO = ["--nnodes=2", "--node_rank=1", "--master_addr=10.0.0.1", "--master_port=29611"]
VARIABLES = dict(NNODES="2", NODE_RANK="1", MASTER_ADDR="10.0.0.1", PORT="29611")


@pytest.mark.parametrize(
    ("variables", "group"), [({}, ONE_MACHINE), (VARIABLES, SECOND_OF_TWO)], ids=["one", "two"]
)
@pytest.mark.parametrize(
    ("script", "arguments"),
    [("train", ["a config.py"]), ("test", ["a config.py", "iter_4.pth"])],
)
def test_dist_scripts_start_torchrun(
    echoes: Path, script: str, arguments: list, variables: dict, group: list
) -> None:
    more = ["--cfg-options", 'key="[a, b]"']
    done = call(f"dist_{script}.sh", *arguments, 4, *more, path=echoes, **variables)
    expected = ["python", "-m", "torch.distributed.run", *group, "--nproc_per_node=4"]
    expected += [str(TOOLS / f"{script}.py"), *arguments, "--launcher", "pytorch", *more]
    assert done.stdout.splitlines() == expected


@pytest.mark.parametrize(
    ("variables", "gpus", "per_node", "cpus", "extra"),
    [
        ({}, 8, 8, 5, []),
        (dict(GPUS="2"), 2, 2, 5, []),
        (dict(GPUS="16", CPUS_PER_TASK="3"), 16, 8, 3, []),
        (dict(GPUS_PER_NODE="4", SRUN_ARGS="--quotatype=spot -x n1"), 8, 4, 5, None),
    ],
)
def test_slurm_script_starts_one_task_a_gpu(
    echoes: Path, variables: dict, gpus: int, per_node: int, cpus: int, extra: list | None
) -> None:
    done = call("slurm_train.sh", "gpu", "my job", "c.py", "--amp", path=echoes, **variables)
    extra = ["--quotatype=spot", "-x", "n1"] if extra is None else extra
    assert done.stdout.splitlines() == [
        "srun",
        "--partition=gpu",
        "--job-name=my job",
        f"--gres=gpu:{per_node}",
        f"--ntasks={gpus}",
        f"--ntasks-per-node={per_node}",
        f"--cpus-per-task={cpus}",
        "--kill-on-bad-exit=1",
        *extra,
        *["python", "-u", str(TOOLS / "train.py"), "c.py", "--launcher", "slurm", "--amp"],
    ]


@pytest.mark.parametrize(
    ("script", "arguments", "usage"),
    [
        ("dist_train.sh", ["c.py"], "CONFIG GPUS [options of tools/train.py]"),
        ("dist_test.sh", ["c.py", "2"], "CONFIG CHECKPOINT GPUS [options of tools/test.py]"),
        (
            "slurm_train.sh",
            ["gpu", "job"],
            "PARTITION JOB_NAME CONFIG [options of tools/train.py]",
        ),
    ],
)
def test_missing_arguments_are_told(echoes: Path, script: str, arguments: list, usage: str) -> None:
    done = call(script, *arguments, path=echoes)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"usage: {TOOLS / script} {usage}\n"


MORTAL = '''
import os
import signal

from mmengine.dist import get_rank
from mmseg.registry import DATASETS

from mmadvent.segmentation.datasets import GTA5Dataset


@DATASETS.register_module()
class Mortal(GTA5Dataset):
    """Kills the second process when it loads the sample of the third iteration."""

    loaded = 0

    def __getitem__(self, index):
        self.loaded += 1
        if get_rank() == 1 and self.loaded == 3:
            open("died", "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getitem__(index)
'''


@pytest.mark.slow
def test_run_of_which_a_process_dies_ends_and_can_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.toys import write_domains  # with mmseg

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mortal.py").write_text(MORTAL)
    write_config(tmp_path, write_domains(tmp_path / "data"))
    every = "default_hooks = dict(checkpoint=dict(interval=1))"
    imports = "custom_imports = dict(imports=['mmadvent.segmentation', 'mortal'])"
    dies = "train_dataloader = dict(dataset=dict(type='Mortal'))"
    mortal = write_child(tmp_path, f"{every}\n{imports}\n{dies}", name="mortal_run.py")
    config = write_child(tmp_path, every)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    variables = dict(
        PORT=port, PYTHONPATH=str(tmp_path), CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1"
    )
    programs = Path(sys.executable).parent
    folder = ["--work-dir", tmp_path / "work"]

    done = call("dist_train.sh", mortal, 2, *folder, path=programs, **variables)
    assert time.time() - (tmp_path / "died").stat().st_mtime < 60
    assert done.returncode != 0
    assert f"Signal {signal.SIGKILL.value} (SIGKILL)" in done.stderr
    assert "rank      : 1 (local_rank: 1)" in done.stderr

    # That of the iteration before the last may be half written, and is then not named here.
    last = Path((tmp_path / "work" / "last_checkpoint").read_text())
    assert torch.load(last, weights_only=False)["meta"]["iter"] in (1, 2)
    done = call("dist_train.sh", config, 2, *folder, "--resume", path=programs, **variables)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "work" / "iter_4.pth").is_file()

    checkpoint = tmp_path / "work" / "iter_4.pth"
    done = call("dist_test.sh", config, checkpoint, 2, *folder, path=programs, **variables)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "mIoU" in done.stdout + done.stderr
