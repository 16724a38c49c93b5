"""What self-training asks for, with steps that only write what they were asked."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config

from mmadvent.errors import InputError
from mmadvent.models import PseudoLabel
from mmadvent.segmentation.pseudo_labels import rounds
from mmadvent.segmentation.pseudo_labels.making import MadeLabels
from mmadvent.segmentation.pseudo_labels.note import NOTE
from mmadvent.segmentation.pseudo_labels.rounds import (
    Round,
    default_portions,
    round_rules,
    rounds_table,
    self_train,
)
from mmadvent.segmentation.pseudo_labels.rules import (
    ClassBalancedRule,
    EntropyRule,
    PseudoLabelRule,
)

START = Path("start.pth")


def content(path: str) -> str:
    """Stands in for a digest; the first checkpoint is a name without a file."""
    return Path(path).read_text() if Path(path).exists() else path


class Steps:
    """Stands in for making and training; may stop a training before its end."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.stops_at: int | None = None
        self.measure = "mIoU"

    @property
    def names(self) -> list[str]:
        return [call[0] for call in self.calls]

    def make(self, config: Config, checkpoint: str, out: Path, rule: PseudoLabelRule) -> MadeLabels:
        self.calls.append(("make", config.to_dict(), checkpoint, out, rule))
        counts = dict(labelled=[1, 2], predicted=[4, 8])
        start = dict(file=checkpoint, sha256=content(checkpoint))
        settings = dict(rule=rule.as_json(), checkpoint=start, classes=["a", "b"])
        note = dict(thresholds=[0.5, 1.0], **settings, **counts)
        self.write(out / NOTE, note)
        return MadeLabels(out, note, 3, 1)

    def train(self, config: Config) -> None:
        self.calls.append(("train", config.to_dict()))
        folder = Path(config.work_dir)
        iteration = self.stops_at or 7
        self.write(folder / f"iter_{iteration}.pth", dict(number=len(self.calls)))
        self.write(folder / "last_checkpoint", {})
        score = 30 + len(self.calls)
        self.write(folder / "1/vis_data/scalars.json", {self.measure: score, "step": iteration})
        if self.stops_at:
            raise InputError("stopped")

    def write(self, path: Path, content: dict) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    steps = Steps()
    monkeypatch.setattr(rounds, "make_pseudo_labels", steps.make)
    monkeypatch.setattr(rounds, "read_checkpoint", lambda path: None)
    same = lambda note, path: note["checkpoint"]["sha256"] == content(path)  # noqa: E731
    monkeypatch.setattr(rounds, "is_of_checkpoint", same)
    return steps


def config(**changes: Any) -> Config:
    settings = dict(
        model=dict(adaptation=[dict(type="MinEnt"), dict(type="PseudoLabel")]),
        target_dataloader=dict(dataset=dict(data_root="data", pseudo_labels="elsewhere")),
        train_cfg=dict(max_iters=7),
        val_dataloader=dict(batch_size=1),
        val_evaluator=[dict(type="MeanEntropyMetric"), dict(type="mmseg.IoUMetric")],
        work_dir="of the config",
        load_from="initial.pth",
    )
    return Config(settings | changes)


def run(
    folder: Path,
    steps: Steps,
    rules: list[PseudoLabelRule],
    checkpoint: Path = START,
    **changes: Any,
) -> list[Round]:
    return self_train(config(**changes), checkpoint, folder, rules, steps.train)


def test_each_round_starts_from_the_one_before(tmp_path, steps, capsys):
    ours = config()
    rules = round_rules("class_balanced", [0.2, 0.25])
    done = self_train(ours, START, tmp_path, rules, steps.train)
    assert ours.to_dict() == config().to_dict()
    folders = tmp_path / "round1", tmp_path / "round2"
    starts = "start.pth", f"{folders[0]}/train/iter_7.pth"
    expected: list[tuple] = []
    for folder, start, rule in zip(folders, starts, rules, strict=True):
        expected.append(("make", ours.to_dict(), start, folder / "pseudo_labels", rule))
        training = config(work_dir=f"{folder}/train", load_from=start, resume=False)
        training.target_dataloader.dataset.pseudo_labels = f"{folder}/pseudo_labels"
        expected.append(("train", training.to_dict()))
    assert steps.calls == expected
    assert [one.checkpoint for one in done] == [
        folders[0] / "train/iter_7.pth",
        folders[1] / "train/iter_7.pth",
    ]
    out = capsys.readouterr().out.splitlines()
    assert [line for line in out if not line.startswith("|")] == [
        "=== round 1 of 2 ===",
        f"{folders[0]}/pseudo_labels: 3 pseudo-labels made, 1 were there",
        "=== round 2 of 2 ===",
        f"{folders[1]}/pseudo_labels: 3 pseudo-labels made, 1 were there",
    ]
    assert out[3] == "| a | 0.5000 | 33.3 | 25.0 |"
    assert rounds_table(done).splitlines() == [
        "| round | rule | labelled % | mIoU |",
        "| --: | :-- | --: | --: |",
        "| 1 | class_balanced, portion 0.2 | 25.0 | 32.0 |",
        "| 2 | class_balanced, portion 0.25 | 25.0 | 34.0 |",
    ]


