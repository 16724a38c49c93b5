"""The export detects the same where mmadvent is not installed."""

from pathlib import Path

import pytest
import torch
from mmdet.apis import inference_detector, init_detector
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope

import mmadvent.detection  # noqa: F401  (registers the parts)
from tests.tools.commands import TOOLS, ToyRun, files_below, run_here, run_python
from tests.tools.toy_config import write_child

# What a user without mmadvent does. mmcv-lite lacks the compiled operators; one is called.
PLAIN_MMDET = """
import importlib.util, sys
sys.modules["mmadvent"] = None
import torch

def nms(bboxes, scores, iou_threshold, offset):
    kept, order = [], scores.sort(descending=True).indices
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        box, others = bboxes[first], bboxes[order]
        sides = torch.minimum(box[2:], others[:, 2:]) - torch.maximum(box[:2], others[:, :2])
        inter = sides.clamp(min=0).prod(1)
        union = (box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(1) - inter
        order = order[~(inter / union > iou_threshold)]
    return torch.stack(kept)

if importlib.util.find_spec("mmcv._ext") is None:
    spec = importlib.util.spec_from_loader("mmcv._ext", None)
    sys.modules["mmcv._ext"] = module = importlib.util.module_from_spec(spec)
    module.__getattr__ = lambda name: None
    module.nms = nms
from mmdet.apis import DetInferencer, inference_detector, init_detector
config, checkpoint, found, *pictures = sys.argv[1:]
state = torch.load(checkpoint, weights_only=True)
assert set(state) == {"meta", "state_dict"}
model = init_detector(config, checkpoint, device="cpu")
model.load_state_dict(state["state_dict"], strict=True)
inferencer = DetInferencer(config, checkpoint, device="cpu", show_progress=False)
results = []
for picture in pictures:
    one = inference_detector(model, picture).pred_instances
    (other,) = inferencer(picture, return_datasamples=True)["predictions"]
    assert torch.equal(one.bboxes, other.pred_instances.bboxes)
    results.append({key: one[key] for key in ("bboxes", "scores", "labels")})
torch.save(results, found)
assert len(model.dataset_meta["classes"]) == 8
assert not [name for name in sys.modules if name.startswith("mmadvent.")]
print(type(model).__name__, *(type(part).__name__ for part in model.children()))
"""


def test_plain_mmdet_detects_the_same(detection_run: ToyRun, tmp_path: Path) -> None:
    out = tmp_path / "new" / "export"
    files = detection_run.config, detection_run.checkpoint
    run_here(TOOLS / "export.py", *files, out)
    assert {file.name for file in out.iterdir()} == {"toy.py", "toy.pth", "toy_modules.py"}
    text = (out / "toy.py").read_text() + (out / "toy_modules.py").read_text()
    assert "mmadvent" not in text

    script = tmp_path / "plain.py"
    script.write_text(PLAIN_MMDET)
    pictures = sorted((detection_run.folder / "data/leftImg8bit_foggy/val").rglob("*.png"))
    arguments = [out / "toy.py", out / "toy.pth", tmp_path / "found.pth", *pictures]
    done = run_python(script, *arguments, cwd=tmp_path)
    expected = "SingleStageDetector DetDataPreprocessor ResNet SSDNeck PredictingSSDHead"
    assert done.stdout.splitlines()[-1] == expected

    torch.set_num_threads(1)  # as the other process
    model = init_detector(*map(str, files), device="cpu")
    plain = torch.load(tmp_path / "found.pth")
    for picture, found in zip(pictures, plain, strict=True):
        ours = inference_detector(model, str(picture)).pred_instances
        assert len(ours) > 0
        for key, value in found.items():
            assert torch.equal(ours[key], value), key


def test_model_of_upstream_classes_needs_no_module(detection_folder: Path, tmp_path: Path) -> None:
    anchors = "dict(type='AnchorGenerator', scales=[4], ratios=[1.0], strides=[8, 16, 32, 64, 128])"
    child = write_child(
        tmp_path,
        "model = dict(neck=dict(_delete_=True, type='FPN', in_channels=[16, 32, 64],"
        f" out_channels=8, num_outs=5), train_cfg=None, bbox_head=dict(_delete_=True,"
        f" type='RetinaHead', num_classes=8, in_channels=8, anchor_generator={anchors}))",
        base=str(detection_folder / "toy.py"),
    )
    config = Config.fromfile(child)
    init_default_scope("mmdet")
    weights = MODELS.build(config.model).state_dict()
    torch.save(dict(state_dict=weights, meta={}), tmp_path / "retina.pth")
    run_here(TOOLS / "export.py", child, tmp_path / "retina.pth", tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"child.py", "child.pth"}
    exported = Config.fromfile(tmp_path / "out" / "child.py")
    assert exported.model.type == "SingleStageDetector"
    assert "custom_imports" not in exported and "adaptation" not in exported.model
    names = torch.load(tmp_path / "out" / "child.pth", weights_only=True)["state_dict"].keys()
    assert names == {name for name in weights if not name.startswith("adaptation.")} < set(weights)


def test_refuses_a_checkpoint_of_another_model_and_writes_nothing(
    detection_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    other = tmp_path / "other.pth"
    torch.save(dict(state_dict=dict(weight=torch.zeros(1))), other)
    before = files_below(tmp_path)
    with pytest.raises(SystemExit) as stop:
        run_here(TOOLS / "export.py", detection_folder / "toy.py", other, tmp_path / "out")
    assert stop.value.code == 2
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith(f"error: the checkpoint '{other}' is not of the config's model: ")
    assert files_below(tmp_path) == before
