"""What becomes of a config and of files that plain upstream shall load."""

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.errors import InputError
from mmadvent.export.plain import (
    Library,
    export,
    inference_pipeline,
    plain_config,
    plain_model,
    plain_steps,
    write_files,
)
from mmadvent.export.segmentor import MMSEG
from mmadvent.segmentation import DomainAdaptSegmentor
from tests.toys import build_segmentor, toy_segmentor

LOAD, LABELS = dict(type="LoadImageFromFile"), dict(type="LoadLabelIds")
PACK = dict(type="PackSegInputs")
META = dict(classes=("road", "car"), palette=[[1, 2, 3], [4, 5, 6]])


@pytest.fixture(autouse=True)
def mmseg() -> None:
    init_default_scope("mmseg")


def config(**settings: Any) -> Config:
    model = toy_segmentor(2, adaptation=[dict(type="MinEnt")], channels_last=True)
    return Config(dict(model=model, test_pipeline=[LOAD, LABELS, PACK]) | settings)


def test_a_model_without_what_only_training_needs() -> None:
    settings = config()
    settings.model.backbone.init_cfg = dict(type="Pretrained", checkpoint="a.pth")
    model = plain_model(settings, MMSEG)
    assert model["type"] == "EncoderDecoder"
    assert model["init_cfg"] is None and model["backbone"]["init_cfg"] is None
    assert not {"adaptation", "channels_last"} & set(model)
    assert settings.model.type == "DomainAdaptSegmentor"  # it is a copy
    for kind in ("mmseg.DomainAdaptSegmentor", DomainAdaptSegmentor):
        settings.model.type = kind
        assert plain_model(settings, MMSEG)["type"] == "EncoderDecoder"
    settings.model.type = "Other"
    assert plain_model(settings, MMSEG)["type"] == "Other"


def test_steps_that_read_labels_are_left_out_at_any_depth() -> None:
    ours = dict(type="LoadImageFromFile", imdecode_backend="kornia_rs")
    flips = [[dict(type="RandomFlip", prob=p)] for p in (0, 1)]
    augmented = dict(type="TestTimeAug", transforms=[flips, [LABELS], [PACK]])
    assert plain_steps([ours, dict(type="LoadAnnotations"), augmented]) == [
        dict(type="LoadImageFromFile", imdecode_backend="cv2"),
        dict(type="TestTimeAug", transforms=[flips, [PACK]]),
    ]
    assert plain_steps([dict(LOAD, max_value=None)]) == [LOAD]
    with pytest.raises(InputError) as error:
        plain_steps([dict(type="TestTimeAug", transforms=[[dict(LOAD, max_value=4095)]])])
    assert str(error.value) == (
        "the test pipeline's LoadImageFromFile must have no max_value, which upstream's lacks (it "
        "takes 65535 for white), got 4095"
    )
    other = dict(type="LoadImageFromFile", imdecode_backend="pillow")
    assert plain_steps([other, dict(type="mmseg.LoadAnnotations")]) == [other]


def test_the_pipeline_is_that_of_the_test_set_or_the_configs_own() -> None:
    resize = dict(type="Resize", scale=(4, 4))
    evaluated = dict(dataset=dict(pipeline=[LOAD, resize, LABELS, PACK]))
    both = config(test_dataloader=evaluated)
    assert inference_pipeline(both, "mmseg") == [LOAD, resize, PACK]
    assert inference_pipeline(config(), "mmseg") == [LOAD, PACK]
    with pytest.raises(InputError) as error:
        inference_pipeline(config(test_pipeline=[]), "mmseg")
    assert str(error.value) == (
        "an export needs test_dataloader or test_pipeline in the config, got none"
    )


def test_a_transform_that_upstream_lacks_is_refused() -> None:
    with pytest.raises(InputError) as error:
        inference_pipeline(config(test_pipeline=[LOAD, dict(type="PackTargetInputs")]), "mmseg")
    assert str(error.value) == (
        "the test pipeline must be of mmseg's transforms, got PackTargetInputs"
    )


