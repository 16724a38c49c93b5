"""Which classes of a config are this package's, and their source."""

import ast

import pytest
from mmengine.registry import MODELS, init_default_scope
from torch import nn

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.errors import InputError
from mmadvent.export.own_classes import classes_of, modules_source, own_classes
from mmadvent.models import SelfInfoDiscriminator
from mmadvent.segmentation import DeepLabV2Head, DomainAdaptSegmentor
from mmadvent.segmentation.backbones import DeepLabResNet


@pytest.fixture(autouse=True)
def mmseg() -> None:
    init_default_scope("mmseg")


def test_classes_at_any_depth() -> None:
    config = dict(
        type="A", parts=[dict(type=int), (dict(inner=dict(type="B")),)], other=dict(type="unknown")
    )
    assert list(classes_of(config, dict(A=str, B=float))) == [str, int, float]
    assert not list(classes_of(dict(type=len, name="A"), {}))  # no class
    assert not list(classes_of("A", dict(A=str)))


def test_what_upstream_lacks_is_told_once_and_in_order() -> None:
    config = dict(
        type="EncoderDecoder",
        backbone=dict(type="DeepLabResNet"),
        decode_head=dict(type="DeepLabV2Head"),
        auxiliary_head=[dict(type="DeepLabV2Head"), dict(type="FCNHead")],
    )
    assert own_classes(config, MODELS) == [DeepLabResNet, DeepLabV2Head]
    assert own_classes(dict(type="FCNHead"), MODELS) == []


def test_a_class_that_stands_in_for_upstreams_is_upstreams() -> None:
    stand_in = type("Linear", (nn.Linear,), dict(__module__="mmadvent.a"))
    other = type("Other", (), dict(__module__="mmadvent.a"))
    foreign = type("Foreign", (), dict(__module__="mmadventure.a"))
    config = [dict(type=kind) for kind in (stand_in, other, foreign)]
    assert own_classes(config, MODELS) == [other]


def test_a_module_of_its_own_registers_the_classes_again() -> None:
    source = modules_source([DeepLabResNet, DeepLabV2Head], "mmseg")
    assert source.startswith('"""Classes of an exported model that mmseg lacks."""\n\n')
    tree = ast.parse(source)
    kinds = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [kind.name for kind in kinds] == ["DeepLabResNet", "DeepLabV2Head"]
    for kind in kinds:
        (decorator,) = kind.decorator_list
        assert ast.unparse(decorator) == "MODELS.register_module(force=True)"
    imports = [ast.unparse(n) for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert "from torch import Tensor, nn" in imports  # of both modules, once
    assert len(imports) == len(set(imports)) and not any("mmadvent" in line for line in imports)
    compile(source, "module", "exec")


@pytest.mark.parametrize("kind", [DomainAdaptSegmentor, SelfInfoDiscriminator])
def test_a_class_that_needs_the_package_is_refused(kind: type) -> None:
    with pytest.raises(InputError) as error:
        modules_source([DeepLabV2Head, kind], "mmseg")
    assert str(error.value) == (
        "a model can be exported if its classes need only torch and mmseg, got DeepLabV2Head, "
        f"{kind.__name__}"
    )
