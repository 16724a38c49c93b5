"""Self-training: make pseudo-labels, train on them, and again with the better network.

    python tools/self_train.py CONFIG CHECKPOINT --work-dir DIR --rule class_balanced --rounds 3

CONFIG has PseudoLabel among its methods. DIR/round1 gets pseudo_labels/ and train/, and so on; each
round starts from the network of the one before, the first from CHECKPOINT. The portions are CBST's
unless --portions gives others.

What is complete is not repeated: call it again after an interruption.
"""

import argparse
from pathlib import Path

from mmengine.config import Config, DictAction

from mmadvent.cli.command_line import load_config, one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import check_checkpoint
from mmadvent.segmentation.pseudo_labels.rounds import (
    SelfTraining,
    default_portions,
    round_rules,
    rounds_table,
    run_rounds,
)
from mmadvent.segmentation.pseudo_labels.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("config", help="path of a config with PseudoLabel in model.adaptation")
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
    parser.add_argument("--amp", action="store_true", help="as tools/train.py has it")
    # As text: it is handed on to the other command lines.
    parser.add_argument(
        "--cfg-options", nargs="+", default=[], metavar="KEY=VALUE", help="settings of the config"
    )
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


def parsed_options(words: list[str]) -> dict | None:
    """The settings as the other command lines will take them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cfg-options", nargs="+", action=DictAction)
    return parser.parse_args(["--cfg-options", *words]).cfg_options if words else None


def check_methods(config: Config) -> None:
    """Check that the config trains on pseudo-labels.

    Raises:
        InputError: if ``PseudoLabel`` is not among its methods.
    """
    kinds = [method["type"] for method in config.get("model", {}).get("adaptation", [])]
    if "PseudoLabel" not in kinds:
        raise InputError(
            "self-training needs dict(type='PseudoLabel') in model.adaptation, got "
            f"{', '.join(kinds) or 'no method'}"
        )


def main() -> None:
    args = parse_args()
    rules = round_rules(args.rule, portions_of(args))
    config = load_config(args.config, parsed_options(args.cfg_options))
    check_methods(config)
    check_checkpoint(str(args.checkpoint))
    plan = SelfTraining(
        root=ROOT,
        config=args.config,
        options=tuple(args.cfg_options),
        max_iters=config.train_cfg.max_iters,
        evaluates=bool(config.get("val_dataloader")),
        work_dir=args.work_dir,
        flags=("--amp",) if args.amp else (),
    )
    print(rounds_table(run_rounds(plan, args.checkpoint, rules)))


if __name__ == "__main__":
    with one_sentence_errors():
        main()
