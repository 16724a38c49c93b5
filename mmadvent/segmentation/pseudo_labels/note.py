"""The note in a folder of pseudo-labels: how they were made, so that two kinds are not mixed."""

import hashlib
import json
import os
import reprlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mmadvent.checks import is_number, parse_json
from mmadvent.errors import InputError
from mmadvent.io.noted_map import content_hash
from mmadvent.io.tables import markdown_table
from mmadvent.io.writing import write_json
from mmadvent.segmentation.pseudo_labels.rules import PseudoLabelRule

NOTE = "pseudo_labels.json"
SETTINGS = ("rule", "checkpoint", "model", "images", "image_list", "pipeline", "classes")


def describe(
    rule: PseudoLabelRule,
    checkpoint: str,
    model: dict[str, Any],
    images: str | list[str],
    names: Iterable[str],
    pipeline: Sequence[dict],
    classes: Sequence[str],
) -> dict[str, Any]:
    """The settings that pseudo-labels depend on.

    Args:
        rule: which predictions are taken.
        checkpoint: path of the network's weights; its contents count, not where it lies.
        model: config of the network.
        images: folder of the images, or several.
        names: places of the images' pseudo-labels; the note has their number and a digest.
        pipeline: of the images.
        classes: names of the classes.

    Raises:
        InputError: if the checkpoint is no file of this machine.
    """
    listed = sorted(names)
    settings = dict(
        rule=rule.as_json(),
        checkpoint=dict(file=str(checkpoint), sha256=_digest(checkpoint)),
        model=model,
        images=images,
        image_list=dict(
            number=len(listed), sha256=hashlib.sha256("\0".join(listed).encode()).hexdigest()
        ),
        pipeline=list(pipeline),
        classes=list(classes),
    )
    return json.loads(json.dumps(settings, default=str))


def read_note(out: Path, settings: dict[str, Any]) -> dict[str, Any] | None:
    """The note of a folder in which pseudo-labels of these settings were begun; None if it is free.

    Raises:
        InputError: if it holds pseudo-labels of other settings, or other files.
    """
    if (out / NOTE).exists():
        found = _load(out / NOTE)
        others = [name for name in SETTINGS if _compared(found, name) != _compared(settings, name)]
        if others:
            raise InputError(
                f"'{out}' holds pseudo-labels of other settings ({', '.join(others)}): choose "
                "another folder or remove it"
            )
        _check_numbers(found, out / NOTE)
        return found
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            f"'{out}' must be free or hold pseudo-labels that this tool made, found other files"
        )
    return None


def finished_note(out: Path) -> dict[str, Any]:
    """The note of a folder of pseudo-labels that are all there.

    Raises:
        InputError: if there is none, or if some are left to be made.
    """
    path = out / NOTE
    note = _load(path) if path.exists() else {}
    if not note.get("labelled"):
        raise InputError(f"'{out}' must hold finished pseudo-labels with their '{NOTE}'")
    for name in ("rule", "classes"):
        if name not in note:
            raise InputError(f"'{path}' must hold the {name} of its pseudo-labels, got none")
    _check_numbers(note, path)
    return note


def is_of_checkpoint(note: dict[str, Any], checkpoint: str) -> bool:
    """Whether pseudo-labels were made by a checkpoint of these contents.

    Raises:
        InputError: if the checkpoint is no file of this machine.
    """
    return _compared(note, "checkpoint") == _digest(checkpoint)


def write_note(out: Path, note: dict[str, Any]) -> None:
    """Write the note, and the folder if it is not there."""
    write_json(out / NOTE, note)


def class_table(note: dict[str, Any]) -> str:
    """A Markdown table of a finished note: of each class its threshold, the share of all pixels
    that is predicted as it, and the pixels labelled as it over those predicted as it.

    Under a class-balanced rule the last can exceed 100 %: a label need not be the prediction.
    """
    predicted, labeled = note["predicted"], note["labelled"]
    rows = [
        (name, f"{threshold:.4f}", _percent(before, sum(predicted)), _percent(after, before))
        for name, threshold, before, after in zip(
            note["classes"], note["thresholds"], predicted, labeled, strict=True
        )
    ]
    rows.append(("all", "", "100.0", _percent(sum(labeled), sum(predicted))))
    return markdown_table(("class", "threshold", "predicted %", "kept %"), rows)


def _load(path: Path) -> dict[str, Any]:
    try:
        note = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"'{path}' cannot be read: {error}") from error
    if not isinstance(note, dict):
        raise InputError(f"'{path}' must be a JSON object, got {reprlib.repr(note)}")
    return note


def _check_numbers(note: dict[str, Any], path: Path) -> None:
    """A number for each class: the thresholds, and what was counted, which may be still to come."""
    classes = note["classes"]
    for name in ("thresholds", "predicted", "labelled"):
        values: Any = note.get(name)
        if name == "labelled" and values is None:
            continue
        lists = isinstance(values, list) and isinstance(classes, list)
        if not (lists and len(values) == len(classes) and all(map(is_number, values))):
            raise InputError(
                f"'{path}' must hold a number for each of its classes in '{name}', got "
                f"{reprlib.repr(values)}"
            )


def _digest(checkpoint: str) -> str:
    if not os.path.isfile(checkpoint):
        raise InputError(f"the checkpoint '{checkpoint}' must be a local file")
    return content_hash(checkpoint)


def _compared(note: dict[str, Any], name: str) -> Any:
    value = note.get(name)
    return value.get("sha256") if name == "checkpoint" and isinstance(value, dict) else value


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"