@pytest.mark.parametrize("module", ["toy_modules", None])
def test_the_config_imports_the_module_beside_it_and_nothing_of_ours(
    tmp_path: Path, module: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The config adds its folder to the process's path and imports a module from it.
    monkeypatch.setattr(sys, "path", [*sys.path])
    imports = dict(imports=["mmadvent", "mmadvent.segmentation", "json"])
    text = plain_config(config(custom_imports=imports), dict(a=1), META, MMSEG, module)
    assert "mmadvent" not in text
    (tmp_path / "exported.py").write_text(text)
    (tmp_path / "toy_modules.py").touch()
    read = Config.fromfile(tmp_path / "exported.py")
    sys.modules.pop("toy_modules", None)
    assert read.custom_imports.imports == ["json", *[module] * bool(module)]
    assert (read.default_scope, read.model) == ("mmseg", dict(a=1))
    dataset = read.test_dataloader.dataset
    assert (dataset.type, dataset.pipeline) == ("BaseSegDataset", read.test_pipeline)
    assert dataset.metainfo.classes == META["classes"]
    assert "custom_imports" not in plain_config(config(), {}, META, MMSEG, None)
    alone = dict(imports="json", allow_failed_imports=True)
    text = plain_config(config(custom_imports=alone), {}, META, MMSEG, None)
    (tmp_path / "exported.py").write_text(text)
    read = Config.fromfile(tmp_path / "exported.py")
    assert read.custom_imports == dict(imports=["json"], allow_failed_imports=True)


def test_files_appear_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new" / "out"
    write_files(folder, {"a.py": "x = 'ü'\n", "a.pth": dict(state_dict=torch.ones(2))})
    assert {file.name for file in folder.iterdir()} == {"a.py", "a.pth"}
    assert (folder / "a.py").read_text(encoding="utf-8") == "x = 'ü'\n"
    assert torch.load(folder / "a.pth")["state_dict"].tolist() == [1, 1]

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(InputError, match="^the files cannot be written to '.*': no space left"):
        write_files(folder, {"b.py": "", "b.pth": {}})
    assert {file.name for file in folder.iterdir()} == {"a.py", "a.pth"}


def test_a_place_that_is_a_file_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("as it was")
    with pytest.raises(InputError) as caught:
        export(MMSEG, config(), "toy", "no.pth", tmp_path / "out")
    assert str(caught.value) == (
        f"the export '{tmp_path / 'out'}' must be a folder, but '{tmp_path / 'out'}' is a file"
    )


def test_an_export_has_the_networks_weights_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    settings = config()
    model = build_segmentor(toy_segmentor(2, adaptation=[dict(type="AdvEnt")]))
    path = str(tmp_path / "trained.pth")
    torch.save(dict(state_dict=model.state_dict(), meta=dict(dataset_meta=META)), path)
    export(MMSEG, settings, "toy", path, tmp_path / "out")
    names = "toy.py, toy.pth, toy_modules.py"
    assert capsys.readouterr().out == f"wrote {names} to {tmp_path / 'out'}\n"
    saved = torch.load(tmp_path / "out" / "toy.pth", weights_only=True)
    assert saved["meta"] == dict(dataset_meta=META)
    expected = {n: v for n, v in model.state_dict().items() if not n.startswith("adaptation.")}
    assert saved["state_dict"].keys() == expected.keys()
    assert all(torch.equal(saved["state_dict"][name], value) for name, value in expected.items())


def test_two_models_in_one_folder(tmp_path: Path) -> None:
    """Each has its own module: a VGG's does not take the residual network's away."""
    vgg = config()
    vgg.model.backbone = dict(type="DeepLabVGG")
    vgg.model.auxiliary_head = None
    vgg.model.decode_head.update(in_channels=1024, in_index=0)
    out = tmp_path / "out"
    for name, settings in (("toy-1.0", config()), ("vgg", vgg)):
        model = MODELS.build(dict(settings.model, adaptation=[]))
        path = str(tmp_path / f"{name}.pth")
        torch.save(dict(state_dict=model.state_dict(), meta=dict(dataset_meta=META)), path)
        export(MMSEG, settings, name, path, out)
    assert "class DeepLabResNet" in (out / "toy_1_0_modules.py").read_text()
    assert "class DeepLabVGG" in (out / "vgg_modules.py").read_text()
    assert "'toy_1_0_modules'" in (out / "toy-1.0.py").read_text()


def test_nothing_is_written_for_weights_of_another_model(tmp_path: Path) -> None:
    torch.save(dict(state_dict=dict(weight=torch.zeros(1))), tmp_path / "other.pth")
    library = Library("mmseg", MMSEG.models, "", "", MMSEG.module)
    with pytest.raises(InputError, match="is not of the config's model"):
        export(library, config(), "toy", str(tmp_path / "other.pth"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
