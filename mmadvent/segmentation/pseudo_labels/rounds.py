"""Rounds of self-training: pseudo-labels from the network, then the network from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmadvent.cli.tool_calls import run_tool
from mmadvent.errors import InputError
from mmadvent.results.evaluations import read_results
from mmadvent.segmentation.pseudo_labels.note import finished_note
from mmadvent.segmentation.pseudo_labels.rules import EntropyRule, PseudoLabelRule, build_rule

FIRST_PORTION, STEP, LAST_PORTION = 0.2, 0.05, 0.5
MEASURE = "mIoU"
LABELS_KEY = "target_dataloader.dataset.pseudo_labels"


@dataclass(frozen=True)
class SelfTraining:
    """What the rounds have in common.

    Attributes:
        root: folder of the repository, which holds ``tools``.
        config: path of a training config with ``PseudoLabel`` among its methods.
        options: further settings, ``KEY=VALUE``, of both command lines.
        max_iters: iterations of a round's training.
        evaluates: whether the training ends in an evaluation.
        work_dir: gets ``round1/pseudo_labels`` and ``round1/train``, and so on.
        flags: further words for the training's command line.
    """

    root: Path
    config: str
    options: tuple[str, ...]
    max_iters: int
    evaluates: bool
    work_dir: Path
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """What a round left behind."""

    rule: PseudoLabelRule
    checkpoint: Path
    labelled: float
    """Share of the target's pixels that have a pseudo-label, in [0, 1]."""
    score: float | None
    """mIoU after the round, if the training ends in an evaluation."""


def default_portions(rounds: int) -> list[float]:
    """CBST's portions: 0.2, then 0.05 more in each round, 0.5 at most."""
    return [min(round(FIRST_PORTION + STEP * n, 2), LAST_PORTION) for n in range(rounds)]


def round_rules(rule: str, portions: Sequence[float]) -> list[PseudoLabelRule]:
    """The rule of each round; a portion is the entropy rule's quantile.

    Raises:
        InputError: if there is no such rule, or if a portion is out of its range.
    """
    argument = "quantile" if rule == EntropyRule.name else "portion"
    return [build_rule(rule, **{argument: portion}) for portion in portions]


def run_rounds(
    plan: SelfTraining, checkpoint: Path, rules: Sequence[PseudoLabelRule]
) -> list[Round]:
    """Make pseudo-labels and train on them, round after round; what is complete is not repeated.

    Each round starts from the network of the one before, the first from ``checkpoint``, and so do
    its pseudo-labels.

    Raises:
        InputError: if a complete round was made by another rule, or if a command line fails.
    """
    done: list[Round] = []
    for number, rule in enumerate(rules, start=1):
        folder = plan.work_dir / f"round{number}"
        if _is_complete(plan, folder):
            _check_rule(folder, rule)
            print(f"{folder} is complete", flush=True)
        else:
            print(f"=== round {number} of {len(rules)} ===", flush=True)
            _make_labels(plan, folder, checkpoint, rule)
            _train(plan, folder, checkpoint)
        done.append(_outcome(plan, folder, rule))
        checkpoint = done[-1].checkpoint
    return done


def rounds_table(rounds: Sequence[Round]) -> str:
    """A Markdown table: the rule, the share of labelled pixels and the mIoU of each round."""
    lines = ["| round | rule | labelled % | mIoU |", "| --: | :-- | --: | --: |"]
    for number, one in enumerate(rounds, start=1):
        settings = {key: value for key, value in one.rule.as_json().items() if value is not None}
        rule = ", ".join(f"{key} {value}" for key, value in settings.items() if key != "name")
        score = "" if one.score is None else f"{one.score:.1f}"
        lines.append(f"| {number} | {one.rule.name}, {rule} | {100 * one.labelled:.1f} | {score} |")
    return "\n".join(lines)


def _make_labels(plan: SelfTraining, folder: Path, checkpoint: Path, rule: PseudoLabelRule) -> None:
    settings = {key: value for key, value in rule.as_json().items() if value is not None}
    arguments: list[object] = ["--rule", settings.pop("name")]
    for key, value in settings.items():
        arguments += [f"--{key}", value]
    run_tool(
        plan.root,
        "make_pseudo_labels",
        plan.config,
        checkpoint,
        folder / "pseudo_labels",
        *arguments,
        *(["--cfg-options", *plan.options] if plan.options else []),
    )


def _train(plan: SelfTraining, folder: Path, checkpoint: Path) -> None:
    options = [*plan.options, f"{LABELS_KEY}={folder / 'pseudo_labels'}"]
    begun = folder / "train" / "last_checkpoint"
    resume = ["--resume"] if begun.exists() else []
    # A run that resumes takes the weights of its own last checkpoint.
    options.append(f"load_from={None if resume else checkpoint}")
    run_tool(
        plan.root,
        "train",
        plan.config,
        "--work-dir",
        folder / "train",
        *resume,
        *plan.flags,
        "--cfg-options",
        *options,
    )


def _is_complete(plan: SelfTraining, folder: Path) -> bool:
    if not _checkpoint(plan, folder).exists():
        return False
    if not plan.evaluates:
        return True
    try:
        return read_results(folder / "train", MEASURE)["step"] == plan.max_iters
    except InputError:
        return False


def _checkpoint(plan: SelfTraining, folder: Path) -> Path:
    return folder / "train" / f"iter_{plan.max_iters}.pth"


def _check_rule(folder: Path, rule: PseudoLabelRule) -> None:
    found = finished_note(folder / "pseudo_labels")["rule"]
    if found != rule.as_json():
        raise InputError(
            f"'{folder}' is a round of another rule ({found} instead of {rule.as_json()}): choose "
            "another --work-dir or remove it"
        )


def _outcome(plan: SelfTraining, folder: Path, rule: PseudoLabelRule) -> Round:
    note = finished_note(folder / "pseudo_labels")
    labelled = sum(note["labelled"]) / sum(note["predicted"])
    score = read_results(folder / "train", MEASURE)[MEASURE] if plan.evaluates else None
    return Round(rule, _checkpoint(plan, folder), labelled, score)
