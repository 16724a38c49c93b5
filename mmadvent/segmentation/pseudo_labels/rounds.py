"""Rounds of self-training: pseudo-labels from the network, then the network from them."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from mmadvent.compat import separate_run
from mmadvent.engine.sections import check_dicts, section, type_name
from mmadvent.errors import InputError
from mmadvent.io.checkpoints import read_checkpoint
from mmadvent.io.evaluations import read_results
from mmadvent.io.tables import markdown_table
from mmadvent.segmentation.pseudo_labels.making import make_pseudo_labels
from mmadvent.segmentation.pseudo_labels.note import finished_note, is_of_checkpoint
from mmadvent.segmentation.pseudo_labels.rules import EntropyRule, PseudoLabelRule, build_rule
from mmadvent.segmentation.pseudo_labels.targets import use_pseudo_labels

FIRST_PORTION, STEP, LAST_PORTION = 0.2, 0.05, 0.5
MEASURE = "mIoU"


@dataclass(frozen=True)
class Round:
    """What a round left behind."""

    rule: PseudoLabelRule
    checkpoint: Path
    labeled: float
    """Share of the target's pixels that have a pseudo-label, in [0, 1]."""
    score: float | None
    """mIoU after the round, if the training ends in an evaluation by labels."""


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


def self_train(
    config: Config,
    checkpoint: Path,
    work_dir: Path,
    rules: Sequence[PseudoLabelRule],
    train: Callable[[Config], None],
    tell: Callable[[str], None] = print,
) -> list[Round]:
    """Make pseudo-labels and train on them, round after round; what is complete is not repeated.

    Each round starts from the network of the one before, the first from ``checkpoint``, and so do
    its pseudo-labels. A training that was interrupted goes on from its last checkpoint.

    Args:
        config: of a training, with ``PseudoLabel`` among its methods; it is left as it is.
        checkpoint: path of a checkpoint, a local file.
        work_dir: gets ``round1/pseudo_labels`` and ``round1/train``, and so on.
        rules: one a round.
        train: trains by a config, in this process: ``mmadvent.cli.training.train``. Rounds are as
            apart as in processes of their own.
        tell: gets what is to be said, line by line.

    Raises:
        InputError: if the config does not train on pseudo-labels, if there is no such checkpoint,
            if a complete round is of another rule or from another checkpoint, or whatever a step
            raises.
    """
    _check_methods(config)
    read_checkpoint(str(checkpoint))
    done: list[Round] = []
    for number, rule in enumerate(rules, start=1):
        folder = work_dir / f"round{number}"
        if _is_complete(config, folder):
            _check_origin(folder, rule, checkpoint)
            tell(f"{folder} is complete")
        else:
            tell(f"=== round {number} of {len(rules)} ===")
            labels = folder / "pseudo_labels"
            with separate_run():
                tell(make_pseudo_labels(config, str(checkpoint), labels, rule).summary())
            with separate_run():
                train(_training(config, folder, checkpoint))
        done.append(_outcome(config, folder, rule))
        checkpoint = done[-1].checkpoint
    return done


def rounds_table(rounds: Sequence[Round]) -> str:
    """A Markdown table: the rule, the share of labelled pixels and the mIoU of each round."""
    lines = []
    for number, one in enumerate(rounds, start=1):
        settings = {key: value for key, value in one.rule.as_json().items() if value is not None}
        rule = ", ".join(f"{key} {value}" for key, value in settings.items() if key != "name")
        score = "" if one.score is None else f"{one.score:.1f}"
        lines.append((str(number), f"{one.rule.name}, {rule}", f"{100 * one.labeled:.1f}", score))
    return markdown_table(("round", "rule", "labelled %", "mIoU"), lines, left=(1,))


def _training(config: Config, folder: Path, checkpoint: Path) -> Config:
    """The config of a round's training."""
    config = copy.deepcopy(config)
    config.work_dir = str(folder / "train")
    use_pseudo_labels(config, str(folder / "pseudo_labels"))
    begun = (folder / "train" / "last_checkpoint").exists()
    config.resume = begun or config.get("resume", False)
    # A run that resumes takes the weights of its own last checkpoint.
    config.load_from = None if begun else str(checkpoint)
    return config


def _check_methods(config: Config) -> None:
    methods = section(config, "model").get("adaptation") or []
    check_dicts(methods, "model.adaptation")
    kinds = [type_name(method) for method in methods]
    if "PseudoLabel" not in kinds:
        raise InputError(
            "self-training needs dict(type='PseudoLabel') in model.adaptation, got "
            f"{', '.join(kinds) or 'no method'}"
        )
    if not section(config, "train_cfg").get("max_iters"):
        raise InputError("self-training needs train_cfg.max_iters, got none")


def _is_complete(config: Config, folder: Path) -> bool:
    if not _checkpoint(config, folder).exists():
        return False
    return not _measures(config) or _score(config, folder) is not None


def _measures(config: Config) -> bool:
    """Whether a training ends in an evaluation by labels; one without them has no mIoU."""
    if not config.get("val_dataloader"):
        return False
    metrics = config.get("val_evaluator") or []
    if isinstance(metrics, dict):
        metrics = metrics.get("metrics", [metrics])
    return any(type_name(metric).endswith("IoUMetric") for metric in metrics)


def _score(config: Config, folder: Path) -> float | None:
    try:
        results = read_results(folder / "train", MEASURE)
    except InputError:
        return None
    return results[MEASURE] if results.get("step") == config.train_cfg.max_iters else None


def _checkpoint(config: Config, folder: Path) -> Path:
    return folder / "train" / f"iter_{config.train_cfg.max_iters}.pth"


def _check_origin(folder: Path, rule: PseudoLabelRule, checkpoint: Path) -> None:
    """A complete round is of this rule and from this checkpoint, or it is no part of the rounds."""
    note = finished_note(folder / "pseudo_labels")
    if note["rule"] != rule.as_json():
        raise InputError(
            f"'{folder}' is a round of another rule ({note['rule']} instead of {rule.as_json()}): "
            "choose another --work-dir or remove it"
        )
    if not is_of_checkpoint(note, str(checkpoint)):
        raise InputError(
            f"'{folder}' is a round from another checkpoint than '{checkpoint}', by their "
            "contents: choose another --work-dir or remove it"
        )


def _outcome(config: Config, folder: Path, rule: PseudoLabelRule) -> Round:
    note = finished_note(folder / "pseudo_labels")
    labeled = sum(note["labelled"]) / sum(note["predicted"])
    score = _score(config, folder) if _measures(config) else None
    return Round(rule, _checkpoint(config, folder), labeled, score)
