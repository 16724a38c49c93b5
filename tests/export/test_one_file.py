"""Models in one file against the models that they were exported from."""

import io
import json
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.errors import InputError
from mmadvent.export import one_file
from mmadvent.export.one_file import OneFileSegmentor, export_one_file
from mmadvent.io.checkpoints import network_part
from tests.toys import build_segmentor, toy_segmentor

FCN = dict(type="FCNHead", in_channels=64, in_index=1, channels=8, num_classes=2)
META = dict(classes=("road", "car"), palette=[[1, 2, 3], [4, 5, 6]])


@pytest.fixture(autouse=True)
def mmseg() -> None:
    init_default_scope("mmseg")


@pytest.fixture
def trained(tmp_path: Path) -> tuple[Config, str]:
    """A config and a checkpoint of two classes whose weights are not those of the start."""
    settings = toy_segmentor(2, adaptation=[dict(type="AdvEnt")])
    model = build_segmentor(settings)
    for name, value in model.named_parameters():
        if name.startswith("decode_head"):
            torch.nn.init.normal_(value)
    path = tmp_path / "trained.pth"
    torch.save(dict(state_dict=model.state_dict(), meta=dict(dataset_meta=META)), path)
    return Config(dict(model=settings)), str(path)


def expected(trained: tuple[Config, str], rgb: torch.Tensor) -> torch.Tensor:
    """The logits that the model gives to a user of mmseg, for images in RGB."""
    config, path = trained
    model = build_segmentor(toy_segmentor(2)).eval()
    model.load_state_dict(network_part(torch.load(path)["state_dict"]))
    with torch.no_grad():
        results = model.test_step(dict(inputs=list(rgb.flip(1)), data_samples=None))
    return torch.stack([result.seg_logits.data for result in results])


