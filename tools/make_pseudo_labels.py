"""Make pseudo-labels of a config's target images from a checkpoint's predictions.

    python tools/make_pseudo_labels.py CONFIG CHECKPOINT OUT --rule entropy

writes one PNG for each image of target_dataloader, at its place below OUT: class indices, 255 where
there is no pseudo-label, at the size of the network's input. OUT/pseudo_labels.json says how they
were made. Train on them with model.adaptation=[..., dict(type="PseudoLabel")] and
target_dataloader.dataset.pseudo_labels=OUT.

PNGs that are there are left alone: call it again after an interruption.
"""

import argparse
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, load_config, one_sentence_errors
from mmadvent.segmentation.pseudo_labels.making import make_pseudo_labels
from mmadvent.segmentation.pseudo_labels.rules import RULES, build_rule


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


def main() -> None:
    args = parse_args()
    options = {key: getattr(args, key) for key in ("quantile", "floor", "portion", "threshold")}
    rule = build_rule(args.rule, **options)
    config = load_config(args.config, args.cfg_options)
    print(make_pseudo_labels(config, args.checkpoint, args.out, rule).summary())


if __name__ == "__main__":
    with one_sentence_errors():
        main()
