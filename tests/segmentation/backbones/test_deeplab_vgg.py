"""The VGG-16 of DeepLab-V2 against its description, its initial weights and its export."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.model import PretrainedInit
from mmseg.registry import MODELS
from torch import Tensor

from mmadvent.errors import InputError
from mmadvent.segmentation.backbones import DeepLabVGG
from tests.tools.commands import TOOLS, run_here, run_python
from tests.toys import CONFIGS, build_segmentor

BASE = CONFIGS / "_base_/models/deeplabv2_vgg16.py"
# torchvision's numbers of VGG-16's convolutions, with their channels.
CONVOLUTIONS = {
    0: (3, 64), 2: (64, 64),
    5: (64, 128), 7: (128, 128),
    10: (128, 256), 12: (256, 256), 14: (256, 256),
    17: (256, 512), 19: (512, 512), 21: (512, 512),
    24: (512, 512), 26: (512, 512), 28: (512, 512),
}  # fmt: skip
POOLED_BEFORE = (5, 10, 17)
STD = torch.tensor([58.395, 57.12, 57.375])  # of red, green and blue, in torchvision


@pytest.fixture(scope="module")
def torchvision_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of torchvision's names and shapes; the dense layers take no room."""
    torch.manual_seed(1)
    weights = {}
    for index, (inputs, outputs) in CONVOLUTIONS.items():
        weights[f"features.{index}.weight"] = torch.randn(outputs, inputs, 3, 3) * 0.02
        weights[f"features.{index}.bias"] = torch.rand(outputs) - 0.5
    for index, shape in {0: (4096, 25088), 3: (4096, 4096), 6: (1000, 4096)}.items():
        weights[f"classifier.{index}.weight"] = torch.ones(()).expand(shape)
        weights[f"classifier.{index}.bias"] = torch.ones(shape[0])
    path = tmp_path_factory.mktemp("torchvision") / "vgg16.pth"
    torch.save(weights, path)
    return path


def initialized(checkpoint: Path, kind: object = "Pretrained", **settings: object) -> DeepLabVGG:
    torch.manual_seed(0)
    pretrained = dict(type=kind, checkpoint=str(checkpoint))
    backbone = DeepLabVGG(init_cfg=pretrained, **settings)
    backbone.init_weights()
    return backbone


def described(weights: dict[str, Tensor], x: Tensor) -> Tensor:
    """The network of the description, one layer after the other."""
    for index in CONVOLUTIONS:
        if index in POOLED_BEFORE:
            x = F.max_pool2d(x, 2)
        weight, bias = (weights[f"features.{index}.{kind}"] for kind in ("weight", "bias"))
        dilation = 2 if index >= 24 else 1
        x = F.conv2d(x, weight, bias, padding=dilation, dilation=dilation).clamp(min=0)
    for name in ("fc6", "fc7"):
        weight, bias = (weights[f"{name}.{kind}"] for kind in ("weight", "bias"))
        x = F.conv2d(x, weight, bias, padding=4, dilation=4).clamp(min=0)
    return x


def test_is_the_described_network_also_in_training():
    torch.manual_seed(0)
    backbone = DeepLabVGG().double()
    images = torch.randn(2, 3, 43, 50, dtype=torch.float64) * 60
    with torch.no_grad():
        expected = described(backbone.state_dict(), images)
        for mode in (True, False):
            (features,) = backbone.train(mode)(images)
            torch.testing.assert_close(features, expected, rtol=1e-10, atol=1e-12)
    assert expected.shape == (2, 1024, 5, 6)
    assert expected.std() > 1e-4


def test_every_layer_learns():
    torch.manual_seed(0)
    backbone = DeepLabVGG()
    backbone(torch.randn(1, 3, 32, 32) * 60)[0].sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in backbone.parameters())


def test_names_shapes_and_number_of_parameters():
    with torch.device("meta"):
        backbone = DeepLabVGG()
    shapes = {name: tuple(value.shape) for name, value in backbone.state_dict().items()}
    expected = {"fc6.weight": (1024, 512, 3, 3), "fc6.bias": (1024,)}
    expected |= {"fc7.weight": (1024, 1024, 3, 3), "fc7.bias": (1024,)}
    for index, (inputs, outputs) in CONVOLUTIONS.items():
        expected[f"features.{index}.weight"] = (outputs, inputs, 3, 3)
        expected[f"features.{index}.bias"] = (outputs,)
    assert shapes == expected
    # 14,714,688 of VGG-16's convolutions, 4,719,616 of fc6, 9,438,208 of fc7.
    assert sum(p.numel() for p in backbone.parameters()) == 28_872_512


@pytest.mark.parametrize(
    ("image", "features"), [((512, 1024), (64, 128)), ((720, 1280), (90, 160)), ((71, 80), (8, 10))]
)
def test_output_stride_is_8(image, features):
    config = Config.fromfile(BASE)
    with torch.device("meta"):
        model = MODELS.build(config.model)
        assert model(torch.empty(1, 3, *image)).shape == (1, 19, *features)
    assert (len(model.decode_head.branches), model.with_auxiliary_head) == (4, False)
    assert all(p.requires_grad for p in model.parameters())


