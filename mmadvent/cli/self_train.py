"""Self-training: make pseudo-labels, train on them, and again with the better network.

    mmadvent self-train CONFIG CHECKPOINT --work-dir DIR --rule class_balanced --rounds 3

CONFIG has PseudoLabel among its methods. DIR/round1 gets pseudo_labels/ and train/, and so on; each
round starts from the network of the one before, the first from CHECKPOINT. The portions are CBST's
unless --portions gives others.

What is complete is not repeated: call it again after an interruption.
"""

from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path

from mmadvent.cli.command_line import add_config_arguments, load_config
from mmadvent.cli.make_pseudo_labels import RULES
from mmadvent.cli.training import add_amp_argument, train, use_amp
from mmadvent.errors import InputError

ROUNDS = 3


def add_arguments(parser: ArgumentParser) -> None:
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


def portions_of(args: Namespace) -> list[float]:
    """One portion a round.

    Raises:
        InputError: if the numbers of rounds and portions are not one and the same, above 0.
    """
    from mmadvent.segmentation.pseudo_labels.rounds import default_portions

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


def run(args: Namespace) -> None:
    from mmadvent.segmentation.pseudo_labels.rounds import round_rules, rounds_table, self_train

    rules = round_rules(args.rule, portions_of(args))
    config = load_config(args.config, args.cfg_options)
    if args.amp:
        use_amp(config)
    tell = partial(print, flush=True)
    print(rounds_table(self_train(config, args.checkpoint, args.work_dir, rules, train, tell)))
