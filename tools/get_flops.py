"""Count the parameters of a segmentor and the operations of one prediction.

python tools/get_flops.py CONFIG --shape 512 1024
"""

import argparse

import torch
from mmengine.analysis import get_model_complexity_info
from mmengine.config import Config
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import MODELS, init_default_scope

from mmadvent.cli.command_line import add_config_arguments, load_config, one_sentence_errors
from mmadvent.errors import InputError


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Count the parameters of a segmentor and the operations of one prediction."
    )
    add_config_arguments(parser)
    parser.add_argument(
        "--shape",
        type=int,
        nargs="+",
        default=[512, 1024],
        help="height and width of the image, or one number for both",
    )
    args = parser.parse_args()
    if len(args.shape) > 2 or min(args.shape) < 1:
        parser.error(f"--shape must be one or two numbers >= 1, got {args.shape}")
    args.shape = (args.shape[0], args.shape[-1])
    return args


def build_network(config: Config) -> torch.nn.Module:
    """The part of the model that predicts: no discriminators and no auxiliary heads."""
    init_default_scope(config.get("default_scope", "mmseg"))
    model = revert_sync_batchnorm(MODELS.build(config.model))
    for name in ("adaptation", "auxiliary_head"):
        if hasattr(model, name):
            setattr(model, name, None)
    return model.eval()


def main() -> None:
    args = parse_args()
    config = load_config(args.config, args.cfg_options)
    if not config.get("model"):
        raise InputError(f"the config '{args.config}' has no model")
    # Upstream's own script passes the shape and the image, which mmengine refuses.
    counts = get_model_complexity_info(
        build_network(config), input_shape=(3, *args.shape), show_table=False, show_arch=False
    )
    print(f"Input shape: {args.shape[0]}x{args.shape[1]}")
    print(f"Flops: {counts['flops_str']} (multiply-adds, of the operations that mmengine knows)")
    print(f"Params: {counts['params_str']} (prediction only)")


if __name__ == "__main__":
    with one_sentence_errors():
        main()
