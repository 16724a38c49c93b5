"""What to tell a user whose initial weights cannot be fetched."""

from collections.abc import Iterator
from contextlib import contextmanager

from mmadvent.errors import InputError


@contextmanager
def explain_missing_weights(init_cfg: dict | list | None) -> Iterator[None]:
    """Turn a failure to fetch or read the checkpoint of ``init_cfg`` into one sentence.

    Raises:
        InputError: naming the checkpoint, the reason, and how to pass a local file or none.
    """
    try:
        yield
    except OSError as error:  # URLError and FileNotFoundError among them
        checkpoint = init_cfg.get("checkpoint") if isinstance(init_cfg, dict) else None
        if checkpoint is None:
            raise
        text = str(getattr(error, "reason", error)).strip()
        reason = text.splitlines()[0] if text else type(error).__name__
        raise InputError(
            f"the initial weights '{checkpoint}' cannot be fetched ({reason}): pass a local file "
            "with --cfg-options model.backbone.init_cfg.checkpoint=FILE, or start from random "
            "weights with --cfg-options model.backbone.init_cfg=None"
        ) from error
