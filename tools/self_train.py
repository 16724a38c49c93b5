"""Self-training: make pseudo-labels, train on them, and again with the better network.

    python tools/self_train.py CONFIG CHECKPOINT --work-dir DIR --rule class_balanced --rounds 3

CONFIG has PseudoLabel among its methods. DIR/round1 gets pseudo_labels/ and train/, and so on; each
round starts from the network of the one before, the first from CHECKPOINT. The portions are CBST's
unless --portions gives others.

What is complete is not repeated: call it again after an interruption.
"""

import argparse
from functools import partial
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, load_config, one_sentence_errors
from mmadvent.cli.training import add_amp_argument, train, use_amp
from mmadvent.errors import InputError
from mmadvent.segmentation.pseudo_labels.rounds import (
    default_portions,
    round_rules,
    rounds_table,
    self_train,
)
from mmadvent.segmentation.pseudo_labels.rules import RULES

ROUNDS = 3


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config_arguments(parser)
    parser.add_argument("checkpoint", type=Path, help="of the network that the first round is from")
    parser.add_argument("--work-dir", type=Path, required=True, help="gets a folder a round")
    parser.add_argument("--rule", required=True, metavar="|".join(RULES), help="of pseudo-labels")
    parser.add_argument("--rounds", type=int, help=f"(default {ROUNDS}, or one for each portion)")
    parser.add_argument(
        "--portions",
        type=float,
        nargs="+",
        help="of each round, or the entropy rule's quantiles (default 0.2, 0.25, ..., at most 0.5)",
    )
    add_amp_argument(parser)
    return parser.parse_args()


def portions_of(args: argparse.Namespace) -> list[float]:
    """One portion a round.

    Raises:
        InputError: if the numbers of rounds and portions are not one and the same, above 0.
    """
    portions = args.portions
    rounds = args.rounds if args.rounds is not None else len(portions or range(ROUNDS))
    if rounds < 1:
        raise InputError(f"--rounds must be 1 or more, got {rounds}")
    if portions is None:
        return default_portions(rounds)
    if len(portions) != rounds:
        raise InputError(
            f"--portions must be one for each of the {rounds} rounds, got {len(portions)}"
        )
    return portions


def main() -> None:
    args = parse_args()
    rules = round_rules(args.rule, portions_of(args))
    config = load_config(args.config, args.cfg_options)
    if args.amp:
        use_amp(config)
    tell = partial(print, flush=True)
    print(rounds_table(self_train(config, args.checkpoint, args.work_dir, rules, train, tell)))


if __name__ == "__main__":
    with one_sentence_errors():
        main()
