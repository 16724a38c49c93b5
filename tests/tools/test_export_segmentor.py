import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from mmengine.runner import load_checkpoint

import mmadvent.segmentation  # noqa: F401
from mmadvent.segmentation import DeepLabV2Head
from mmadvent.segmentation.backbones import DeepLabResNet
from tests.tools.commands import TOOLS, ToyRun, files_below, run_here, run_python, run_tool
from tests.tools.toy_config import write_child

SIZES = ((96, 160), (97, 161), (98, 130), (99, 131))

# What a user without mmadvent does. mmcv-lite lacks a module that mmseg imports and never calls.
PLAIN_MMSEG = """
import importlib.util, sys
sys.modules["mmadvent"] = None
if importlib.util.find_spec("mmcv._ext") is None:
    spec = importlib.util.spec_from_loader("mmcv._ext", None)
    sys.modules["mmcv._ext"] = importlib.util.module_from_spec(spec)
    sys.modules["mmcv._ext"].__getattr__ = lambda name: None
import torch
from mmseg.apis import MMSegInferencer, inference_model, init_model
config, checkpoint, images, logits, picture = sys.argv[1:]
model = init_model(config, device="cpu")
state = torch.load(checkpoint, weights_only=True)
assert set(state) == {"meta", "state_dict"}
model.load_state_dict(state["state_dict"], strict=True)
torch.save([model(image) for image in torch.load(images)], logits)
labels = inference_model(init_model(config, checkpoint, device="cpu"), picture)
again = MMSegInferencer(config, checkpoint, device="cpu")(picture)["predictions"]
assert (labels.pred_sem_seg.data[0].numpy() == again).all()
assert len(model.cfg.test_dataloader.dataset.metainfo["classes"]) == 19
assert not [name for name in sys.modules if name.startswith("mmadvent.")]
print(type(model).__name__, *sorted({type(part).__name__ for part in model.children()}))
"""


def logits_of(config: Path, checkpoint: Path, images: list[torch.Tensor]) -> list[torch.Tensor]:
    settings = Config.fromfile(config)
    init_default_scope("mmseg")
    # The same layout in memory: with another the logits differ by rounding.
    model = MODELS.build(settings.model | dict(channels_last=False))
    load_checkpoint(model, str(checkpoint), map_location="cpu", strict=True)
    assert type(model).__name__ == "DomainAdaptSegmentor"
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)  # as the other process
        with torch.no_grad():
            return [model.eval()(image) for image in images]
    finally:
        torch.set_num_threads(threads)


def test_plain_mmseg_loads_the_export_with_identical_logits(
    toy_run: ToyRun, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "export"
    run_tool("export", toy_run.config, toy_run.checkpoint, out, cwd=tmp_path)
    assert {file.name for file in out.iterdir()} == {"toy.py", "toy.pth", "toy_modules.py"}

    images = [torch.randn(1, 3, *size) for size in SIZES]
    torch.save(images, tmp_path / "images.pth")
    script = tmp_path / "plain.py"
    script.write_text(PLAIN_MMSEG)
    picture = next((toy_run.folder / "data/cityscapes/leftImg8bit/val").rglob("*.png"))
    arguments = [out / "toy.py", out / "toy.pth", tmp_path / "images.pth", tmp_path / "logits.pth"]
    done = run_python(script, *arguments, picture, cwd=tmp_path)
    expected = "EncoderDecoder DeepLabResNet DeepLabV2Head SegDataPreProcessor"
    assert done.stdout.splitlines()[-1] == expected

    plain = torch.load(tmp_path / "logits.pth")
    for ours, theirs in zip(
        logits_of(toy_run.config, toy_run.checkpoint, images), plain, strict=True
    ):
        assert torch.equal(ours, theirs)


def test_model_of_upstream_classes_needs_no_module(toy_run: ToyRun, tmp_path: Path) -> None:
    child = write_child(
        tmp_path,
        "model = dict(backbone=dict(type='ResNet'),"
        " decode_head=dict(_delete_=True, type='FCNHead', in_channels=64, in_index=1, channels=8,"
        " num_classes=19), auxiliary_head=None)",
        base=str(toy_run.config),
    )
    config = Config.fromfile(child)
    init_default_scope("mmseg")
    weights = MODELS.build(config.model).state_dict()
    torch.save(dict(state_dict=weights, meta={}), tmp_path / "fcn.pth")
    run_here(TOOLS / "export.py", child, tmp_path / "fcn.pth", tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"child.py", "child.pth"}
    text = (tmp_path / "out" / "child.py").read_text()
    assert "mmadvent" not in text and "custom_imports" not in text and "sys" not in text
    exported = Config.fromfile(tmp_path / "out" / "child.py")
    assert exported.model.type == "EncoderDecoder"
    # The decoder of this package gives OpenCV's pixels.
    first = dict(type="LoadImageFromFile", imdecode_backend="cv2")
    assert exported.test_pipeline[0] == exported.test_dataloader.dataset.pipeline[0] == first


def test_refuses_a_checkpoint_of_another_model_and_writes_nothing(
    toy_run: ToyRun, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    torch.save(dict(state_dict=dict(weight=torch.zeros(1))), tmp_path / "other.pth")
    before = files_below(tmp_path)
    with pytest.raises(SystemExit) as stop:
        run_here(
            TOOLS / "export.py",
            toy_run.config,
            tmp_path / "other.pth",
            tmp_path / "out",
        )
    assert stop.value.code == 2
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith(
        f"error: the checkpoint '{tmp_path / 'other.pth'}' is not of the config's model: "
    )
    assert files_below(tmp_path) == before


@pytest.mark.parametrize("cls", [DeepLabResNet, DeepLabV2Head])
def test_exported_classes_need_nothing_of_the_package(cls: type) -> None:
    imports = [
        line
        for line in Path(sys.modules[cls.__module__].__file__ or "").read_text().splitlines()
        if line.startswith(("import ", "from "))
    ]
    assert imports and not [line for line in imports if "mmadvent" in line]