@pytest.mark.parametrize("form", ["torchscript", "onnx"])
def test_the_file_gives_the_models_logits_at_any_size(
    trained: tuple[Config, str], form: str, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "model"
    assert export_one_file(*trained, out, form) <= 1e-4
    if form == "onnx":
        session = onnxruntime.InferenceSession(out)
        meta = session.get_modelmeta().custom_metadata_map["dataset_meta"]
    else:
        files = {"dataset_meta": ""}
        script = torch.jit.load(out, _extra_files=files)
        meta = files["dataset_meta"]
    assert json.loads(meta) == json.loads(json.dumps(META))
    for number, height, width in ((1, 75, 110), (3, 128, 65)):
        image = torch.rand(number, 3, height, width) * 255
        if form == "onnx":
            (found,) = map(torch.from_numpy, session.run(["logits"], {"image": image.numpy()}))
        else:
            found = script(image)
        like = expected(trained, image)
        assert found.shape == (number, 2, height, width) and like.std() > 0.01
        torch.testing.assert_close(found, like, rtol=0, atol=1e-4 * max(1, float(like.abs().max())))


def export_untrained(tmp_path: Path, form: str, **changes: Any) -> float:
    settings = toy_segmentor(2, auxiliary_head=None, **changes)
    path = str(tmp_path / "untrained.pth")
    torch.save(dict(state_dict=build_segmentor(settings).state_dict()), path)
    return export_one_file(Config(dict(model=settings)), path, tmp_path / "model", form)


@pytest.mark.parametrize("form", ["torchscript", "onnx"])
@pytest.mark.parametrize("kind", ["cascade", "enc"])
def test_heads_that_give_more_or_that_follow_each_other(
    tmp_path: Path, kind: str, form: str
) -> None:
    if kind == "enc":
        enc = dict(FCN, type="EncHead", in_channels=[32, 64], in_index=[0, 1], num_codes=4)
        changes = dict(type="EncoderDecoder", decode_head=enc)
    else:
        heads = [FCN, dict(FCN, type="OCRHead", ocr_channels=4)]
        changes = dict(type="DomainAdaptCascadeSegmentor", num_stages=2, decode_head=heads)
    assert export_untrained(tmp_path, form, **changes) <= 1e-4


def test_heads_that_cannot_be_called_alone(tmp_path: Path) -> None:
    points = dict(FCN, type="PointHead", in_channels=[64], in_index=[1], num_fcs=1)
    heads = dict(type="CascadeEncoderDecoder", num_stages=2, decode_head=[FCN, points])
    with pytest.raises(InputError, match="^the model cannot be one file, as its heads do not run"):
        export_untrained(tmp_path, "torchscript", **heads)
    assert not (tmp_path / "model").exists()


def test_a_file_that_differs_is_not_written(
    trained: tuple[Config, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Identity()), script)
    monkeypatch.setattr(one_file, "to_torchscript", lambda *_: script.getvalue())
    monkeypatch.setattr(OneFileSegmentor, "forward", lambda self, image: image + 1000)
    with pytest.raises(InputError) as error:
        export_one_file(*trained, tmp_path / "model", "torchscript")
    assert str(error.value).startswith("the exported model's logits must be torch's to 0.0001, got")
    assert not (tmp_path / "model").exists()


def test_a_missing_package_is_named(
    trained: tuple[Config, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(InputError) as error:
        export_one_file(*trained, tmp_path / "model", "onnx")
    assert str(error.value) == (
        "--format onnx needs the package onnxscript: pip install 'mmadvent[onnx]'"
    )


def test_a_folder_in_the_place_of_the_file(trained: tuple[Config, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="^the model's place '.*' must be a file, but it is a fol"):
        export_one_file(*trained, tmp_path, "torchscript")


def test_a_network_of_some_sizes_alone_is_refused(
    trained: tuple[Config, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_even_sizes(self: OneFileSegmentor, image: torch.Tensor) -> torch.Tensor:
        if image.shape[2] % 2:
            raise ValueError("the height must be even")
        return original(self, image)

    original = OneFileSegmentor.mmsegs
    monkeypatch.setattr(OneFileSegmentor, "mmsegs", of_even_sizes)
    monkeypatch.setattr(one_file, "CHECKED", [(1, 3, 63, 64)])
    with pytest.raises(InputError) as error:
        export_one_file(*trained, tmp_path / "model", "torchscript")
    assert str(error.value) == (
        "the model cannot be one file that takes images of any size: the height must be even"
    )
    assert not (tmp_path / "model").exists()


def test_what_a_file_cannot_do_is_refused() -> None:
    windows = build_segmentor(toy_segmentor(2))
    windows.test_cfg = dict(mode="slide", crop_size=(8, 8), stride=(4, 4))
    with pytest.raises(InputError, match="takes whole images, got test_cfg.mode='slide': "):
        OneFileSegmentor(windows)
    settings = toy_segmentor(2, type="EncoderDecoder")
    settings.data_preprocessor.test_cfg = dict(size_divisor=32)
    with pytest.raises(InputError) as error:
        OneFileSegmentor(build_segmentor(settings))
    assert str(error.value) == (
        "a model in one file does not pad, got data_preprocessor.test_cfg={'size_divisor': 32}: "
        "export with --cfg-options model.data_preprocessor.test_cfg=None"
    )
    loss = dict(type="CrossEntropyLoss", use_sigmoid=True)
    binary = dict(FCN, out_channels=1, threshold=0.5, loss_decode=loss)
    settings = toy_segmentor(2, type="EncoderDecoder", decode_head=binary)
    with pytest.raises(InputError) as error:
        OneFileSegmentor(build_segmentor(settings))
    assert str(error.value) == (
        "a model in one file gives a logit for each class, got 1 channels for 2 classes"
    )
    settings = toy_segmentor(2)
    settings.data_preprocessor.update(mean=None, std=None)
    with pytest.raises(InputError, match="^a model in one file needs mean and std in its data_pre"):
        OneFileSegmentor(build_segmentor(settings))
