"""Write a source data set with translated images: the data_root of any training.

    mmadvent translate configs/translation/semantic_gan_gta2cs.py CHECKPOINT data/GTA5_translated

The new data set has the source's layout and its labels, in the size of the images. Call it again
after an interruption: it goes on. See docs/translation.md.
"""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmadvent.checks import check_choice
from mmadvent.cli.command_line import add_config_arguments, load_config
from mmadvent.errors import InputError
from mmadvent.io.processes import check_workers, progress_bar

if TYPE_CHECKING:
    from mmcv.transforms import Compose
    from mmengine.config import Config

NOTE = "translation.json"
SOURCE = "train_dataloader.dataset"
# Named before the room that has them is imported.
LABELS = ("link", "symlink", "copy")


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="of the translator that the config trains")
    parser.add_argument("out", type=Path, help="root of the new data set")
    parser.add_argument(
        "--scale",
        type=int,
        nargs=2,
        metavar=("WIDTH", "HEIGHT"),
        help="of the translated images and their labels; by default what the config's source "
        "pipeline resizes to",
    )
    parser.add_argument(
        "--labels",
        default=LABELS[0],
        metavar="|".join(LABELS),
        help="hard links (default; copies on another file system), symbolic links, or copies, of "
        "the labels that need no resizing",
    )
    parser.add_argument("--workers", type=int, default=2, help="that load and write (default 2)")
    parser.add_argument("--batch-size", type=int, default=1, help="images at once (default 1)")
    parser.add_argument(
        "--amp", action="store_true", help="compute in half precision: faster, slightly rounded"
    )


def run(args: Namespace) -> None:
    import hashlib

    import torch
    from mmengine.device import get_device
    from mmengine.registry import DATASETS, init_default_scope

    import mmadvent.segmentation  # noqa: F401  (registers the data sets)
    from mmadvent.engine.parts import build_part
    from mmadvent.engine.sections import section
    from mmadvent.io.claimed_folder import claim_folder
    from mmadvent.io.outputs import check_folder_to_write
    from mmadvent.translation.gan.translate_images import load_generator
    from mmadvent.translation.gan.translated_dataset import (
        items_of,
        left_of,
        place_split_list,
        translate,
    )

    check_workers(args.workers)
    check_choice("--labels", args.labels, LABELS)
    if args.batch_size < 1:
        raise InputError(f"--batch-size must be 1 or more, got {args.batch_size}")
    if args.scale and min(args.scale) < 1:
        raise InputError(f"--scale must be two numbers >= 1, got {args.scale}")
    check_folder_to_write(args.out, "the new data set")
    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get("default_scope", "mmseg"))
    generator = load_generator(section(config, "model"), args.checkpoint).to(get_device())
    load, resize = loading_steps(config, args.scale)
    dataset = build_part(DATASETS, section(config, SOURCE), SOURCE)
    items = items_of(dataset, args.out)
    digest = hashlib.sha256(Path(args.checkpoint).expanduser().read_bytes()).hexdigest()
    # Earlier versions left labels in their own size.
    settings = dict(checkpoint=digest[:16], resize=resize, amp=args.amp, labels="resized too")
    settings["source"] = os.path.realpath(dataset.data_root)
    claim_folder(args.out, NOTE, settings, "translated images")
    place_split_list(dataset, args.out)
    left = left_of(items)
    device = get_device()
    dtype = torch.bfloat16 if device == "cpu" else torch.float16
    with (
        torch.autocast(device, dtype, enabled=args.amp),
        progress_bar(len(left), "image") as bar,
    ):
        for _ in translate(left, load, generator, args.workers, args.batch_size, args.labels):
            bar.update()
    print(f"{args.out}: {len(left)} images translated, {len(items) - len(left)} were there")


def loading_steps(config: "Config", scale: list[int] | None) -> "tuple[Compose, dict[str, Any]]":
    """The steps of the source's pipeline that load and resize an image, and how it resizes.

    Raises:
        InputError: if the pipeline loads no image, or ``scale`` is given where it does not resize.
    """
    from mmcv.transforms import Compose
    from mmengine.registry import TRANSFORMS

    from mmadvent.engine.parts import told_of
    from mmadvent.engine.sections import section, steps_of, type_name

    steps = [(type_name(step), dict(step)) for step in steps_of(section(config, SOURCE), SOURCE)]
    chosen = [(name, step) for name, step in steps if name in ("LoadImageFromFile", "Resize")]
    if not chosen or chosen[0][0] != "LoadImageFromFile":
        raise InputError("the source's pipeline must begin with LoadImageFromFile")
    resizing = [step for name, step in chosen if name == "Resize"]
    others = [name for name, _ in steps if "Resize" in name and name != "Resize"]
    if others:
        raise InputError(
            "translated images have one size: the source's pipeline must resize by a step Resize, "
            f"got {others[0]}"
        )
    names = [name for name, _ in steps]
    last = max((number for number, name in enumerate(names) if name == "Resize"), default=0)
    cutting = [name for name in names[:last] if "Crop" in name]
    if cutting:
        raise InputError(
            "translated images are whole: the source's pipeline must resize before it crops, got "
            f"{cutting[0]} before Resize"
        )
    if scale is not None:
        if not resizing:
            raise InputError("--scale needs a step Resize in the source's pipeline, got none")
        resizing[-1]["scale"] = tuple(scale)
    told = {k: list(v) if isinstance(v, tuple) else v for step in resizing for k, v in step.items()}
    told_as = f"{SOURCE}.pipeline cannot be built"
    with TRANSFORMS.switch_scope_and_registry(None) as registry, told_of(told_as):
        return Compose([registry.build(step) for _, step in chosen]), told
