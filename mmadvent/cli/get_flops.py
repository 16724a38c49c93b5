"""Count the parameters of a segmentor and the operations of one prediction.

mmadvent get-flops CONFIG --shape 512 1024
"""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope

from mmadvent.cli.command_line import add_config_arguments, load_config
from mmadvent.errors import InputError

if TYPE_CHECKING:
    import torch


def add_arguments(parser: ArgumentParser) -> None:
    add_config_arguments(parser)
    parser.add_argument(
        "--shape",
        type=int,
        nargs="+",
        default=[512, 1024],
        help="height and width of the image, or one number for both",
    )


def build_network(config: Config) -> "torch.nn.Module":
    """The part of the model that predicts: no discriminators and no auxiliary heads."""
    from mmengine.model import revert_sync_batchnorm

    from mmadvent.engine.parts import build_part
    from mmadvent.engine.sections import section

    init_default_scope(config.get("default_scope", "mmseg"))
    model = revert_sync_batchnorm(build_part(MODELS, section(config, "model"), "model"))
    for name in ("adaptation", "auxiliary_head"):
        if hasattr(model, name):
            setattr(model, name, None)
    return model.eval()


def run(args: Namespace) -> None:
    from mmengine.analysis import get_model_complexity_info

    from mmadvent.engine.parts import told_of

    if len(args.shape) > 2 or min(args.shape) < 1:
        raise InputError(f"--shape must be one or two numbers >= 1, got {args.shape}")
    height, width = args.shape[0], args.shape[-1]
    config = load_config(args.config, args.cfg_options)
    # Upstream's own script passes the shape and the image, which mmengine refuses.
    network = build_network(config)
    with told_of(f"the operations over {height}x{width} cannot be counted"):
        counts = get_model_complexity_info(
            network, input_shape=(3, height, width), show_table=False, show_arch=False
        )
    print(f"Input shape: {height}x{width}")
    print(f"Flops: {counts['flops_str']} (multiply-adds, of the operations that mmengine knows)")
    print(f"Params: {counts['params_str']} (prediction only)")
