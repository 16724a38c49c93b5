"""Draw images of both domains, their translations, what comes back, and the classes seen in them.

mmadvent translation-sheet configs/translation/semantic_gan_streets.py CHECKPOINT --out sheet.png
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmadvent.cli.command_line import add_config_arguments, load_config
from mmadvent.errors import InputError

if TYPE_CHECKING:
    from mmengine.config import Config

# Of the training: the sheet shows whole images.
LEFT_OUT = ("RandomCrop", "RandomFlip")


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="of the translator that the config trains")
    parser.add_argument("--count", type=int, default=3, help="images of each domain (default 3)")
    parser.add_argument("--out", type=Path, default=Path("translation_sheet.png"))


def run(args: Namespace) -> None:
    from mmengine.registry import init_default_scope

    import mmadvent.segmentation  # noqa: F401  (registers the data sets)
    from mmadvent.engine.sections import section
    from mmadvent.io.outputs import check_file_to_write
    from mmadvent.results.picture_sheet import sheet
    from mmadvent.translation.gan.translation_pictures import picture_row

    if args.count < 1:
        raise InputError(f"--count must be 1 or more, got {args.count}")
    check_file_to_write(args.out, "--out")
    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get("default_scope", "mmseg"))
    model = load_translator(section(config, "model"), args.checkpoint)
    source, target = (open_images(config, f"{domain}_dataloader") for domain in ("train", "target"))
    palette = source.metainfo.get("palette")
    rows = []
    for domain, dataset in (("source", source), ("target", target)):
        for index in spread(len(dataset), args.count):
            batch = dict(inputs=[dataset[index]["inputs"]])
            images = model.data_preprocessor(batch, False)["inputs"]
            rows.append(picture_row(model, images, domain, palette))
    rows = [row for row in rows if row]
    titles = ["image", "translated", "and back", "classes seen by D"]
    shape = rows[0][0][1].shape[:2]
    columns = max(len(row) for row in rows)
    with sheet(len(rows), titles[:columns], shape, args.out, 110) as (_, axes):
        for line, row in zip(axes, rows, strict=True):
            for axis, (_, picture) in zip(line, row, strict=False):
                axis.imshow(picture)
    print(f"wrote {args.out}")


def load_translator(model: dict, path: str) -> Any:
    """A translator with its weights, without a frozen segmentor, in evaluation mode.

    Raises:
        InputError: if the config is of another model, or the checkpoint of another kind.
    """
    from mmengine.registry import MODELS

    from mmadvent.engine.model_checks import check_preprocessor
    from mmadvent.engine.parts import build_part
    from mmadvent.io.checkpoints import load_network_weights, read_checkpoint
    from mmadvent.translation.gan.translate_images import check_is_translator

    check_is_translator(model)
    settings = dict(model, consistency=None)
    for part in ("reconstruction", "content"):
        if settings.get(part):  # what a picture needs no file for
            settings[part] = dict(settings[part], class_shares=None)
    translator = build_part(MODELS, settings, "model")
    check_preprocessor(translator)
    checkpoint = read_checkpoint(path)
    state: Any = checkpoint.get("state_dict", checkpoint)
    weights = {k: v for k, v in state.items() if not k.startswith("consistency.")}
    load_network_weights(translator, dict(state_dict=weights), path)
    return translator.eval()


def open_images(config: "Config", key: str) -> Any:
    """The data set of a training's loader, without what its pipeline does at random.

    Raises:
        InputError: if there is none, if it cannot be built, or if it packs no images.
    """
    from mmengine.registry import DATASETS

    from mmadvent.engine.parts import build_part, first_sample
    from mmadvent.engine.sections import section, steps_of, type_name

    place = f"{key}.dataset"
    settings = section(config, place)
    steps = [step for step in steps_of(settings, place) if type_name(step) not in LEFT_OUT]
    dataset = build_part(DATASETS, dict(settings, pipeline=steps), place)
    first_sample(dataset, key)
    return dataset


def spread(total: int, count: int) -> list[int]:
    """Numbers of ``count`` images all over a data set, or of all if there are fewer."""
    count = min(count, total)
    return [index * total // count for index in range(count)]
