"""Evaluate a checkpoint of a segmentor or a detector.

mmadvent test CONFIG CHECKPOINT
"""

from argparse import ArgumentParser, Namespace
from importlib import import_module

from mmengine.config import Config, ConfigDict

from mmadvent.cli.command_line import (
    add_config_arguments,
    add_run_arguments,
    is_detection,
    load_config,
)
from mmadvent.cli.evaluation_outputs import draw_predictions, metrics, write_label_maps
from mmadvent.cli.testing import run_test
from mmadvent.errors import InputError
from mmadvent.io.outputs import check_file_to_write

# Which of this package's models a plain one becomes where it adapts at test time.
OURS = {
    "EncoderDecoder": "DomainAdaptSegmentor",
    "CascadeEncoderDecoder": "DomainAdaptCascadeSegmentor",
}
DATASET = "test_dataloader.dataset"
PICKLES = (".pkl", ".pickle")
METRICS_OF_LOGITS = (
    "MeanEntropyMetric",
    "InformationMaximisationMetric",
    "SoftNeighbourhoodDensityMetric",
)


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path or URL of a checkpoint")
    add_run_arguments(parser)
    parser.add_argument(
        "--out",
        help="segmentor: folder for predicted label maps, PNGs of class indices; detector: file "
        "for all detections, a pickle (.pkl)",
    )
    parser.add_argument("--show", action="store_true", help="show predictions in a window")
    parser.add_argument("--show-dir", help="folder for pictures of the predictions")
    parser.add_argument("--wait-time", type=float, default=2, help="seconds that a window stays")
    parser.add_argument("--tta", action="store_true", help="average over flips and scales")


def use_tta(config: Config) -> None:
    """Wrap the model and the pipeline for test-time augmentation."""
    from mmadvent.engine.sections import section, steps_of, type_name

    if is_detection(config) and "tta_pipeline" not in config:
        config.tta_pipeline = with_flips(steps_of(section(config, DATASET), DATASET))
    for key in ("tta_model", "tta_pipeline"):
        if not config.get(key):
            raise InputError(f"--tta needs {key} in the config")
    section(config, DATASET).pipeline = config.tta_pipeline
    config.model = ConfigDict(**config.tta_model, module=section(config, "model"))
    # Upstream averages probabilities and leaves the logits of one view: what those give is not the
    # figure of the prediction.
    config.test_evaluator = [
        metric for metric in metrics(config) if type_name(metric) not in METRICS_OF_LOGITS
    ]


def use_test_time_adaptation(config: Config) -> None:
    """Have a plain segmentor adapt: the same weights and predictions in this package's model."""
    from mmadvent.engine.sections import is_upstreams, section, type_name

    model = section(config, "model")
    ours = OURS.get(type_name(model))
    if ours and is_upstreams(model, "mmseg"):
        import_module("mmadvent.segmentation")
        config.model.type = ours


def with_flips(pipeline: list[dict]) -> list[dict]:
    """mmdet's pipeline of two views from one: the image as it is, and its mirror image."""
    if not pipeline:
        raise InputError("--tta needs steps in test_dataloader.dataset.pipeline, got none")
    *steps, pack = pipeline
    if "meta_keys" in pack:
        keys = dict.fromkeys((*pack["meta_keys"], "flip", "flip_direction"))
        pack = dict(pack, meta_keys=tuple(keys))
    # The first view is the one whose annotations are kept.
    flips = [dict(type="RandomFlip", prob=prob, direction="horizontal") for prob in (0.0, 1.0)]
    return [*steps, dict(type="TestTimeAug", transforms=[flips, [pack]])]


def write_detections(config: Config, file: str) -> None:
    """Add mmdet's metric that measures nothing and writes the detections."""
    if not file.endswith(PICKLES):
        raise InputError(f"--out of a detector must end in {' or '.join(PICKLES)}, got '{file}'")
    check_file_to_write(file, "--out")
    config.test_evaluator = [
        *metrics(config),
        ConfigDict(type="DumpDetResults", out_file_path=file),
    ]


def run(args: Namespace) -> None:
    from mmadvent.engine.sections import type_name

    config = load_config(args.config, args.cfg_options, args.work_dir)
    if type_name(config.get("test_cfg") or {}) == "TestTimeAdaptationLoop":
        use_test_time_adaptation(config)
    if args.show or args.show_dir:
        draw_predictions(config, args.show_dir, args.show, args.wait_time)
    if args.tta:
        use_tta(config)
    if args.out:
        (write_detections if is_detection(config) else write_label_maps)(config, args.out)
    run_test(config, args.checkpoint, args.launcher, args.local_rank)
