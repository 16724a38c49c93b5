"""JSON that is null, of the wrong type, nested too deeply, not finite, or that lacks something."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.case import EITHER, FINE, REFUSED, STOPPED, Case
from tests.faults.mutations import put
from tests.faults.uses import CAMERA, COCO_TRAIN, COCO_VAL, PSEUDO_NOTE, SCALARS, USES

WHOLE = {
    "null": b"null",
    "a list": b"[]",
    "an empty object": b"{}",
    "text": b'"text"',
    "a number": b"3",
    "true": b"true",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "a number of 5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "cut off": b'{"images": [{"id": 1, "fi',
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
}
GONE = object()
VALUES: dict[str, Any] = {
    "gone": GONE,
    "null": None,
    "text": "x",
    "a list": [],
    "an object": {},
    "negative": -1,
    "not a number": float("nan"),
    "infinite": float("inf"),
    "huge": 10**400,
    "true": True,
}
# Title of a use -> file -> what in it is read, and of that what may have a value.
READ: dict[str, dict[str, tuple[str, ...]]] = {
    "make fog": {
        CAMERA: ("extrinsic", "extrinsic.baseline", "intrinsic", "intrinsic.fx", "intrinsic.u0"),
    },
    "train with a prior": {"prior.json": ("classes", "prior", "prior.0")},
    "count classes again": {"prior.json": ("classes", "classes.0", "prior", "pixels", "images")},
    "go on with pseudo-labels": {
        PSEUDO_NOTE: (
            "rule", "checkpoint", "checkpoint.sha256", "model", "image_list", "classes",
            "thresholds", "predicted",
        )
    },
    "print results": {SCALARS: ("mIoU", "IoU.road")},
    "train a detector": {
        COCO_TRAIN: (
            "images", "annotations", "categories", "images.0", "images.0.id", "images.0.file_name",
            "images.0.width", "annotations.0", "annotations.0.bbox", "annotations.0.bbox.0",
            "annotations.0.bbox.2", "annotations.0.image_id", "annotations.0.category_id",
            "annotations.0.area", "categories.0", "categories.0.name", "categories.0.id",
        ),
    },
    "test a detector": {COCO_VAL: ("images", "annotations", "categories")},
}  # fmt: skip
# A value that is right there: an infinite share of the image's centre and so on. An entry without
# mIoU is of no evaluation: the one before is the last.
RIGHT = {
    (CAMERA, "intrinsic.u0", "negative"),
    (SCALARS, "mIoU", "gone"), (SCALARS, "mIoU", "not a number"),
    (SCALARS, "mIoU", "negative"), (SCALARS, "mIoU", "infinite"),
    (SCALARS, "IoU.road", "not a number"), (SCALARS, "IoU.road", "negative"),
    (SCALARS, "IoU.road", "infinite"), (SCALARS, "IoU.road", "gone"),
    (SCALARS, "mIoU", "a list"), (SCALARS, "IoU.road", "a list"),
}  # fmt: skip
COCO = (COCO_TRAIN, COCO_VAL)


def cases() -> Iterator[Case]:
    for title, files in READ.items():
        use = USES[title]
        expect = STOPPED if title == "make fog" else REFUSED
        for path, keys in files.items():
            for name, content in WHOLE.items():
                spoil = partial(_whole, path, content)
                yield Case(
                    "json", f"{title}: {path} {name}", use.tool, use.arguments, spoil, expect=expect
                )
            for number, key in enumerate(keys):
                for name, value in VALUES.items():
                    if (number + len(name)) % 2 and path in COCO:
                        continue  # half of so many keys
                    right = (path, key, name) in RIGHT or path in COCO or "true" in name
                    spoil = partial(_set, path, key, value)
                    yield Case(
                        "json",
                        f"{title}: {path} {key} {name}",
                        use.tool,
                        use.arguments,
                        spoil,
                        expect=EITHER if right else expect,
                    )
    use = USES["count classes"]
    for name, content in WHOLE.items():
        spoil = partial(_whole, ".new.unfinished.jsonl", content)
        # A line at which a run was interrupted is made anew.
        expect = EITHER if "UTF" in name else FINE
        yield Case("json", f"notes {name}", use.tool, use.arguments, spoil, expect=expect)
    use = USES["make fog"]
    for name, content in WHOLE.items():
        spoil = partial(_whole, "out/fog.json", content)
        yield Case("json", f"fog's note {name}", use.tool, use.arguments, spoil)


def _whole(path: str, content: bytes, folder: Path) -> None:
    put(folder / path, content)


def _set(path: str, key: str, value: Any, folder: Path) -> None:
    """Change a value; of a log, in its last line, whose keys hold dots."""
    file = folder / path
    *first, last = file.read_text().rstrip("\n").split("\n") if path == SCALARS else ["", ""]
    content = json.loads(last or file.read_text())
    *above, name = [key] if path == SCALARS else key.split(".")
    place = content
    for part in above:
        place = place[int(part) if isinstance(place, list) else part]
    where = int(name) if isinstance(place, list) else name
    if value is GONE:
        del place[where]
    else:
        place[where] = value
    put(file, "\n".join([*filter(None, first), json.dumps(content)]).encode())
