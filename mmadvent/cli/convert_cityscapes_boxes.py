"""Make the boxes of Cityscapes from its instance ids, as COCO annotations.

    mmadvent convert-cityscapes-boxes data/cityscapes --split train val

writes data/cityscapes/annotations/instances_{train,val}.json; see docs/detection_data.md. Call it
again after an interruption: it goes on.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mmadvent.io.processes import check_workers, progress_bar

# Named before the half that has them is imported.
CONVENTIONS = ("mmdet", "da_faster")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("root", type=Path, help="folder of leftImg8bit and gtFine")
    parser.add_argument("--split", nargs="+", default=["train", "val"], help="(default train val)")
    parser.add_argument(
        "--convention",
        default=CONVENTIONS[0],
        metavar="|".join(CONVENTIONS),
        help="groups of things as crowd regions (mmdet, the default) or as one ordinary box each "
        "(da_faster)",
    )
    parser.add_argument(
        "--drop-empty", action="store_true", help="leave out the images without a box"
    )
    parser.add_argument(
        "--out", type=Path, help="folder of the annotation files (default ROOT/annotations)"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")


def run(args: Namespace) -> None:
    from mmadvent.detection.boxes import Conversion, annotation_file

    check_workers(args.workers)
    conversions = []
    for split in dict.fromkeys(args.split):
        standard = args.root / annotation_file(split)
        out = args.out / standard.name if args.out else standard
        keep = not args.drop_empty
        conversions.append(Conversion.prepare(args.root, split, out, args.convention, keep))
    with progress_bar(sum(conversion.left for conversion in conversions), "image") as bar:
        for conversion in conversions:
            content = conversion.run(args.workers, bar.update)
            crowds = sum(annotation["iscrowd"] for annotation in content["annotations"])
            boxes = len(content["annotations"]) - crowds
            images = len(content["images"])
            print(f"{conversion.out}: {images} images, {boxes} boxes, {crowds} crowd regions")
