"""Draw what some models predict side by side: label and entropy maps, or boxes.

python tools/picture_sheet.py --model AdvEnt WORK_DIR --model MinEnt WORK_DIR --out sheet.png
"""

import argparse
from pathlib import Path

from mmengine.config import Config
from mmengine.registry import DATASETS, init_default_scope

from mmadvent.cli.command_line import is_detection, one_sentence_errors
from mmadvent.errors import InputError
from mmadvent.io.work_dir import last_checkpoint
from mmadvent.results.picture_sheet import Column


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
    parser.add_argument("--score", type=float, default=0.3, help="of the boxes that are drawn")
    parser.add_argument("--out", type=Path, default=Path("sheet.png"))
    return parser.parse_args()


def column(title: str, work_dir: Path) -> Column:
    """The config and the last checkpoint of a work directory."""
    configs = sorted(work_dir.glob("*.py"))
    checkpoint = last_checkpoint(work_dir)
    if not configs or checkpoint is None:
        raise InputError(
            f"'{work_dir}' is not a finished training: it needs a config and checkpoint"
        )
    return Column(title, Config.fromfile(configs[0]), checkpoint)


def main() -> None:
    args = parse_args()
    columns = [column(title, Path(work_dir)) for title, work_dir in args.model]
    config = columns[0].config
    init_default_scope(config.default_scope)
    indices = args.indices
    if indices is None:
        indices = spread(columns[0], args.count)
    if is_detection(config):
        from mmadvent.results.detection_sheet import draw_sheet as draw_boxes

        draw_boxes(columns, indices, args.out, args.score)
    else:
        from mmadvent.results.segmentation_sheet import draw_sheet as draw_maps

        draw_maps(columns, indices, args.out)
    print(f"wrote {args.out}")


def spread(first: Column, count: int) -> list[int]:
    """Numbers of ``count`` images all over the test set, or of all if there are fewer."""
    total = len(DATASETS.build(first.config.test_dataloader.dataset))
    count = min(count, total)
    return [index * total // count for index in range(count)]


if __name__ == "__main__":
    with one_sentence_errors():
        main()
