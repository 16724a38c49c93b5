"""Warnings that mmseg and mmdet repeat on every run and that its users can do nothing about."""

import warnings

__all__ = ["quiet_upstream"]

MESSAGES = (
    # mmseg's decode heads call their own deprecated function.
    "``build_loss`` would be deprecated soon",
    # DeepLab-V2 aligns corners at whatever size the data sets have.
    "When align_corners=True, the output would more aligned if",
    # The backbones of mmseg and mmdet call torch's checkpoint so.
    "torch.utils.checkpoint: the use_reentrant parameter should be",
)


def quiet_upstream() -> None:
    """Ignore these warnings. Calling it again changes nothing."""
    for message in MESSAGES:
        warnings.filterwarnings("ignore", message=message, category=UserWarning)