def test_complete_rounds_are_not_repeated(tmp_path, steps, capsys):
    first = run(tmp_path, steps, round_rules("entropy", [0.5]))
    assert len(steps.calls) == 2
    again = run(tmp_path, steps, round_rules("entropy", [0.5, 0.6]))
    assert again[0] == first[0]
    assert steps.names == ["make", "train"] * 2
    assert f"{tmp_path}/round1 is complete" in capsys.readouterr().out
    assert steps.calls[2][2] == f"{tmp_path}/round1/train/iter_7.pth"
    assert steps.calls[2][4] == EntropyRule(quantile=0.6)


def test_an_interrupted_training_resumes(tmp_path, steps):
    steps.stops_at = 4
    with pytest.raises(InputError, match="stopped"):
        run(tmp_path, steps, [ClassBalancedRule()])
    assert not steps.calls[1][1]["resume"]
    steps.stops_at = None
    run(tmp_path, steps, [ClassBalancedRule()])
    assert steps.names == ["make", "train"] * 2
    assert steps.calls[3][1]["resume"]
    # Its own weights, and not those that it started from.
    assert steps.calls[3][1]["load_from"] is None


def test_a_round_needs_its_evaluation_where_there_is_one(tmp_path, steps):
    train = tmp_path / "round1/train"
    run(tmp_path, steps, [ClassBalancedRule()])
    log = train / "1/vis_data/scalars.json"
    log.write_text(json.dumps(dict(mIoU=30.0, step=4)))
    run(tmp_path, steps, [ClassBalancedRule()])
    assert len(steps.calls) == 4
    log.unlink()
    done = run(tmp_path, steps, [ClassBalancedRule()], val_dataloader=None)
    assert len(steps.calls) == 4
    assert rounds_table(done).splitlines()[2] == "| 1 | class_balanced, portion 0.2 | 25.0 |  |"


def test_a_config_that_resumes_still_starts_from_the_network(tmp_path, steps):
    run(tmp_path, steps, [EntropyRule()], resume=True)
    assert steps.calls[1][1]["resume"]
    assert steps.calls[1][1]["load_from"] == "start.pth"


def test_rounds_of_another_rule_are_not_continued(tmp_path, steps):
    run(tmp_path, steps, [ClassBalancedRule(0.2)])
    with pytest.raises(InputError) as error:
        run(tmp_path, steps, [ClassBalancedRule(0.3)])
    assert str(error.value) == (
        f"'{tmp_path}/round1' is a round of another rule ({{'name': 'class_balanced', 'portion': "
        "0.2} instead of {'name': 'class_balanced', 'portion': 0.3}): choose another --work-dir or "
        "remove it"
    )
    assert len(steps.calls) == 2


def test_rounds_from_another_checkpoint_are_not_reported(tmp_path, steps):
    rules: list[PseudoLabelRule] = [EntropyRule(), EntropyRule()]
    run(tmp_path, steps, rules)
    with pytest.raises(InputError) as error:
        run(tmp_path, steps, rules, Path("other.pth"))
    assert str(error.value) == (
        f"'{tmp_path}/round1' is a round from another checkpoint than 'other.pth', by their "
        "contents: choose another --work-dir or remove it"
    )
    shutil.rmtree(tmp_path / "round1")
    with pytest.raises(InputError, match="/round2' is a round from another checkpoint than"):
        run(tmp_path, steps, rules, Path("other.pth"))
    assert len(steps.calls) == 6


def test_a_validation_without_labels_has_no_score(tmp_path, steps):
    steps.measure = "mean_entropy"
    evaluator = dict(type="MeanEntropyMetric")
    for _ in range(2):
        done = run(tmp_path, steps, [ClassBalancedRule()] * 2, val_evaluator=evaluator)
        assert [one.score for one in done] == [None, None]
        assert len(steps.calls) == 4
    assert rounds_table(done).splitlines()[2] == "| 1 | class_balanced, portion 0.2 | 25.0 |  |"


def test_nothing_is_begun_that_does_not_train_on_pseudo_labels(tmp_path, steps):
    with pytest.raises(InputError) as error:
        run(tmp_path, steps, [EntropyRule()], model=dict(adaptation=[dict(type="MinEnt")]))
    assert str(error.value) == (
        "self-training needs dict(type='PseudoLabel') in model.adaptation, got MinEnt"
    )
    for settings, sentence in (
        (dict(model=None), "model must be a dict, got none"),
        (dict(model=dict(adaptation=[3])), "model.adaptation must be a dict or a list of dicts"),
        (dict(train_cfg=None), "train_cfg must be a dict, got none"),
        (dict(train_cfg=dict(max_epochs=2)), "self-training needs train_cfg.max_iters, got none"),
    ):
        with pytest.raises(InputError, match=f"^{sentence}"):
            run(tmp_path, steps, [EntropyRule()], **settings)
    assert not steps.calls and not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["mmseg.PseudoLabel", PseudoLabel])
def test_the_method_s_type_may_be_written_otherwise(tmp_path, steps, kind):
    run(tmp_path, steps, [ClassBalancedRule(0.2)], model=dict(adaptation=[dict(type=kind)]))
    assert len(steps.calls) == 2


def test_portions_of_the_paper():
    assert default_portions(9) == [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.5, 0.5]


def test_portions_are_checked():
    with pytest.raises(InputError) as error:
        round_rules("class_balanced", [0.2, 1.5])
    assert str(error.value) == "portion must be in (0, 1], got 1.5"
    assert round_rules("entropy", [0.4]) == [EntropyRule(quantile=0.4)]
