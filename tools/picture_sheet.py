"""Draw predictions and entropy maps of some models side by side.

python tools/picture_sheet.py --model AdvEnt WORK_DIR --model MinEnt WORK_DIR --out sheet.png
"""

import argparse
from pathlib import Path

from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmadvent.engine.command_line import one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.segmentation.picture_sheet import Column, draw_sheet


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--model",
        nargs=2,
        action="append",
        required=True,
        metavar=("TITLE", "WORK_DIR"),
        help="a column: its title and the work directory of a finished training",
    )
    parser.add_argument("--count", type=int, default=3, help="images, spread over the test set")
    parser.add_argument("--indices", type=int, nargs="+", help="images of the test set, by number")
    parser.add_argument("--out", type=Path, default=Path("sheet.png"))
    return parser.parse_args()


def column(title: str, work_dir: Path) -> Column:
    """The config and the last checkpoint of a work directory."""
    configs = sorted(work_dir.glob("*.py"))
    last = work_dir / "last_checkpoint"
    if not configs or not last.is_file():
        raise InputError(
            f"'{work_dir}' is not a finished training: it needs a config and checkpoint"
        )
    checkpoint = work_dir / Path(last.read_text().strip()).name
    return Column(title, Config.fromfile(configs[0]), checkpoint)


def main() -> None:
    args = parse_args()
    columns = [column(title, Path(work_dir)) for title, work_dir in args.model]
    init_default_scope("mmseg")
    indices = args.indices
    if indices is None:
        indices = spread(columns[0], args.count)
    draw_sheet(columns, indices, args.out)
    print(f"wrote {args.out}")


def spread(first: Column, count: int) -> list[int]:
    from mmseg.registry import DATASETS

    total = len(DATASETS.build(first.config.test_dataloader.dataset))
    return [index * total // count for index in range(min(count, total))]


if __name__ == "__main__":
    with one_sentence_errors():
        main()
