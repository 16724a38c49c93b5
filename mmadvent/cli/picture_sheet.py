"""Draw what some models predict side by side: label and entropy maps, or boxes.

mmadvent picture-sheet --model AdvEnt WORK_DIR --model MinEnt WORK_DIR --out sheet.png
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mmengine.registry import init_default_scope

from mmadvent.checks import check_unit_interval
from mmadvent.cli.command_line import is_detection, load_config
from mmadvent.errors import InputError

if TYPE_CHECKING:
    from mmadvent.results.picture_sheet import Column


def add_arguments(parser: ArgumentParser) -> None:
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


def column(title: str, work_dir: Path) -> "Column":
    """The config and the last checkpoint of a work directory."""
    from mmadvent.io.work_dir import last_checkpoint
    from mmadvent.results.picture_sheet import Column

    configs = sorted(work_dir.glob("*.py"))
    checkpoint = last_checkpoint(work_dir)
    if not configs or checkpoint is None:
        raise InputError(
            f"'{work_dir}' is not a finished training: it needs a config and checkpoint"
        )
    if len(configs) > 1:
        # Of runs by several configs, which one made the checkpoint is not known.
        raise InputError(
            f"'{work_dir}' must hold one config, got {', '.join(path.name for path in configs)}: "
            "move those of other runs away"
        )
    return Column(title, load_config(str(configs[0])), checkpoint)


def run(args: Namespace) -> None:
    check_unit_interval(args.score, "--score")
    columns = [column(title, Path(work_dir)) for title, work_dir in args.model]
    config = columns[0].config
    init_default_scope(config.get("default_scope", "mmseg"))
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


def spread(first: "Column", count: int) -> list[int]:
    """Numbers of ``count`` images all over the test set, or of all if there are fewer."""
    from mmadvent.engine.parts import build_dataset

    if count < 1:
        raise InputError(f"--count must be 1 or more, got {count}")
    total = len(build_dataset(first.config, "test_dataloader"))
    count = min(count, total)
    return [index * total // count for index in range(count)]
