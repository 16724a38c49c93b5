"""Distributed runs without an accelerator."""

import json
import socket
from collections.abc import Callable

import pytest
import torch.distributed as dist

from mmadvent.compat import join_cpu_group

# Without our part first, then with it, in one interpreter that sees no accelerator.
LAUNCH = """
import json
import mmengine.dist as dist
try:
    dist.init_dist("pytorch")
    raw = "joined"
except Exception as error:
    raw = type(error).__name__
from mmadvent.compat import join_cpu_group
join_cpu_group("none")
unasked = dist.is_distributed()
join_cpu_group("pytorch")
join_cpu_group("pytorch")
print(json.dumps([raw, unasked, dist.is_distributed(), dist.get_backend(), dist.get_world_size()]))
"""


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_upstream_wants_cuda_and_we_join_with_gloo(fresh_python: Callable[..., str]) -> None:
    printed = fresh_python(
        LAUNCH,
        CUDA_VISIBLE_DEVICES="",
        RANK="0",
        LOCAL_RANK="0",
        WORLD_SIZE="1",
        MASTER_ADDR="127.0.0.1",
        MASTER_PORT=free_port(),
    )
    raw, *ours = json.loads(printed.strip().splitlines()[-1])
    # A build of torch without CUDA lacks the function; one with CUDA finds no driver.
    assert raw in ("AttributeError", "RuntimeError"), printed
    assert ours == [False, True, "gloo", 1]


@pytest.mark.parametrize("launcher", ["none", "slurm", "mpi"])
def test_other_launchers_are_left_alone(launcher: str) -> None:
    join_cpu_group(launcher)
    assert not dist.is_initialized()
