"""What is recognised in published files, under which names it comes out, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS
from mmseg.datasets import CityscapesDataset
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.segmentation.backbones import DeepLabResNet
from mmadvent.segmentation.published_weights import convert
from tests.segmentation.published_weights.plain_networks import VGG16, ResNet101, weightless
from tests.toys import CONFIGS

SYNTHIA_16 = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "sky", "person", "rider", "car", "bus", "motorcycle", "bicycle",
)  # fmt: skip
R101, VGG = "DeepLab-V2 on ResNet-101", "DeepLab-V2 on VGG-16"
CAFFE = "Caffe's ResNet-101 for DeepLab-V2"
LEVELS = {"layer5": 3, "layer6": 4}


def names(build: Callable[[], nn.Module]) -> dict[str, Tensor]:
    with torch.device("meta"):
        network = build()
    return weightless(network)


@pytest.fixture(scope="module")
def resnet() -> dict[str, Tensor]:
    return names(lambda: ResNet101(LEVELS, 19))


@pytest.fixture(scope="module")
def vgg() -> dict[str, Tensor]:
    return names(lambda: VGG16(19))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.pth"


def resized(weights: dict[str, Tensor], classes: int) -> dict[str, Tensor]:
    return {
        name: torch.zeros(()).expand(classes, *value.shape[1:]) if "conv2d_list" in name else value
        for name, value in weights.items()
    }


def refusal(path: Path, content: object, released_by: str | None = "advent") -> str:
    torch.save(content, path)
    with pytest.raises(InputError) as error:
        convert(str(path), released_by)
    assert str(error.value).startswith(f"the weights '{path}' ")
    return str(error.value).removeprefix(f"the weights '{path}' ")


@pytest.mark.parametrize("wrap", [lambda w: w, lambda w: dict(state_dict=w, epoch=3),
                                  lambda w: dict(model=w)])  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "module."])
def test_containers_and_prefixes_of_parallel_wrappers(resnet, path, wrap, prefix):
    torch.save(wrap({prefix + name: value for name, value in resnet.items()}), path)
    converted = convert(str(path), "advent")
    assert (converted.title, converted.levels, converted.num_classes) == (R101, 2, 19)
    assert (converted.config, converted.options) == ("configs/_base_/models/deeplabv2_r101.py", ())


def test_files_of_torch_0_4_have_no_counters_and_the_old_format(resnet, path):
    old = {n: value for n, value in resnet.items() if not n.endswith("num_batches_tracked")}
    assert len(resnet) - len(old) == 104
    torch.save(old, path, _use_new_zipfile_serialization=False)
    assert len(convert(str(path), "esl").checkpoint["state_dict"]) == len(old)


@pytest.mark.parametrize(
    ("classes", "expected", "config", "options"),
    [
        (19, CityscapesDataset.METAINFO["classes"], "deeplabv2_vgg16.py", ()),
        (16, SYNTHIA_16, "deeplabv2_vgg16_16_classes.py", ()),
        (7, None, "deeplabv2_vgg16.py", ("model.decode_head.num_classes=7",)),
    ],
)
def test_classes_by_their_number(vgg, path, classes, expected, config, options):
    torch.save(resized(vgg, classes), path)
    converted = convert(str(path), "adaptsegnet")
    assert (converted.title, converted.levels, converted.num_classes) == (VGG, 1, classes)
    assert (converted.config, converted.options) == (f"configs/_base_/models/{config}", options)
    meta = converted.checkpoint["meta"]
    if expected is None:
        assert meta == {}
        return
    assert meta["dataset_meta"]["classes"] == expected
    cityscapes = CityscapesDataset.METAINFO
    colors = dict(zip(cityscapes["classes"], cityscapes["palette"], strict=True))
    assert meta["dataset_meta"]["palette"] == [colors[name] for name in expected]


@pytest.mark.parametrize(
    ("layer", "released_by"), [("layer5", "adaptsegnet"), ("layer6", "advent"), ("layer6", "esl")]
)
def test_options_of_one_level(resnet, path, layer, released_by):
    weights = resized(resnet, 7)
    single = {n: v for n, v in weights.items() if not n.startswith(("layer5", "layer6"))}
    single |= {n.replace("layer6", layer): v for n, v in weights.items() if "layer6" in n}
    torch.save(single, path)
    converted = convert(str(path), released_by)
    assert (converted.levels, converted.num_classes) == (1, 7)
    assert converted.options == ("model.auxiliary_head=None", "model.decode_head.num_classes=7")


def test_options_of_two_levels(resnet, path):
    torch.save(resized(resnet, 7), path)
    heads = ("decode_head", "auxiliary_head")
    options = tuple(f"model.{head}.num_classes=7" for head in heads)
    assert convert(str(path), "advent").options == options


def test_the_classes_are_those_of_the_configs():
    data = Config.fromfile(CONFIGS / "_base_/datasets/synthia_classes.py")
    assert tuple(data.classes) == SYNTHIA_16


def test_caffes_weights_become_a_backbones_initial_weights(path):
    torch.manual_seed(0)
    network = ResNet101({"layer5": 4}, classes=21)
    published = {f"Scale.{name}": value for name, value in network.state_dict().items()}
    torch.save(published, path)
    converted = convert(str(path))
    assert (converted.title, converted.levels, converted.num_classes) == (CAFFE, 0, None)
    assert converted.checkpoint["meta"] == {} and converted.remarks == ()
    assert convert(str(path), "esl").remarks == (
        "--released-by esl had no effect: it is about classifiers, and the one in the file is of "
        "other classes and was left out",
    )
    with pytest.raises(InputError, match="^--released-by must be one of .* got bdl$"):
        convert(str(path), "bdl")
    torch.save(converted.checkpoint, path)
    pretrained = dict(type="Pretrained", checkpoint=str(path))
    backbone = MODELS.build(
        dict(type="DeepLabResNet", depth=101, style="caffe", init_cfg=pretrained)
    )
    assert isinstance(backbone, DeepLabResNet)
    backbone.init_weights()
    loaded = backbone.state_dict()
    expected = {n: value for n, value in network.state_dict().items() if "layer5" not in n}
    assert loaded.keys() == expected.keys()
    assert all(torch.equal(loaded[name], value) for name, value in expected.items())


def test_unknown_networks_are_told_by_what_they_hold(path):
    must = f"must be of {R101}, {VGG}, {CAFFE}, got "
    assert refusal(path, {}) == must + "nothing"
    layers = {f"stem.{index}": torch.zeros(index, 2) for index in range(6)}
    found = "stem.0 (0, 2), stem.1 (1, 2), stem.2 (2, 2), stem.3 (3, 2) and 2 more"
    assert refusal(path, layers) == must + found


def test_backbones_that_are_not_the_networks(resnet, vgg, path):
    like = f"look like {R101}, "
    name = "layer3.22.bn3.running_var"
    lacking = {n: value for n, value in resnet.items() if n != name}
    assert refusal(path, lacking) == f"{like}which has {name} (1024,), got none"
    other = resnet | {name: torch.zeros(3)}
    assert refusal(path, other) == f"{like}which has {name} (1024,), got {name} (3,)"
    deeper = resnet | {"layer3.23.bn3.bias": torch.zeros(1024)}
    assert refusal(path, deeper) == f"{like}but it does not have layer3.23.bn3.bias (1024,)"
    # The published name, not ours.
    dense = vgg | {"features.31.weight": torch.zeros(1024, 1024, 1, 1)}
    assert refusal(path, dense) == (
        f"look like {VGG}, which has features.31.weight (1024, 1024, 3, 3), got features.31.weight "
        "(1024, 1024, 1, 1)"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("layer1.0.bn1.running_var", "backbone.layer1.0.bn1.running_var"),
        ("layer6.conv2d_list.1.bias", "decode_head.branches.1.bias"),
    ],
)
def test_weights_that_are_not_finite(resnet, path, value, theirs, ours):
    broken = resnet[theirs].clone()
    broken[0] = value
    assert refusal(path, resnet | {theirs: broken}) == (
        "must be finite, but 1 of 640 tensors hold nan or infinity, the first is "
        f"{ours} by its name here"
    )


def test_a_conversion_refuses_what_its_parts_refuse(resnet, path):
    with pytest.raises(InputError, match="do not exist$"):
        convert(str(path), "advent")
    assert refusal(path, [torch.zeros(1)]).endswith("got a list")
    headless = {n: v for n, v in resnet.items() if not n.startswith(("layer5", "layer6"))}
    assert refusal(path, headless).endswith("as many classes or none, got none")
    torch.save(resnet, path)
    with pytest.raises(InputError, match="^--released-by must be one of .* got None$"):
        convert(str(path))