def test_torchvisions_features_are_loaded_and_the_rest_is_not(torchvision_file):
    published = torch.load(torchvision_file)
    backbone = initialized(torchvision_file)
    torch.manual_seed(0)
    random = DeepLabVGG()
    for name, value in backbone.state_dict().items():
        source = random.state_dict() if name.startswith("fc") else published
        assert torch.equal(value, source[name]) != (name == "features.0.weight"), name


@pytest.mark.parametrize("kind", ["Pretrained", "mmengine.Pretrained", PretrainedInit])
def test_first_convolution_sees_bgr_images_as_the_file_saw_normalized_rgb(torchvision_file, kind):
    published = torch.load(torchvision_file)
    backbone = initialized(torchvision_file, kind)
    backbone.init_weights()  # a second time changes nothing
    rgb = torch.rand(1, 3, 9, 9) * 255 - 120
    kernel, bias = published["features.0.weight"], published["features.0.bias"]
    expected = F.conv2d(rgb / STD.view(1, 3, 1, 1), kernel, bias, padding=1)
    with torch.no_grad():
        found = backbone.features[0](rgb[:, [2, 1, 0]])
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", ["Pretrained", PretrainedInit])
def test_one_of_several_initializations_may_be_the_file(torchvision_file, kind):
    backbone = DeepLabVGG(
        init_cfg=[
            dict(type="Normal", layer="Conv2d", std=0.01),
            dict(type=kind, checkpoint=str(torchvision_file)),
        ]
    )
    backbone.init_weights()
    alone = initialized(torchvision_file).features[0]
    assert torch.equal(backbone.features[0].weight, alone.weight)
    constant = DeepLabVGG(init_cfg=[dict(type="Constant", layer="Conv2d", val=3)])
    constant.init_weights()
    assert torch.equal(constant.features[0].weight, torch.full_like(alone.weight, 3))


def test_weights_that_fit_the_images_are_left_as_they_are(torchvision_file):
    loaded = initialized(torchvision_file, pretrained_std=None).state_dict()
    published = torch.load(torchvision_file)
    assert torch.equal(loaded["features.0.weight"], published["features.0.weight"])


def test_random_initial_weights_are_torchs_own():
    torch.manual_seed(0)
    expected = DeepLabVGG().state_dict()
    torch.manual_seed(0)
    backbone = DeepLabVGG()
    backbone.init_weights()
    for name, value in backbone.state_dict().items():
        assert torch.equal(value, expected[name]), name


def test_initial_weights_that_are_not_there(tmp_path):
    path = str(tmp_path / "vgg16.pth")
    config = Config.fromfile(BASE)
    config.merge_from_dict({"model.backbone.init_cfg.checkpoint": path})
    with pytest.raises(InputError) as error:
        build_segmentor(dict(config.model, type="DomainAdaptSegmentor"))
    assert str(error.value) == (
        f"the initial weights '{path}' cannot be fetched ({path} can not be found.): pass a local "
        "file with --cfg-options model.backbone.init_cfg.checkpoint=FILE, or start from random "
        "weights with --cfg-options model.backbone.init_cfg=None"
    )


PLAIN_MMSEG = """
import importlib.util, sys
sys.modules["mmadvent"] = None
if importlib.util.find_spec("mmcv._ext") is None:  # mmcv-lite: mmseg imports and never calls it
    spec = importlib.util.spec_from_loader("mmcv._ext", None)
    sys.modules["mmcv._ext"] = importlib.util.module_from_spec(spec)
    sys.modules["mmcv._ext"].__getattr__ = lambda name: None
import torch
from mmseg.apis import init_model
config, checkpoint, image, logits = sys.argv[1:]
model = init_model(config, device="cpu")
model.load_state_dict(torch.load(checkpoint, weights_only=True)["state_dict"], strict=True)
with torch.no_grad():
    torch.save(model(torch.load(image)), logits)
print(type(model.backbone).__name__, type(model.backbone).__module__)
"""


def test_export_needs_nothing_of_the_package(tmp_path: Path) -> None:
    config = tmp_path / "vgg.py"
    config.write_text(
        f"_base_ = {str(BASE)!r}\n"
        "default_scope = 'mmseg'\n"
        "custom_imports = dict(imports=['mmadvent.segmentation'])\n"
        "test_pipeline = [dict(type='LoadImageFromFile'), dict(type='PackSegInputs')]\n"
    )
    settings = Config.fromfile(config).model
    settings.backbone.init_cfg = None
    model = build_segmentor(settings).eval()
    torch.save(dict(state_dict=model.state_dict(), meta={}), tmp_path / "vgg.pth")
    out, image = tmp_path / "export", torch.randn(1, 3, 40, 48) * 60
    run_here(TOOLS / "export.py", config, tmp_path / "vgg.pth", out)
    torch.save(image, tmp_path / "image.pth")
    (tmp_path / "plain.py").write_text(PLAIN_MMSEG)
    arguments = [out / "vgg.py", out / "vgg.pth", tmp_path / "image.pth", tmp_path / "logits.pth"]
    done = run_python(tmp_path / "plain.py", *arguments, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "DeepLabVGG vgg_modules"
    with torch.no_grad():
        assert torch.equal(torch.load(tmp_path / "logits.pth"), model(image))
