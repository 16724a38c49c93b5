"""Make pseudo-labels of a config's target images from a checkpoint's predictions.

    python tools/make_pseudo_labels.py CONFIG CHECKPOINT OUT --rule entropy

writes one PNG for each image of target_dataloader, at its place below OUT: class indices, 255 where
there is no pseudo-label, at the size of the network's input. OUT/pseudo_labels.json says how they
were made. Train on them with model.adaptation=[..., dict(type="PseudoLabel")] and
target_dataloader.dataset.pseudo_labels=OUT.

PNGs that are there are left alone: call it again after an interruption.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import torch
from mmengine.registry import init_default_scope

from mmadvent.cli.command_line import add_config_arguments, load_config, one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.functional import NO_LABEL
from mmadvent.io.checkpoints import read_checkpoint, stored_dataset_meta
from mmadvent.io.processes import progress_bar
from mmadvent.segmentation.pseudo_labels.making import count_values, count_written, write_labels
from mmadvent.segmentation.pseudo_labels.note import class_table, describe, read_note, write_note
from mmadvent.segmentation.pseudo_labels.predictions import load_network, predict_logits
from mmadvent.segmentation.pseudo_labels.rules import RULES, build_rule
from mmadvent.segmentation.pseudo_labels.targets import open_targets, pseudo_label_names

Item = TypeVar("Item")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path of a checkpoint")
    parser.add_argument("out", type=Path, help="folder for the pseudo-labels")
    parser.add_argument("--rule", required=True, metavar="|".join(RULES), help="which are taken")
    parser.add_argument(
        "--quantile", type=float, help="entropy: of each class's entropies (default 0.5)"
    )
    parser.add_argument("--floor", type=float, help="entropy: of the thresholds (default 0.1)")
    parser.add_argument(
        "--portion",
        type=float,
        help="confidence: share of all pixels; class_balanced: of each class's (default 0.2)",
    )
    parser.add_argument("--threshold", type=float, help="confidence: probability, not a portion")
    return parser.parse_args()


def class_names(checkpoint: dict, model: Any) -> list[str]:
    """The names in the checkpoint, or numbers if it has none.

    Raises:
        InputError: if there are too many classes for an 8-bit PNG.
    """
    count = model.decode_head.num_classes
    if count > NO_LABEL:
        raise InputError(f"pseudo-labels need at most {NO_LABEL} classes, got {count}")
    names = stored_dataset_meta(checkpoint).get("classes") or ()
    return list(names) if len(names) == count else [str(index) for index in range(count)]


def shown(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """The items, with a bar on a terminal."""
    with progress_bar(total, unit) as bar:
        for item in items:
            yield item
            bar.update()


def main() -> None:
    args = parse_args()
    options = {key: getattr(args, key) for key in ("quantile", "floor", "portion", "threshold")}
    rule = build_rule(args.rule, **options)
    config = load_config(args.config, args.cfg_options)
    checkpoint = read_checkpoint(args.checkpoint)
    init_default_scope(config.get("default_scope", "mmseg"))
    dataset, pipeline = open_targets(config)
    paths = [args.out / name for name in pseudo_label_names(dataset)]
    model = load_network(config, checkpoint, args.checkpoint)
    classes = class_names(checkpoint, model)
    del checkpoint
    images = dataset.data_prefix["img_path"]
    settings = describe(rule, args.checkpoint, images, pipeline, classes)
    note = read_note(args.out, settings)
    workers = config.target_dataloader.get("num_workers", 0)
    if note is None:
        every = range(len(paths))
        predictions = predict_logits(model, dataset, every, workers)
        histograms = count_values(rule, shown(predictions, len(paths), "image"), len(classes))
        note = settings | dict(
            thresholds=rule.thresholds(histograms).tolist(),
            predicted=histograms.totals.tolist(),
            labelled=None,
        )
        write_note(args.out, note)
    left = [index for index, path in enumerate(paths) if not path.exists()]
    made = set(left)
    if left or note["labelled"] is None:
        there = (path for index, path in enumerate(paths) if index not in made)
        labelled = count_written(there, len(classes))
        labelled += write_labels(
            rule,
            torch.tensor(note["thresholds"], dtype=torch.float64),
            shown(predict_logits(model, dataset, left, workers), len(left), "image"),
            (paths[index] for index in left),
        )
        note["labelled"] = labelled.tolist()
        write_note(args.out, note)
    print(class_table(note))
    print(f"{args.out}: {len(left)} pseudo-labels made, {len(paths) - len(left)} were there")


if __name__ == "__main__":
    with one_sentence_errors():
        main()
