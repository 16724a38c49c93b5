"""Distributed training without an accelerator."""

__all__ = ["join_cpu_group"]


def join_cpu_group(launcher: str) -> None:
    """Join the process group with gloo where ``--launcher pytorch`` finds no accelerator.

    mmengine selects a CUDA device whether there is one or not (mmengine/dist/utils.py); its runner
    leaves a group alone that it finds joined, so this goes before the runner. Everywhere else, and
    with any other launcher, it does nothing.
    """
    import torch.distributed as dist
    from mmengine.device import get_device

    if launcher == "pytorch" and get_device() == "cpu" and not dist.is_initialized():
        dist.init_process_group("gloo")
