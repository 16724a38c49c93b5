"""Configs that lack a section or have one of another kind, wherever a command line reads it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from mmengine.config import Config

from tests.faults.case import EITHER, REFUSED, Case
from tests.faults.uses import USES

# Title of a use -> the config that it reads.
READS = {
    "train": "seg.py",
    "train a detector": "det.py",
    "train a translator": "trans.py",
    "test": "seg.py",
    "test a detector": "det.py",
    "test an ensemble": "seg.py",
    "export a segmentor": "seg.py",
    "export a detector": "det.py",
    "export one file": "seg.py",
    "make pseudo-labels": "self.py",
    "self-train": "self.py",
    "count classes": "seg.py",
    "browse": "seg.py",
    "count confusions": "seg.py",
    "count operations": "seg.py",
    "draw maps": "work/seg.py",
    "draw boxes": "work_det/det.py",
    "translate": "trans.py",
    "draw translations": "trans.py",
}
SECTIONS = (
    "model",
    "train_dataloader",
    "target_dataloader",
    "val_dataloader",
    "test_dataloader",
    "train_cfg",
    "test_cfg",
    "optim_wrapper",
    "default_hooks",
    "visualizer",
    "log_processor",
)
OTHERS = (
    "default_scope",
    "test_evaluator",
    "param_scheduler",
    "custom_hooks",
    "model.type",
    "model.backbone",
    "model.data_preprocessor",
    "train_dataloader.dataset",
    "train_dataloader.dataset.pipeline",
    "target_dataloader.dataset",
    "target_dataloader.dataset.pipeline",
    "test_dataloader.dataset",
    "test_dataloader.dataset.pipeline",
    "train_cfg.max_iters",
    "optim_wrapper.optimizer",
    "default_hooks.visualization",
)
GONE = object()
CHANGES = {"gone": GONE, "None": None, "a number": 3, "an empty list": [], "an empty dict": {}}


def cases() -> Iterator[Case]:
    for place, (title, file) in enumerate(READS.items()):
        for number, key in enumerate((*SECTIONS, *OTHERS)):
            for way, (name, value) in enumerate(CHANGES.items()):
                if (place + number + way) % 3:
                    continue  # what reads a section is shared: each meets each kind of change
                use = USES[title]
                spoil = partial(_change, file, key, value)
                wrong = key in SECTIONS and name in ("a number", "an empty list")
                yield Case(
                    "section",
                    f"{title}: {key} {name}",
                    use.tool,
                    use.arguments,
                    spoil,
                    key if wrong else "",
                    REFUSED if wrong else EITHER,
                )


def _change(file: str, key: str, value: Any, folder: Path) -> None:
    """Write the whole config anew, with a change; what it does not have is left out of it."""
    path = folder / file
    config = Config.fromfile(path)
    *above, name = key.split(".")
    part: Any = config
    for step in above:
        part = part.get(step) or {}
    if name in part and value is GONE:
        part.pop(name)
    elif value is not GONE:
        part[name] = value
    path.write_text(_text(config))


def _text(config: Config) -> str:
    return "".join(f"{name} = {value!r}\n" for name, value in config.to_dict().items())
