"""Run the rendered benchmark: render, train each method, compare.

    python tools/run_streets.py --seeds 0 1 2

What is complete is not repeated: call it again after an interruption.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from mmengine.config import Config

from mmadvent.engine.command_line import one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.segmentation.iou_table import TableRow, iou_table, read_results
from mmadvent.streets.bench import Plan, holds

ROOT = Path(__file__).resolve().parents[1]
NAME = "deeplabv2_r18_streets.py"
SOURCE_ONLY, ORACLE = "source_only", "oracle"
METHODS = {
    SOURCE_ONLY: "source only",
    "norm_statistics": "norm statistics",
    "minent": "MinEnt",
    "advent": "AdvEnt",
    ORACLE: "oracle",
}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of scenes and training")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), help=", ".join(METHODS))
    parser.add_argument("--data", type=Path, default=Path("data/streets"), help="for the pictures")
    parser.add_argument("--out", type=Path, default=Path("work_dirs/streets"), help="for the runs")
    parser.add_argument("--source", type=int, default=300, help="game pictures")
    parser.add_argument("--target", type=int, default=300, help="real training pictures")
    parser.add_argument("--val", type=int, default=60, help="real test pictures")
    parser.add_argument(
        "--iterations",
        type=int,
        nargs=2,
        default=[500, 200],
        metavar=("FIRST", "SECOND"),
        help="on the source alone, and then of each method",
    )
    parser.add_argument("--gap", type=float, default=0.7, help="strength of the domain gap")
    parser.add_argument("--pictures", type=int, default=3, help="test pictures on the sheet")
    return parser.parse_args()


def run(script: str, *arguments: object) -> None:
    """Call one of the other command lines; its output passes through."""
    command = [sys.executable, str(ROOT / "tools" / script), *map(str, arguments)]
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise InputError(f"tools/{script} ended with {done.returncode}: see above")


def render(args: argparse.Namespace, seed: int) -> Path:
    data = args.data / f"seed{seed}"
    plan = Plan(seed=seed, gta5=args.source, train=args.target, val=args.val, gap=args.gap)
    if holds(data, plan):
        print(f"{data} is complete", flush=True)
        return data
    sizes = ("--gta5", args.source, "--train", args.target, "--val", args.val, "--synthia", 0)
    run("render_streets.py", data, "--seed", seed, "--gap", args.gap, *sizes)
    return data


def train(args: argparse.Namespace, method: str, seed: int, data: Path) -> Path:
    """Train one method unless its work directory holds an evaluation already."""
    work_dir = args.out / f"seed{seed}" / method
    try:
        read_results(work_dir)
        print(f"{work_dir} is complete", flush=True)
        return work_dir
    except InputError:
        pass
    config = ROOT / "configs" / method / NAME
    first, second = args.iterations
    iterations = first + second if method == SOURCE_ONLY else second
    options = [
        f"randomness.seed={seed}",
        f"train_cfg.max_iters={iterations}",
        f"train_cfg.val_interval={iterations}",
        f"param_scheduler.0.end={iterations}",
        *moved_data(config, data),
    ]
    if method == SOURCE_ONLY:
        options.append(f"default_hooks.checkpoint.interval={first}")
    else:
        shared = args.out / f"seed{seed}" / SOURCE_ONLY / f"iter_{first}.pth"
        options.append(f"load_from={shared}")
    run("train.py", config, "--work-dir", work_dir, "--cfg-options", *options)
    return work_dir


def moved_data(config_path: Path, data: Path) -> list[str]:
    """Options that point every data set of a config from its ``data_root`` to ``data``."""
    config = Config.fromfile(config_path)
    options = []
    for key in (
        "train_dataloader.dataset",
        "val_dataloader.dataset",
        "test_dataloader.dataset",
        "train_cfg.target_dataloader.dataset",
    ):
        node = config
        for part in key.split("."):
            node = node.get(part, {})
        if node:
            moved = data / Path(node.data_root).relative_to(config.data_root)
            options.append(f"{key}.data_root={moved}")
    return options


def main() -> None:
    args = parse_args()
    unknown = set(args.methods) - set(METHODS)
    if unknown:
        raise InputError(f"--methods must be among {', '.join(METHODS)}, got {min(unknown)}")
    start = time.time()
    work_dirs: dict[str, list[Path]] = {method: [] for method in METHODS if method in args.methods}
    for seed in args.seeds:
        data = render(args, seed)
        for method in work_dirs:
            passed = f"{time.time() - start:.0f} s"
            print(f"=== {METHODS[method]}, seed {seed} ({passed}) ===", flush=True)
            work_dirs[method].append(train(args, method, seed, data))
    rows = [TableRow(METHODS[method], tuple(paths)) for method, paths in work_dirs.items()]
    oracle = METHODS[ORACLE] if ORACLE in work_dirs else None
    table = iou_table(rows, oracle)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "table.md").write_text(table + "\n")
    sheet = args.out / "sheet.png"
    shown = [(METHODS[method], paths[0]) for method, paths in work_dirs.items()]
    models = [part for title, path in shown for part in ("--model", title, path)]
    run("picture_sheet.py", *models, "--count", args.pictures, "--out", sheet)
    print(f"\nIoU on the target's test pictures, in percent; seeds {args.seeds}\n\n{table}\n")
    print(f"table: {args.out / 'table.md'}\npictures: {sheet}\n{time.time() - start:.0f} s in all")


if __name__ == "__main__":
    with one_sentence_errors():
        main()
