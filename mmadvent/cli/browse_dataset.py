"""Look at what the training sees of a data set: images after the pipeline, with their labels.

mmadvent browse-dataset CONFIG --domain target --output-dir pictures --not-show
"""

import itertools
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.config import Config
from mmengine.registry import DATASETS, VISUALIZERS, init_default_scope

from mmadvent.cli.command_line import add_config_arguments, is_detection, load_config
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_folder_to_write

LOADERS = {
    "source": "train_dataloader",
    "target": "target_dataloader",
    "val": "val_dataloader",
    "test": "test_dataloader",
}


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("--domain", choices=LOADERS, default="source", help="which data set")
    parser.add_argument("--output-dir", help="folder for the pictures")
    parser.add_argument("--not-show", action="store_true", help="open no window")
    parser.add_argument("--show-interval", type=float, default=2, help="seconds a window stays")
    parser.add_argument("--number", type=int, help="how many images, from the first; default all")


def find_dataset(config: Config, domain: str) -> dict:
    """The data set's config.

    Raises:
        InputError: if the config has no such loader.
    """
    from mmadvent.engine.sections import check_dict

    settings = config.get(LOADERS[domain])
    if not settings:
        raise InputError(f"--domain {domain} needs {LOADERS[domain]} in the config, got none")
    check_dict(settings, LOADERS[domain])
    return settings.get("dataset")


def draw(visualizer: Any, item: dict, name: str, args: Namespace, info: dict) -> None:
    """Show or write one sample: the label or boxes over the image, or the image alone.

    Args:
        visualizer: of the model's library.
        item: what the pipeline gives.
        name: of the picture.
        args: of the command line.
        info: what the data set has read of the image.
    """
    from mmadvent.engine.preflight.annotated_boxes import in_pixels_of_the_file

    sample = item["data_samples"]
    # Contiguous: OpenCV draws into nothing else.
    image = np.ascontiguousarray(item["inputs"].permute(1, 2, 0).numpy()[..., ::-1])
    file = str(Path(args.output_dir) / f"{name}.png") if args.output_dir else None
    if "gt_sem_seg" in sample or "gt_instances" in sample:
        boxes = sample.get("gt_instances", {}).get("bboxes")
        if hasattr(boxes, "tensor"):  # mmdet draws plain tensors
            boxes = sample.gt_instances.bboxes = boxes.tensor
        if "gt_sem_seg" in sample:
            _resize_label(sample, image.shape[:2])
        # Test pipelines load the boxes behind Resize: then they are of the file.
        if boxes is not None and "scale_factor" in sample and in_pixels_of_the_file(sample, info):
            sample.gt_instances.bboxes = boxes * boxes.new_tensor(sample.scale_factor).repeat(2)
        visualizer.add_datasample(
            name, image, sample.numpy(), draw_pred=False, show=False, out_file=file
        )
        image = visualizer.get_image()
    elif file:
        import mmcv

        mmcv.imwrite(mmcv.rgb2bgr(image), file)
    if not args.not_show:
        visualizer.show(image, win_name=name, wait_time=args.show_interval)


def _resize_label(sample: Any, size: tuple[int, int]) -> None:
    """Bring the label, which test pipelines load behind Resize, to the size of the image."""
    from mmengine.structures import PixelData
    from torch.nn.functional import interpolate

    label = sample.gt_sem_seg.data
    if tuple(label.shape[-2:]) != size:
        resized = interpolate(label[None].float(), size, mode="nearest-exact")[0].to(label.dtype)
        sample.gt_sem_seg = PixelData(data=resized)


def run(args: Namespace) -> None:
    from mmengine.utils import track_iter_progress

    from mmadvent.engine.parts import build_part, first_sample

    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get("default_scope", "mmseg"))
    if args.number is not None and args.number < 1:
        raise InputError(f"--number must be 1 or more, got {args.number}")
    if args.output_dir:
        check_folder_to_write(args.output_dir, "--output-dir")
    settings = find_dataset(config, args.domain)
    dataset = build_part(DATASETS, settings, f"{LOADERS[args.domain]}.dataset")
    if len(dataset):
        first_sample(dataset, LOADERS[args.domain])
    kind = "DetLocalVisualizer" if is_detection(config) else "SegLocalVisualizer"
    visualizer = VISUALIZERS.build(dict(type=kind, name="browse_dataset"))
    if dataset.metainfo.get("classes"):
        visualizer.dataset_meta = dataset.metainfo
    count = min(len(dataset), args.number or len(dataset))
    for index, item in enumerate(
        track_iter_progress((itertools.islice(iter(dataset), count), count))
    ):
        # Images of different folders may have the same name.
        stem = Path(item["data_samples"].img_path).stem
        info = dataset.get_data_info(index) if hasattr(dataset, "get_data_info") else {}
        draw(visualizer, item, f"{index:05d}_{stem}", args, info)
