"""The benchmark of translators: what reaches their configs, and all of it over a few pictures."""

from pathlib import Path

import pytest
from mmengine.config import Config, DictAction

from benchmarks.runs.recipes import Run, moved_data
from benchmarks.runs.translated import (
    source_root,
    translator_config,
    translator_options,
    translators,
)
from benchmarks.runs.translation import DATA, METHODS, of_pair, parse_args
from mmadvent.results.method_titles import TITLES
from tests.tools.commands import module_refused, run_module

NAME = "benchmarks.runs.translation"


def toy_run(pair: str, method: str, tmp_path: Path) -> Run:
    args = parse_args(["--pair", pair, "--out", str(tmp_path), "--translator-iterations", "40"])
    (tmp_path / "seed5").mkdir(exist_ok=True)
    (tmp_path / "seed5/class_prior.json").touch()
    return of_pair(args).run(args, method, 5)


@pytest.mark.parametrize("pair", DATA)
@pytest.mark.parametrize("method", translators())
def test_options_reach_every_translator(pair: str, method: str, tmp_path: Path) -> None:
    run = toy_run(pair, method, tmp_path)
    config = Config.fromfile(translator_config(run), import_custom_modules=False)
    texts = [option.split("=", 1) for option in translator_options(run, config)]
    config.merge_from_dict({k: DictAction._parse_iterable(v) for k, v in texts})
    real = pair == "streets_to_camvid"
    game = "RAND_CITYSCAPES" if pair == "streets_synthia" else "GTA5"
    streets = "data/streets_to_camvid" if real else "data/streets"
    root = f"{streets}/seed5/{game}"
    assert config.train_dataloader.dataset.data_root == source_root(run) == root
    target = "data/camvid" if real else "data/streets/seed5/cityscapes"
    assert config.target_dataloader.dataset.data_root == target
    assert (config.train_cfg.max_iters, config.randomness.seed) == (40, 5)
    (schedule,) = config.param_scheduler
    assert (schedule.begin, schedule.end) == (20, 41)
    for part in ("reconstruction", "content"):
        shares = (config.model.get(part) or {}).get("class_shares")
        assert shares in (None, str(tmp_path / "seed5/class_prior.json"))
    if method == "cycada":
        last = sum(run.args.iterations)
        path = tmp_path / f"seed5/source_only/iter_{last}.pth"
        assert config.model.consistency.checkpoint == str(path)
        assert Path(config.model.consistency.config).is_file()


def test_a_network_without_norms_has_no_row_of_their_statistics() -> None:
    words = ["--pair", "streets_to_camvid", "--network"]
    names = [parse_args([*words, network]).methods for network in ("r18", "vgg16")]
    assert names[0] == list(METHODS)
    assert names[1] == [name for name in METHODS if "statistics" not in name]


def test_a_smaller_input_reaches_a_translator(tmp_path: Path) -> None:
    words = ["--pair", "streets_to_camvid", "--network", "r18", "--out", str(tmp_path)]
    args = parse_args([*words, "--scale", "242", "182"])
    run = of_pair(args).run(args, "cyclegan", 5)
    assert run.config("advent").name == "deeplabv2_r18_streets_to_camvid.py"
    config = Config.fromfile(translator_config(run), import_custom_modules=False)
    texts = [option.split("=", 1) for option in translator_options(run, config)]
    config.merge_from_dict({k: DictAction._parse_iterable(v) for k, v in texts})
    for name in ("train", "target"):
        steps = {step.type: step for step in config[f"{name}_dataloader"].dataset.pipeline}
        assert tuple(steps["Resize"].scale) == (242, 182)
        assert tuple(steps["RandomCrop"].crop_size) == (180, 240)


@pytest.mark.parametrize("pair", DATA)
def test_fourier_looks_at_the_target(pair: str, tmp_path: Path) -> None:
    run = toy_run(pair, "fourier", tmp_path)
    real = pair == "streets_to_camvid"
    target = "data/camvid" if real else "data/streets/seed5/cityscapes"
    config = Config.fromfile(run.config("source_only"), import_custom_modules=False)
    config.train_dataloader.dataset.pipeline = config.fourier_pipeline
    assert f"train_dataloader.dataset.pipeline.3.data_root={target}" in moved_data(config, run.data)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--pair", "x"),
            "--pair must be one of streets, streets_synthia, streets_to_camvid, got 'x'",
        ),
        (("--scale", "240", "180"), "--scale is for --pair streets_to_camvid, got --pair streets"),
        (
            ("--pair", "streets_to_camvid", "--gap", "0.5"),
            "--gap is for --pair streets or streets_synthia, got --pair streets_to_camvid",
        ),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...], sentence: str, here: Path, capsys: pytest.CaptureFixture
) -> None:
    assert module_refused(capsys, NAME, *words) == f"error: {sentence}"


@pytest.mark.slow
def test_all_rows_end_in_two_tables_and_sheets(tmp_path: Path) -> None:
    small = ("--source", 4, "--target", 4, "--val", 2, "--iterations", 2, 2, "--pictures", 1)
    words = (*small, "--translator-iterations", 4)
    done = run_module(NAME, *words, cwd=tmp_path)
    out = tmp_path / "work_dirs/translation/streets"
    table, content = ((out / f"{name}.md").read_text() for name in ("table", "content"))
    assert table in done.stdout and content in done.stdout
    assert "Iter(test)" not in done.stdout  # the logs have it
    assert "Iter(test)" in (out / "seed0/semantic_gan_content.log").read_text()
    names = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert names == [TITLES[name] for name in METHODS]
    names = [line.split("|")[1].strip() for line in content.splitlines()[2:]]
    assert names == [TITLES[name] for name in ("source_only", *translators())]
    assert all((out / f"{name}.png").is_file() for name in ("sheet", *translators()))
    again = run_module(NAME, *words, cwd=tmp_path)
    assert "Iter(train)" not in again.stdout


def test_the_progress_counts_every_iteration() -> None:
    args = parse_args(["--iterations", "20", "5", "--translator-iterations", "40"])
    lengths = {name: method.length(args) for name, method in METHODS.items() if method.length}
    assert lengths == {"fourier": 25, **dict.fromkeys(translators(), 65)}
