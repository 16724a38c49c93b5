"""Checkpoints that are files of torch and not what a model needs."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch

from tests.faults.case import EITHER, STOPPED, Case
from tests.faults.mutations import put
from tests.faults.uses import LAST, LAST_DET, LAST_GAN, USES


class Runs:
    """Code that a checkpoint would run."""

    def __reduce__(self) -> tuple:
        return (eval, ("open('ran', 'w').close()",))


def _names(classes: Any) -> Callable[[dict], Any]:
    return lambda c: dict(c, meta=dict(c["meta"], dataset_meta=dict(classes=classes)))


def _weights(change: Callable[[dict], Any]) -> Callable[[dict], Any]:
    def changed(checkpoint: dict) -> Any:
        return dict(checkpoint, state_dict=change(dict(checkpoint["state_dict"])))

    return changed


def _first(state: dict, value: Any) -> dict:
    name = next(key for key, weight in state.items() if weight.dim() == 4)
    return state | {name: value(state[name])}


WRONG: dict[str, Callable[[dict], Any]] = {
    "a list": lambda c: [1, 2],
    "a tensor": lambda c: torch.zeros(3),
    "None": lambda c: None,
    "text": lambda c: "text",
    "an empty dict": lambda c: {},
    "code": lambda c: dict(c, more=Runs()),
    "no weights": lambda c: {key: value for key, value in c.items() if key != "state_dict"},
    "weights that are None": lambda c: dict(c, state_dict=None),
    "weights that are text": lambda c: dict(c, state_dict="text"),
    "weights that are a list": lambda c: dict(c, state_dict=[]),
    "no weight": _weights(lambda state: {}),
    "a weight less": _weights(lambda state: dict(list(state.items())[1:])),
    "a weight more": _weights(lambda state: state | {"backbone.more": torch.zeros(1)}),
    "another shape": _weights(lambda state: _first(state, lambda w: w[:1])),
    "a weight that is None": _weights(lambda state: _first(state, lambda w: None)),
    "a weight that is text": _weights(lambda state: _first(state, lambda w: "x")),
    "names that are numbers": _weights(lambda state: dict(enumerate(state.values()))),
    "a name that is None": _weights(lambda state: state | {None: torch.zeros(1)}),
    "a name that is a pair": _weights(lambda state: state | {("a", 1): torch.zeros(1)}),
    "a name that is bytes": _weights(lambda state: state | {b"a": torch.zeros(1)}),
    "a weight that is a dict": _weights(lambda state: _first(state, lambda w: {"w": w})),
    "a weight of whole numbers": _weights(lambda state: _first(state, lambda w: w.to(torch.int8))),
    "a weight of complex numbers": _weights(lambda state: _first(state, lambda w: w + 1j)),
    "a weight without values": _weights(lambda state: _first(state, lambda w: w.to("meta"))),
    "a sparse weight": _weights(lambda state: _first(state, lambda w: w.to_sparse())),
    "another prefix": _weights(lambda state: {f"net.{key}": value for key, value in state.items()}),
}
ODD: dict[str, Callable[[dict], Any]] = {
    "no meta": lambda c: {key: value for key, value in c.items() if key != "meta"},
    "meta that is None": lambda c: dict(c, meta=None),
    "meta that is text": lambda c: dict(c, meta="text"),
    "classes that are a number": _names(3),
    "classes of control characters": _names(("\x1b[2J",) * 19),
    "nan": _weights(lambda state: _first(state, lambda w: w * float("nan"))),
    "no optimizer": lambda c: {key: value for key, value in c.items() if key != "optimizer"},
}  # fmt: skip
# Right where the weight is of a part that is not read.
OF_ONE_WEIGHT = [name for name in WRONG if "a weight " in name] + ["another shape"]
READERS = {
    "test": LAST,
    "test a detector": LAST_DET,
    "test an ensemble": LAST,
    "export a segmentor": LAST,
    "export a detector": LAST_DET,
    "make pseudo-labels": LAST,
    "self-train": LAST,
    "train from weights": LAST,
    "resume": LAST,
    "draw maps": LAST,
    "draw boxes": LAST_DET,
    "translate": LAST_GAN,
    "draw translations": LAST_GAN,
    "convert weights": "published.pth",
}

# In the place of a checkpoint, and in the file that names the last one.
OTHERS = {
    "a detector's": LAST_DET,
    "published": "published.pth",
    "a URL of nothing": "http://127.0.0.1:9/a.pth",
    "an unknown scheme": "foo://a.pth",
    "a folder": "work",
    "no name": "",
}
POINTERS = {
    "outside": "/etc/passwd",
    "a URL": "http://127.0.0.1:9/a.pth",
    "no name": "",
    "another run's": "../work_det/iter_2.pth",
    "another run's, as seen from here": "work_det/iter_2.pth",
    "a null byte": "a\0b",
    "two lines": "a\nb\n",
}

MOVED = {"moved": "/where/it/was/iter_2.pth", "bare": "iter_2.pth", "from here": LAST}


def cases() -> Iterator[Case]:
    for number, (title, path) in enumerate(READERS.items()):
        use = USES[title]
        for wrong, table in ((True, WRONG), (False, ODD)):
            for place, (name, change) in enumerate(table.items()):
                if (place + number) % 3 and title not in ("test", "resume"):
                    continue  # one reader reads for all: each kind at every third command line
                expect = "refused" if wrong else EITHER
                if title == "resume" and wrong:
                    expect = STOPPED
                if title == "translate" and name in OF_ONE_WEIGHT:
                    expect = EITHER
                spoil = partial(_change, path, change)
                yield Case(
                    "checkpoint",
                    f"{title}: {path} {name}",
                    use.tool,
                    use.arguments,
                    spoil,
                    expect=expect,
                )
    use = USES["test"]
    for name, checkpoint in OTHERS.items():
        arguments = (use.arguments[0], checkpoint, *use.arguments[2:])
        yield Case("checkpoint", f"test: {name}", use.tool, arguments)
    use = USES["resume"]
    for name, text in POINTERS.items():
        spoil = partial(_point, text)
        yield Case("pointer", f"resume: last_checkpoint: {name}", use.tool, use.arguments, spoil)
    # A whole path is where a work directory was that has been copied or moved since.
    for name, text in MOVED.items():
        spoil = partial(_point, text)
        name = f"resume: last_checkpoint: {name}"
        yield Case("pointer", name, use.tool, use.arguments, spoil, expect="fine")
    name = f"resume: {LAST} another run's"
    yield Case("pointer", name, use.tool, use.arguments, _swap, LAST)


def _change(path: str, change: Callable[[dict], Any], folder: Path) -> None:
    content = torch.load(folder / path, weights_only=False)
    if "state_dict" not in content:
        content = dict(state_dict=content, meta={})
    buffer = io.BytesIO()
    torch.save(change(content), buffer)
    put(folder / path, buffer.getvalue())


def _swap(folder: Path) -> None:
    (folder / LAST_DET).replace(folder / LAST)


def _point(text: str, folder: Path) -> None:
    put(folder / "work/last_checkpoint", text.encode())
