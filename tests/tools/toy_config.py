"""A config as a user writes it, over the bases of this repository, small enough for a test."""

from pathlib import Path

from tests.tools.commands import CONFIGS

TEXT = """
_base_ = [
    "{bases}/models/deeplabv2_r101.py",
    "{bases}/datasets/gta5_to_cityscapes.py",
    "{bases}/schedules/advent_250k.py",
    "{bases}/adaptations/adversarial.py",
    "{bases}/default_runtime.py",
]
discriminator = dict(type="SelfInfoDiscriminator", base_channels=4)
model = dict(
    type="DomainAdaptSegmentor",
    adaptation=[dict(type="AdvEnt", loss_weight=0.001, discriminator=discriminator)],
    data_preprocessor=dict(std=[57.0, 57.0, 57.0]),
    backbone=dict(
        depth=18, base_channels=8, stem_channels=8, norm_cfg=dict(requires_grad=True), init_cfg=None
    ),
    decode_head=dict(in_channels=64, dilations=(1, 3, 6, 9)),
    auxiliary_head=dict(in_channels=32, dilations=(1, 3, 6, 9)),
)
optim_wrapper = _base_.adaptation_optim_wrapper
here = dict(num_workers=0, persistent_workers=False)
load, label = _base_.load_image, dict(type="LoadLabelIds")
resize, pack = dict(scale=(64, 64), **_base_.resize), dict(type="PackSegInputs")
train_dataloader = dict(
    dataset=dict(data_root="{data}/GTA5", pipeline=[load, label, resize, pack]), **here
)
target_dataloader = dict(
    dataset=dict(data_root="{data}/cityscapes", pipeline=[load, resize, pack]), **here
)
test_pipeline = [load, resize, label, pack]
tta_pipeline = [
    load,
    dict(
        type="TestTimeAug",
        transforms=[
            [dict(type="Resize", scale=(side, side), keep_ratio=False) for side in (64, 96)],
            [dict(type="RandomFlip", prob=prob, direction="horizontal") for prob in (0.0, 1.0)],
            [label],
            [pack],
        ],
    ),
]
val_dataloader = dict(
    dataset=dict(data_root="{data}/cityscapes", pipeline=test_pipeline), **here
)
test_dataloader = val_dataloader
train_cfg = dict(type="UDATrainLoop", max_iters=4, val_interval=4)
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
default_hooks = dict(logger=dict(interval=1), checkpoint=dict(interval=2))
"""


def write_config(folder: Path, data: Path) -> Path:
    """Write ``toy.py``: AdvEnt on the domains of :func:`tests.toys.write_domains`."""
    path = folder / "toy.py"
    path.write_text(TEXT.format(bases=CONFIGS / "_base_", data=data))
    return path


def write_child(folder: Path, text: str, base: str = "toy.py", name: str = "child.py") -> Path:
    """Write a config that inherits ``base`` and changes something."""
    path = folder / name
    path.write_text(f'_base_ = "{base}"\n{text}\n')
    return path
