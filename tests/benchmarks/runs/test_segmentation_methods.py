"""What the methods of the segmentation benchmark call, with command lines that only note it."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.runs import recipes as benchmark_recipes
from benchmarks.runs.recipes import Run, with_needed
from benchmarks.runs.segmentation_methods import METHODS

ROOT = Path(__file__).resolve().parents[3]
PATTERN = "configs/{method}/deeplabv2_r18_streets.py"
Calls = list[tuple[str, list[str]]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Names and arguments of the command lines; those that evaluate leave an evaluation."""
    seen: Calls = []

    def fake(root: Path, name: str, *arguments: Any, training: object = None) -> None:
        words = list(map(str, arguments))
        seen.append((name, words))
        if name in ("train", "test_ensemble"):
            log = Path(words[words.index("--work-dir") + 1]) / "1" / "vis_data" / "scalars.json"
            log.parent.mkdir(parents=True)
            log.write_text(json.dumps({"mIoU": 25.0}))

    monkeypatch.setattr(benchmark_recipes, "run_tool", fake)
    return seen


def run(method: str, out: Path, amp: bool = False) -> Path:
    args = argparse.Namespace(iterations=[8, 4], amp=amp)
    one = Run(ROOT, PATTERN, method, 3, out / "data", out, "mIoU", args)
    return METHODS[method].recipe(one)


def config(method: str) -> str:
    return str(ROOT / PATTERN.format(method=method))


WITHOUT_TRAINING = ("advent_minent", "adabn_at_test", "batch_statistics", "tent")


def test_every_method_has_a_config_or_members() -> None:
    for direction in ("", "_synthia"):
        for name in METHODS:
            path = ROOT / f"configs/{name}/deeplabv2_r18_streets{direction}.py"
            assert path.is_file() != (name in WITHOUT_TRAINING)


def test_needed_methods_come_along() -> None:
    assert with_needed(METHODS, ["advent_minent"]) == [
        "source_only", "minent", "advent", "advent_minent"
    ]  # fmt: skip
    assert with_needed(METHODS, ["esl"]) == ["source_only", "advent", "esl"]
    assert with_needed(METHODS, ["source_only"]) == ["source_only"]


def test_mixed_precision_is_handed_on(tmp_path: Path, calls: Calls) -> None:
    run("minent", tmp_path, amp=True)
    run("self_training", tmp_path, amp=True)
    assert ["--amp" in words for _, words in calls] == [True, True]


def test_advent_is_evaluated_along_the_way(tmp_path: Path, calls: Calls) -> None:
    run("advent", tmp_path)
    ((_, words),) = calls
    last = [word for word in words if word.startswith("train_cfg.val_interval=")][-1]
    assert last == "train_cfg.val_interval=1" and "train_cfg.max_iters=4" in words


def test_class_prior_is_counted_first(tmp_path: Path, calls: Calls) -> None:
    assert run("advent_cp", tmp_path) == tmp_path / "advent_cp"
    (first, count), (second, training) = calls
    assert (first, second) == ("class_prior", "train")
    prior = str(tmp_path / "class_prior.json")
    assert count[:2] == [config("advent_cp"), prior]
    assert f"train_dataloader.dataset.data_root={tmp_path}/data/GTA5" in count
    assert f"model.adaptation.1.prior={prior}" in training
    assert f"load_from={tmp_path}/source_only/iter_8.pth" in training


def test_esl_takes_the_labels_of_advent(tmp_path: Path, calls: Calls) -> None:
    run("esl", tmp_path)
    (first, labels), (second, training) = calls
    assert (first, second) == ("make_pseudo_labels", "train")
    folder = str(tmp_path / "esl/pseudo_labels")
    checkpoint = str(tmp_path / "advent/iter_4.pth")
    assert labels[:5] == [config("advent"), checkpoint, folder, "--rule", "entropy"]
    assert f"target_dataloader.dataset.pseudo_labels={folder}" in training
    run("esl", tmp_path)  # complete
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("method", "rule"), [("self_training", "confidence"), ("cbst", "class_balanced")]
)
def test_self_training_shares_its_iterations(
    method: str, rule: str, tmp_path: Path, calls: Calls
) -> None:
    assert run(method, tmp_path) == tmp_path / method / "round2" / "train"
    ((name, words),) = calls
    assert name == "self_train"
    assert words[:2] == [config(method), str(tmp_path / "source_only/iter_8.pth")]
    assert words[words.index("--rule") + 1] == rule
    assert words[words.index("--portions") + 1 :][:2] == ["0.2", "0.25"]
    assert "train_cfg.max_iters=2" in words


def test_the_ensemble_is_only_tested(tmp_path: Path, calls: Calls) -> None:
    run("advent_minent", tmp_path)
    run("advent_minent", tmp_path)
    ((name, words),) = calls
    assert name == "test_ensemble"
    members = [words[i + 1 : i + 3] for i, word in enumerate(words) if word == "--member"]
    assert members == [
        [config("advent"), str(tmp_path / "advent/iter_4.pth")],
        [config("minent"), str(tmp_path / "minent/iter_4.pth")],
    ]
    assert f"test_dataloader.dataset.data_root={tmp_path}/data/cityscapes" in words


@pytest.mark.parametrize(("step", "repeated"), [(1, True), (4, False)])
def test_a_training_that_ended_at_a_snapshot_is_repeated(
    calls: Calls, tmp_path: Path, step: int, repeated: bool
) -> None:
    log = tmp_path / "advent/1/vis_data/scalars.json"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps({"mIoU": 20.0, "step": step}))
    if repeated:
        with pytest.raises(FileExistsError):  # the stand-in's evaluation would lie there
            run("advent", tmp_path)
    else:
        run("advent", tmp_path)
    assert [name for name, _ in calls] == ["train"] * repeated


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("tent", []),
        ("batch_statistics", ["test_cfg.steps=0"]),
        ("adabn_at_test", ["test_cfg.adaptation=AdaBN", "test_cfg.batch_statistics=False"]),
    ],
)
def test_at_test_time_the_source_s_network_is_tested(
    calls: Calls, tmp_path: Path, method: str, options: list[str]
) -> None:
    assert run(method, tmp_path) == tmp_path / method
    ((name, words),) = calls
    assert name == "test"
    assert words[:2] == [config("source_only"), str(tmp_path / "source_only/iter_8.pth")]
    assert words[-1 - len(options) :] == ["test_cfg.type=TestTimeAdaptationLoop", *options]
