"""Make pseudo-labels of a config's target images from a checkpoint's predictions.

    mmadvent make-pseudo-labels CONFIG CHECKPOINT OUT --rule entropy

writes one PNG for each image of target_dataloader, at its place below OUT: class indices, 255 where
there is no pseudo-label, at the size of the network's input. OUT/pseudo_labels.json says how they
were made. Train on them with model.adaptation=[..., dict(type="PseudoLabel")] and
target_dataloader.dataset.pseudo_labels=OUT.

PNGs that are there are left alone: call it again after an interruption.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, load_config

# Named before the half that has them is imported.
RULES = ("entropy", "confidence", "class_balanced")


def add_arguments(parser: ArgumentParser) -> None:
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


def run(args: Namespace) -> None:
    from mmadvent.segmentation.pseudo_labels.making import make_pseudo_labels
    from mmadvent.segmentation.pseudo_labels.rules import build_rule

    options = {key: getattr(args, key) for key in ("quantile", "floor", "portion", "threshold")}
    rule = build_rule(args.rule, **options)
    config = load_config(args.config, args.cfg_options)
    print(make_pseudo_labels(config, args.checkpoint, args.out, rule).summary())
