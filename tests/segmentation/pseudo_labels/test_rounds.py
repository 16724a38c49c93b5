"""What self-training calls, with command lines that only write what they were asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from mmadvent.errors import InputError
from mmadvent.segmentation.pseudo_labels import rounds
from mmadvent.segmentation.pseudo_labels.note import NOTE
from mmadvent.segmentation.pseudo_labels.rounds import (
    SelfTraining,
    default_portions,
    round_rules,
    rounds_table,
    run_rounds,
)
from mmadvent.segmentation.pseudo_labels.rules import ClassBalancedRule, EntropyRule

START = Path("start.pth")


class Tools:
    """Stands in for the command lines; may stop a training before its end."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.stops_at: int | None = None

    def __call__(self, root: Path, name: str, *arguments: Any) -> None:
        words = [name, *map(str, arguments)]
        self.calls.append(words)
        if name == "make_pseudo_labels":
            rule = dict(name=words[words.index("--rule") + 1])
            rule |= {key: float(words[words.index(f"--{key}") + 1]) for key in keys(rule["name"])}
            self.write(Path(words[3]) / NOTE, dict(rule=rule, labelled=[1, 2], predicted=[4, 8]))
            return
        folder = Path(words[words.index("--work-dir") + 1])
        iteration = self.stops_at or 7
        self.write(folder / f"iter_{iteration}.pth", {})
        self.write(folder / "last_checkpoint", {})
        score = 30 + len(self.calls)
        self.write(folder / "1/vis_data/scalars.json", dict(mIoU=score, step=iteration))
        if self.stops_at:
            raise InputError("tools/train.py ended with 1: see above")

    def write(self, path: Path, content: dict) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))


def keys(rule: str) -> tuple[str, ...]:
    return ("quantile", "floor") if rule == "entropy" else ("portion",)


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Tools:
    tools = Tools()
    monkeypatch.setattr(rounds, "run_tool", tools)
    return tools


def plan(folder: Path, **changes: Any) -> SelfTraining:
    settings = dict(
        root=Path("repo"),
        config="config.py",
        options=("a=1", "b=2"),
        max_iters=7,
        evaluates=True,
        work_dir=folder,
    )
    return SelfTraining(**(settings | changes))


def test_each_round_starts_from_the_one_before(tmp_path, tools, capsys):
    done = run_rounds(plan(tmp_path), START, round_rules("class_balanced", [0.2, 0.25]))
    first, second = tmp_path / "round1", tmp_path / "round2"
    folder_option = "target_dataloader.dataset.pseudo_labels="
    options = ["--cfg-options", "a=1", "b=2"]
    assert tools.calls == [
        ["make_pseudo_labels", "config.py", "start.pth", f"{first}/pseudo_labels"]
        + ["--rule", "class_balanced", "--portion", "0.2", *options],
        ["train", "config.py", "--work-dir", f"{first}/train", *options]
        + [f"{folder_option}{first}/pseudo_labels", "load_from=start.pth"],
        ["make_pseudo_labels", "config.py", f"{first}/train/iter_7.pth", f"{second}/pseudo_labels"]
        + ["--rule", "class_balanced", "--portion", "0.25", *options],
        ["train", "config.py", "--work-dir", f"{second}/train", *options]
        + [f"{folder_option}{second}/pseudo_labels", f"load_from={first}/train/iter_7.pth"],
    ]
    assert [one.checkpoint for one in done] == [
        first / "train/iter_7.pth",
        second / "train/iter_7.pth",
    ]
    assert capsys.readouterr().out == "=== round 1 of 2 ===\n=== round 2 of 2 ===\n"
    assert rounds_table(done).splitlines() == [
        "| round | rule | labelled % | mIoU |",
        "| --: | :-- | --: | --: |",
        "| 1 | class_balanced, portion 0.2 | 25.0 | 32.0 |",
        "| 2 | class_balanced, portion 0.25 | 25.0 | 34.0 |",
    ]


def test_complete_rounds_are_not_repeated(tmp_path, tools, capsys):
    first = run_rounds(plan(tmp_path), START, round_rules("entropy", [0.5]))
    assert len(tools.calls) == 2
    again = run_rounds(plan(tmp_path), START, round_rules("entropy", [0.5, 0.6]))
    assert again[0] == first[0]
    assert [call[0] for call in tools.calls] == ["make_pseudo_labels", "train"] * 2
    assert f"{tmp_path}/round1 is complete" in capsys.readouterr().out
    assert tools.calls[2][2] == f"{tmp_path}/round1/train/iter_7.pth"
    assert tools.calls[2][5:9] == ["entropy", "--quantile", "0.6", "--floor"]


def test_an_interrupted_training_resumes(tmp_path, tools):
    tools.stops_at = 4
    with pytest.raises(InputError, match="see above"):
        run_rounds(plan(tmp_path), START, [ClassBalancedRule()])
    assert "--resume" not in tools.calls[1]
    tools.stops_at = None
    run_rounds(plan(tmp_path), START, [ClassBalancedRule()])
    assert [call[0] for call in tools.calls] == ["make_pseudo_labels", "train"] * 2
    assert "--resume" in tools.calls[3]
    # Its own weights, and not those that it started from.
    assert tools.calls[3][-1] == "load_from=None"


def test_a_round_needs_its_evaluation_where_there_is_one(tmp_path, tools):
    train = tmp_path / "round1/train"
    run_rounds(plan(tmp_path), START, [ClassBalancedRule()])
    log = train / "1/vis_data/scalars.json"
    log.write_text(json.dumps(dict(mIoU=30.0, step=4)))
    run_rounds(plan(tmp_path), START, [ClassBalancedRule()])
    assert len(tools.calls) == 4
    log.unlink()
    done = run_rounds(plan(tmp_path, evaluates=False), START, [ClassBalancedRule()])
    assert len(tools.calls) == 4
    assert rounds_table(done).splitlines()[2] == "| 1 | class_balanced, portion 0.2 | 25.0 |  |"


def test_without_options(tmp_path, tools):
    run_rounds(plan(tmp_path, options=()), START, [EntropyRule()])
    assert "--cfg-options" not in tools.calls[0]
    assert tools.calls[1][-1] == "load_from=start.pth"


def test_rounds_of_another_rule_are_not_continued(tmp_path, tools):
    run_rounds(plan(tmp_path), START, [ClassBalancedRule(0.2)])
    with pytest.raises(InputError) as error:
        run_rounds(plan(tmp_path), START, [ClassBalancedRule(0.3)])
    assert str(error.value) == (
        f"'{tmp_path}/round1' is a round of another rule ({{'name': 'class_balanced', 'portion': "
        "0.2} instead of {'name': 'class_balanced', 'portion': 0.3}): choose another --work-dir or "
        "remove it"
    )
    assert len(tools.calls) == 2


def test_portions_of_the_paper():
    assert default_portions(9) == [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.5, 0.5]


def test_portions_are_checked():
    with pytest.raises(InputError) as error:
        round_rules("class_balanced", [0.2, 1.5])
    assert str(error.value) == "portion must be in (0, 1], got 1.5"
    assert round_rules("entropy", [0.4]) == [EntropyRule(quantile=0.4)]
