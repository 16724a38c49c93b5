"""A folder with an input of every kind, all of them right: each case spoils a copy of it."""

import os
import shutil
from pathlib import Path

import numpy as np
import torch

from tests.detection.boxes.files import write_split
from tests.faults.warm import Job, run_well
from tests.results.work_dirs import write_run
from tests.segmentation.published_weights.plain_networks import VGG16, weightless
from tests.tools import toy_config, toy_detection
from tests.tools.test_self_train import CHILD
from tests.toys import write_domains
from tests.translation.fog.files import noise, write_cityscapes
from tests.translation_toys import translator_training

PRIOR = """
prior = dict(type="ClassPrior", prior="prior.json")
model = dict(adaptation=[*_base_.model.adaptation, prior])
"""

# Command lines whose outputs are inputs of others; those of a row may run at once.
MADE = (
    (
        "train seg.py --work-dir work",
        "train det.py --work-dir work_det",
        "train trans.py --work-dir work_gan",
    ),
    (
        "test seg.py work/iter_2.pth --work-dir tested --out maps",
        "make_pseudo_labels self.py work/iter_2.pth pseudo --rule entropy",
        "class_prior seg.py prior.json --workers 1",
    ),
)


def build(root: Path) -> Path:
    """Write the inputs, and train for two iterations to have the outputs as inputs of others."""
    root.mkdir()
    _detection(root)  # whose config has the same name at first
    _segmentation(root)
    _translation(root)
    write_split(root / "boxes")
    _fog(root)
    _logs(root)
    with torch.device("meta"):
        network = VGG16(19)
    torch.save(weightless(network), root / "published.pth")
    for lines in MADE:
        words = [line.split() for line in lines]
        run_well(
            Job(tool, tool, tuple(arguments), root, tag=f"{number}")
            for number, (tool, *arguments) in enumerate(words)
        )
    return root


def _segmentation(root: Path) -> None:
    write_domains(root / "data")
    toy_config.write_config(root, Path("data"))
    toy_config.write_child(
        root,
        "train_cfg = dict(max_iters=2, val_interval=1)\n"
        "default_hooks = dict(checkpoint=dict(interval=1))\n"
        "val_evaluator = [dict(type='IoUMetric'), dict(type='MeanEntropyMetric'),"
        " dict(type='InformationMaximisationMetric'), dict(type='SoftNeighbourhoodDensityMetric')]",
        name="seg.py",
    )
    toy_config.write_child(root, CHILD, base="seg.py", name="self.py")
    labels = 'target_dataloader = dict(dataset=dict(pseudo_labels="pseudo"))'
    toy_config.write_child(root, labels, base="self.py", name="pseudo.py")
    toy_config.write_child(root, PRIOR, base="seg.py", name="prior.py")


def _translation(root: Path) -> None:
    config = translator_training(Path("data"), root / "work_gan", max_iters=2)
    config.default_hooks.checkpoint.interval = 1
    for key in ("work_dir", "experiment_name"):
        config.pop(key)
    config.dump(root / "trans.py")


def _detection(root: Path) -> None:
    toy_detection.write_domains(root / "boxed")
    toy_detection.write_config(root, Path("boxed")).rename(root / "toy_det.py")
    toy_config.write_child(
        root,
        "train_cfg = dict(max_iters=2, val_interval=2)\n"
        "default_hooks = dict(checkpoint=dict(interval=1))",
        base="toy_det.py",
        name="det.py",
    )


def _fog(root: Path) -> None:
    depth = np.full((4, 6), 50.0)
    for number, stem in enumerate(("train/ulm/ulm_000000_000019", "val/bonn/bonn_000000_000019")):
        write_cityscapes(root / "clear", noise(seed=number), depth, stem)
        write_cityscapes(root / "plain", noise(seed=number), depth, stem)
    images = root / "plain/leftImg8bit/train/ulm"
    (images / "ulm_000000_000019_leftImg8bit.png").rename(root / "plain/one.png")


def _logs(root: Path) -> None:
    for number in (0, 1):
        figures = {"IoU.road": 40.0 + number, "IoU.sky": 42.0, "mIoU": 41.0}
        write_run(root / f"runs/seed{number}/minent", **figures)
        write_run(root / f"runs/seed{number}/oracle", **figures)


def copy(world: Path, folder: Path) -> Path:
    """A copy to spoil."""
    shutil.copytree(world, folder, symlinks=True)
    return folder


def stamps(folder: Path) -> dict[str, tuple]:
    """What shows that a file was written, overwritten or moved."""
    found = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(parent, name)
            status = os.lstat(path)
            kind = status.st_mode
            is_file = name in files
            written = (status.st_size, status.st_mtime_ns, status.st_ino) if is_file else ()
            found[os.path.relpath(path, folder)] = (kind, *written)
    return found
