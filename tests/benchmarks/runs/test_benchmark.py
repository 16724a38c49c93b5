"""What a benchmark calls, with command lines that only write what they were asked."""

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config

from benchmarks.runs import benchmark as benchmark_runs
from benchmarks.runs import recipes as benchmark_recipes
from benchmarks.runs.benchmark import Benchmark, benchmark_parser, run_benchmark
from benchmarks.runs.recipes import COMMON_METHODS, Method, moved_data, train
from benchmarks.runs.tool_calls import run_tool
from mmadvent.errors import InputError
from mmadvent.results.table_layout import Measure, TableLayout

ROOT = Path(__file__).resolve().parents[3]
PATTERNS = (
    "configs/{method}/deeplabv2_r18_streets.py",
    "configs/{method}/ssd_r18_foggy_streets.py",
)
METHODS = {name: COMMON_METHODS[name] for name in ("source_only", "advent", "oracle")}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The calls of the other command lines, which leave an evaluation where they train."""
    seen: list[list[str]] = []

    def fake(root: Path, name: str, *arguments: Any, training: object = None) -> None:
        words = [name, *map(str, arguments)]
        seen.append(words)
        if name == "train":
            log = Path(words[words.index("--work-dir") + 1]) / "1" / "vis_data" / "scalars.json"
            log.parent.mkdir(parents=True)
            log.write_text(json.dumps({"c.car": 0.25, "m": 0.25, "step": 2}))

    monkeypatch.setattr(benchmark_runs, "run_tool", fake)
    monkeypatch.setattr(benchmark_recipes, "run_tool", fake)
    return seen


def benchmark(render: Any, pattern: str = PATTERNS[1]) -> Benchmark:
    layout = TableLayout(class_prefix="c.", mean=Measure("m", "mean", 100.0))
    return Benchmark(ROOT, pattern, "what it measures", layout, render, METHODS, (5, 2))


def arguments(out: Path, **changes: Any) -> argparse.Namespace:
    options = vars(benchmark_parser("", "", str(out / "data"), str(out), METHODS).parse_args([]))
    return argparse.Namespace(**options | changes)


def test_each_method_is_trained_once_from_the_sources_snapshot(
    tmp_path: Path, calls: list[list[str]], capsys: pytest.CaptureFixture
) -> None:
    rendered = []
    ours = benchmark(lambda args, seed, data: rendered.append((seed, data)))
    args = arguments(tmp_path, seeds=[3], methods=["advent"])  # which needs the source alone
    run_benchmark(ours, args)
    assert rendered == [(3, tmp_path / "data" / "seed3")]
    source, advent, sheet = calls
    assert source[1] == str(ROOT / "configs/source_only/ssd_r18_foggy_streets.py")
    assert {"randomness.seed=3", "train_cfg.max_iters=7", "param_scheduler.0.end=8"} < set(source)
    assert "default_hooks.checkpoint.interval=5" in source
    assert "--amp" not in source
    assert {"train_cfg.max_iters=2", "train_cfg.val_interval=2"} < set(advent)
    assert f"load_from={tmp_path}/seed3/source_only/iter_5.pth" in advent
    assert sheet[:4] == ["picture_sheet", "--model", "source only", f"{tmp_path}/seed3/source_only"]
    table = (tmp_path / "table.md").read_text()
    assert table.splitlines()[2:] == ["| source only | 25.0 | 25.0 |", "| AdvEnt | 25.0 | 25.0 |"]
    assert f"what it measures; seeds [3]\n\n{table}" in capsys.readouterr().out

    run_benchmark(ours, args)
    assert [call[0] for call in calls] == ["train", "train", "picture_sheet", "picture_sheet"]
    assert capsys.readouterr().out.count("is complete") == 2


def test_complete_runs_of_other_settings_are_refused(
    tmp_path: Path, calls: list[list[str]]
) -> None:
    ours = benchmark(lambda args, seed, data: None)
    args = arguments(tmp_path, methods=["oracle"], jobs=2)
    run_benchmark(ours, args)
    run_benchmark(ours, arguments(tmp_path, iterations=[5, 2], pictures=1))  # the same, more rows
    before = len(calls)
    others = dict(iterations=[6, 2]), dict(amp=True), dict(cfg_options=["a=1"]), dict(gap=0.5)
    for changes in others:
        with pytest.raises(InputError) as error:
            run_benchmark(ours, arguments(tmp_path, methods=["advent"], **changes))
        text = str(error.value)
        assert text.startswith(f"'{tmp_path}/seed0/source_only' holds a run of other settings (amp")
        assert text.endswith("): choose another folder or remove it")
    run_benchmark(ours, arguments(tmp_path, seeds=[1], iterations=[6, 2]))  # a seed of its own
    assert len(calls) == before + 4


def test_numbers_are_checked_before_anything_is_trained(
    tmp_path: Path, calls: list[list[str]]
) -> None:
    for changes, sentence in (
        (dict(seeds=[0, 1, 0]), "--seeds must be different numbers, got 0 twice"),
        (dict(jobs=0), "--jobs must be 1 or more, got 0"),
        (dict(pictures=-1), "--pictures must be 0 or more, got -1"),
    ):
        with pytest.raises(InputError) as error:
            run_benchmark(benchmark(None), arguments(tmp_path, **changes))
        assert str(error.value) == sentence
    assert not calls and not list(tmp_path.iterdir())


def test_a_methods_own_config_wins(tmp_path: Path, calls: list[list[str]]) -> None:
    frozen = "configs/minent/ssd_r18_foggy_streets_frozen_norms.py"
    methods = {
        "source_only": METHODS["source_only"],
        "minent_frozen_norms": Method(train, config=frozen),
    }
    ours = replace(benchmark(lambda args, seed, data: None), methods=methods)
    run_benchmark(ours, arguments(tmp_path, methods=list(methods)))
    assert [call[1] for call in calls[:2]] == [
        str(ROOT / "configs/source_only/ssd_r18_foggy_streets.py"), str(ROOT / frozen)
    ]  # fmt: skip


def test_options_of_the_command_line_win(tmp_path: Path, calls: list[list[str]]) -> None:
    interval = "train_cfg.val_interval=9"
    ours = replace(benchmark(lambda args, seed, data: None), options=lambda *_: ["model.a=1"])
    run_benchmark(ours, arguments(tmp_path, methods=["advent"], cfg_options=[interval]))
    for words in calls[:2]:
        assert words[-2:] == ["model.a=1", interval]


def test_another_methods_config_and_network(tmp_path: Path, calls: list[list[str]]) -> None:
    later = Method(partial(train, start="advent"), ("advent",), of="minent")
    methods = METHODS | {"mean_teacher_cp": later}
    ours = replace(benchmark(lambda args, seed, data: None), methods=methods)
    run_benchmark(ours, arguments(tmp_path, methods=["mean_teacher_cp"], iterations=[3, 4]))
    words = calls[2]  # after the source alone and AdvEnt
    assert words[1] == str(ROOT / "configs/minent/ssd_r18_foggy_streets.py")
    assert words[words.index("--work-dir") + 1] == f"{tmp_path}/seed0/mean_teacher_cp"
    assert f"load_from={tmp_path}/seed0/advent/iter_4.pth" in words


def test_a_pipelines_own_images_are_moved_too() -> None:
    path = ROOT / "configs/fourier/deeplabv2_r18_streets.py"
    config = Config.fromfile(path, import_custom_modules=False)
    moved = "train_dataloader.dataset.pipeline.3.data_root=/elsewhere/cityscapes"
    assert config.train_dataloader.dataset.pipeline[3].type == "FourierAdaptation"
    assert moved in moved_data(config, Path("/elsewhere"))


def test_an_unknown_method(tmp_path: Path, calls: list[list[str]]) -> None:
    with pytest.raises(InputError) as error:
        run_benchmark(benchmark(None), arguments(tmp_path, methods=["oracle", "magic"]))
    assert str(error.value) == "--methods must be among source_only, advent, oracle, got magic"
    assert not calls and not list(tmp_path.iterdir())


def test_a_failing_command_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "bad.py").write_text("raise SystemExit(3)")
    with pytest.raises(InputError) as error:
        run_tool(tmp_path, "bad")
    assert str(error.value) == "tools/bad.py ended with 3: see above"


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("method", COMMON_METHODS)
def test_all_data_of_a_benchmarks_config_moves(pattern: str, method: str) -> None:
    path = ROOT / pattern.format(method=method)
    config = Config.fromfile(path, import_custom_modules=False)
    before = dict(data_roots(config.to_dict()))
    assert before and all(root.startswith(config.data_root) for root in before.values())
    options = dict(option.split("=") for option in moved_data(config, Path("/elsewhere")))
    config.merge_from_dict(options)
    for key, root in data_roots(config.to_dict()):
        assert root == before[key].replace(config.data_root, "/elsewhere"), key


def data_roots(config: dict) -> list[tuple[str, str]]:
    """Every data root in what a runner reads, by its key."""
    used = ("train_dataloader", "val_dataloader", "test_dataloader", "target_dataloader")
    waiting = [(key, config[key]) for key in used]
    found = []
    while waiting:
        path, node = waiting.pop()
        if path.endswith(".data_root"):
            found.append((path, node))
        elif isinstance(node, dict):
            waiting += [(f"{path}.{key}", value) for key, value in node.items()]
    return found
