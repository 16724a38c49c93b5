import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from PIL import Image

from tests.tools.commands import TOOLS, ToyRun, run_here, run_python, run_tool, upstream_tools


@pytest.fixture(scope="module")
def tested(toy_run: ToyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the predictions, pictures and logs of a test run."""
    folder = tmp_path_factory.mktemp("tested")
    outputs = ["--work-dir", "work", "--out", "out", "--show-dir", "show"]
    run_tool("test", toy_run.config, toy_run.checkpoint, *outputs, cwd=folder)
    return folder


def measures(folder: Path) -> dict[str, float]:
    (file,) = folder.glob("*/*.json")
    return json.loads(file.read_text())


def test_measures_are_those_of_the_validation_after_training(toy_run: ToyRun, tested: Path) -> None:
    (log,) = toy_run.work_dir.glob("*/vis_data/scalars.json")
    validation = json.loads(log.read_text().splitlines()[-1])
    for name in ("mIoU", "aAcc", "mean_entropy"):
        assert measures(tested / "work")[name] == validation[name]


def test_out_holds_class_indices_and_show_dir_a_picture_of_each(tested: Path) -> None:
    predictions = sorted((tested / "out/aachen").iterdir())
    assert len(predictions) == 2
    for file in predictions:
        prediction = np.asarray(Image.open(file))
        assert prediction.shape == (64, 64) and prediction.max() < 19
    pictures = list((tested / "show").rglob("*.png"))
    assert len(pictures) == 2
    assert Image.open(pictures[0]).size == (128, 64)  # label and prediction side by side


def test_unlabelled_images_get_label_maps_and_measures_without_labels(
    toy_run: ToyRun, tested: Path, tmp_path: Path
) -> None:
    """Of two folders with images of one name; the predictions are those of the labelled test."""
    images = toy_run.folder / "data/cityscapes/leftImg8bit/val/aachen"
    for name in ("day", "night"):
        shutil.copytree(images, tmp_path / "target" / name)
    config = tmp_path / "target.py"
    config.write_text(
        f'_base_ = "{toy_run.config}"\n'
        "steps = [step for step in _base_.test_pipeline if step['type'] != 'LoadLabelIds']\n"
        "images = dict(type='UnlabelledImagesDataset', test_mode=True, pipeline=steps)\n"
        "test_dataloader = dict(dataset=dict(_delete_=True, type='ConcatDataset', datasets=[\n"
        f"    dict(data_root='{tmp_path}/target/day', **images),\n"
        f"    dict(data_root='{tmp_path}/target/night', **images)]))\n"
    )
    outputs = ["--work-dir", "work", "--out", "out", "--show-dir", "show"]
    run_tool("test", config, toy_run.checkpoint, *outputs, cwd=tmp_path)
    names = sorted(path.name for path in (tested / "out").rglob("*.png"))
    assert len(names) == 2
    for folder in ("day", "night"):
        for name in names:
            labels = np.asarray(Image.open(tmp_path / "out" / folder / name))
            (expected,) = (tested / "out").rglob(name)
            assert np.array_equal(labels, np.asarray(Image.open(expected)))
            assert (tmp_path / "show" / folder / name).is_file()
    found, labeled = measures(tmp_path / "work"), measures(tested / "work")
    assert found["mean_entropy"] == labeled["mean_entropy"] and "mIoU" not in found


def test_tta_runs_and_leaves_out_the_entropy(toy_run: ToyRun, tmp_path: Path) -> None:
    options = ["--tta", "--work-dir", "work"]
    done = run_tool("test", toy_run.config, toy_run.checkpoint, *options, cwd=tmp_path)
    assert "SegTTAModel" in done.stdout + done.stderr
    assert measures(tmp_path / "work").keys() >= {"mIoU"}
    assert "mean_entropy" not in measures(tmp_path / "work")


def test_upstream_test_script_gives_the_same_measures(
    toy_run: ToyRun, tested: Path, tmp_path: Path
) -> None:
    script = upstream_tools("mmseg") / "test.py"
    run_python(
        script, toy_run.config, toy_run.checkpoint, "--work-dir", tmp_path / "work", cwd=tmp_path
    )
    for name in ("mIoU", "aAcc", "mean_entropy"):
        assert measures(tmp_path / "work")[name] == measures(tested / "work")[name]


def test_a_config_adapts_to_the_stream_that_it_is_tested_on(
    toy_run: ToyRun, tested: Path, tmp_path: Path
) -> None:
    """The model's own AdvEnt, whose discriminators are in the checkpoint, gives way to MinEnt."""
    options = ["--cfg-options", "test_cfg.type=TestTimeAdaptationLoop"]
    options += ["test_cfg.save_as=adapted.pth", "test_cfg.optim_wrapper.optimizer.lr=0.01"]
    run_tool(
        "test", toy_run.config, toy_run.checkpoint, "--work-dir", "work", *options, cwd=tmp_path
    )
    assert measures(tmp_path / "work")["mean_entropy"] < measures(tested / "work")["mean_entropy"]
    adapted = torch.load(tmp_path / "adapted.pth", weights_only=False)["state_dict"]
    before = torch.load(toy_run.checkpoint, weights_only=False)["state_dict"]
    assert adapted.keys() == {name for name in before if not name.startswith("adaptation.")}
    changed = {name for name in adapted if not torch.equal(adapted[name], before[name])}
    assert changed and all(".bn" in name or "downsample.1" in name for name in changed)
    run_here(
        TOOLS / "test.py",
        toy_run.config,
        tmp_path / "adapted.pth",
        "--work-dir",
        tmp_path / "again",
    )
    assert measures(tmp_path / "again").keys() == measures(tmp_path / "work").keys()


PLAIN = """
norm = dict(type="SyncBN", requires_grad=True)
model = dict(
    type="EncoderDecoder",
    data_preprocessor=dict(type="SegDataPreProcessor", mean=[100.0] * 3, std=[50.0] * 3),
    backbone=dict(
        type="ResNetV1c", depth=18, base_channels=8, stem_channels=8, norm_cfg=norm
    ),
    decode_head=dict(
        type="PSPHead", in_channels=64, in_index=3, channels=8, num_classes=19, norm_cfg=norm
    ),
    test_cfg=dict(mode="whole"),
)
test_pipeline = [
    dict(type="LoadImageFromFile"), dict(type="LoadAnnotations"), dict(type="PackSegInputs")
]
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="CityscapesDataset",
        data_root="{data}/cityscapes",
        data_prefix=dict(img_path="leftImg8bit/val", seg_map_path="gtFine/val"),
        seg_map_suffix="_gtFine_labelIds.png",
        pipeline=test_pipeline,
    ),
)
test_cfg = dict(type="TestLoop")
test_evaluator = dict(type="IoUMetric", iou_metrics=["mIoU"])
default_scope = "mmseg"
"""


def test_a_plain_config_of_mmseg_adapts_too(toy_run: ToyRun, tmp_path: Path) -> None:
    config, checkpoint = tmp_path / "plain.py", tmp_path / "plain.pth"
    config.write_text(PLAIN.replace("{data}", str(toy_run.folder / "data")))
    init_default_scope("mmseg")
    network = MODELS.build(Config.fromfile(config).model)
    torch.save(dict(state_dict=network.state_dict()), checkpoint)
    options = ["--cfg-options", "test_cfg.type=TestTimeAdaptationLoop", "test_cfg.save_as=a.pth"]
    run_tool("test", config, checkpoint, "--work-dir", "work", *options, cwd=tmp_path)
    assert measures(tmp_path / "work")["mIoU"] >= 0
    adapted = torch.load(tmp_path / "a.pth", weights_only=False)["state_dict"]
    before = network.state_dict()
    assert adapted.keys() == before.keys()
    name = "backbone.layer1.0.bn1.weight"
    assert not torch.equal(adapted[name], before[name])
