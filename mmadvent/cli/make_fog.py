"""Put fog on images whose depth is known, as Foggy Cityscapes has it.

    mmadvent make-fog data/cityscapes --beta 0.005 0.01 0.02 --split train val

writes data/cityscapes/leftImg8bit_foggy/{train,val}/CITY/*_leftImg8bit_foggy_beta_0.02.png and so
on, from leftImg8bit/, disparity/ and camera/. For other images with a 16-bit PNG of depths each:

    mmadvent make-fog --images DIR --depth DIR --out DIR --beta 0.02

Images that are there are left alone: call it again after an interruption. See
docs/detection_data.md.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mmadvent.errors import InputError
from mmadvent.io.processes import check_workers, progress_bar

if TYPE_CHECKING:
    from mmadvent.translation.fog.folders import FogJob

# Named before the room that has them is imported.
HOLES = ("far", "nearest")
CENTIMETRES = 0.01
SPLITS = ("train", "val")
FOLDER = "leftImg8bit_foggy"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("root", type=Path, nargs="?", help="folder of Cityscapes' leftImg8bit")
    parser.add_argument(
        "--beta", type=float, nargs="+", default=[0.02], help="densities in 1/m (default 0.02)"
    )
    parser.add_argument("--split", nargs="+", help=f"of ROOT (default {' '.join(SPLITS)})")
    parser.add_argument("--images", type=Path, help="instead of ROOT: a folder of images")
    parser.add_argument("--depth", type=Path, help="a folder of depth PNGs of the same names")
    parser.add_argument(
        "--depth-scale",
        type=float,
        help=f"metres a unit of the depth PNGs (default {CENTIMETRES}, as SYNTHIA has them)",
    )
    parser.add_argument("--out", type=Path, help=f"for the foggy images (default ROOT/{FOLDER})")
    parser.add_argument(
        "--atmospheric-light",
        type=float,
        nargs=3,
        metavar=("R", "G", "B"),
        help="colour of the fog in [0, 255] (estimated from each image by default)",
    )
    parser.add_argument(
        "--holes",
        default=HOLES[0],
        metavar="|".join(HOLES),
        help="what pixels without a measured depth are: infinitely far (default), or as far as the "
        "nearest pixel that has one",
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")


def jobs_of(args: Namespace) -> "tuple[list[FogJob], Path, dict]":
    """The images to put fog on, the folder of the foggy ones, and where other images are from."""
    from mmadvent.translation.fog.folders import cityscapes_jobs, folder_jobs

    others = [args.images, args.depth]
    if args.root and not any(others):
        if args.depth_scale is not None:
            raise InputError(
                "--depth-scale is for --images and --depth, got the root of Cityscapes"
            )
        out = args.out or args.root / FOLDER
        root = dict(root=str(args.root.resolve())) if args.out else {}
        return cityscapes_jobs(args.root, args.split or SPLITS, out), out, root
    if not args.root and all(others) and args.out:
        if args.split is not None:
            raise InputError("--split is for the root of Cityscapes, got --images")
        scale = CENTIMETRES if args.depth_scale is None else args.depth_scale
        origin = dict(
            images=str(args.images.resolve()), depth=str(args.depth.resolve()), depth_scale=scale
        )
        return folder_jobs(args.images, args.depth, args.out, scale), args.out, origin
    raise InputError("give either the root of Cityscapes, or all of --images, --depth and --out")


def run(args: Namespace) -> None:
    from mmadvent.translation.fog.folders import check_jobs, left_of, make_fog
    from mmadvent.translation.fog.settings import FogSettings, claim_folder

    check_workers(args.workers)
    light = args.atmospheric_light
    settings = FogSettings(tuple(light) if light else None, args.holes)
    jobs, out, origin = jobs_of(args)
    betas = list(dict.fromkeys(args.beta))
    check_jobs(jobs, betas)
    claim_folder(out, settings, origin)
    left = left_of(jobs, betas)
    with progress_bar(len(left), "image") as bar:
        make_fog(left, settings, args.workers, bar.update)
    made, asked = sum(len(missing) for _, missing in left), len(jobs) * len(betas)
    print(f"{out}: {made} foggy images made, {asked - made} were there")
