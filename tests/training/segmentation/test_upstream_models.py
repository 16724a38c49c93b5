"""Upstream's own configs adapt after two changes: the model's type, and a list of methods."""

import math
from pathlib import Path

import mmseg
import pytest
import torch
from mmengine.config import Config

from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers

UPSTREAM = Path(mmseg.__file__).parent / ".mim/configs"
BN = "dict(type='BN')"
# One process and no download: upstream's pretrained weights and synchronised norms go.
SMALL_RESNET = f"""
    pretrained=None,
    backbone=dict(base_channels=8, stem_channels=8, norm_cfg={BN}),
    auxiliary_head=dict(in_channels=32, channels=8, norm_cfg={BN}),
"""
MODELS = {
    "segformer/segformer_mit-b0_8xb1-160k_cityscapes-1024x1024.py": f"""
        backbone=dict(init_cfg=None, embed_dims=8),
        decode_head=dict(in_channels=[8, 16, 40, 64], channels=16, norm_cfg={BN}),
    """,
    "deeplabv3plus/deeplabv3plus_r18-d8_4xb2-80k_cityscapes-512x1024.py": f"""
        {SMALL_RESNET}
        decode_head=dict(
            c1_in_channels=8, c1_channels=4, in_channels=64, channels=8, norm_cfg={BN}),
    """,
    "pspnet/pspnet_r18-d8_4xb2-80k_cityscapes-512x1024.py": f"""
        {SMALL_RESNET}
        decode_head=dict(in_channels=64, channels=8, norm_cfg={BN}),
    """,
}


@pytest.mark.parametrize("upstream", MODELS, ids=lambda path: path.split("/")[0])
def test_two_iterations_of_advent(tmp_path, upstream):
    config = tmp_path / "adapted.py"
    config.write_text(f"""
_base_ = '{UPSTREAM / upstream}'
model = dict(
    type='DomainAdaptSegmentor',
    adaptation=[{SMALL_ADVENT!r}],
    data_preprocessor=dict(size=(64, 64)),
    {MODELS[upstream]}
)
""")
    model = build_segmentor(Config.fromfile(config).model)
    heads = ["decode", "aux"] if model.with_auxiliary_head else ["decode"]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimizers = toy_optimizers(model)
    for step in range(2):
        # Two images: pooling to one position leaves a single image nothing to normalise with.
        source = toy_batch(step, (64, 64), num_classes=19, count=2)
        target = toy_batch(step + 9, (64, 64), count=2)
        log = model.train_step({"source": source, "target": target}, optimizers)
        assert all(math.isfinite(value.detach()) for value in log.values())
        assert {f"advent.{head}.loss_adv" for head in heads} <= set(log)
    after = model.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    parts = {name.split(".")[0] for name in moved}
    assert {"backbone", "decode_head", "adaptation"} <= parts
    assert ("auxiliary_head" in parts) == ("aux" in heads)
