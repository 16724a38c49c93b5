"""What mmseg lacks of a segmentor."""

import pytest
from mmengine.registry import init_default_scope

import mmadvent.segmentation  # noqa: F401  (registers the parts)
from mmadvent.errors import InputError
from mmadvent.export.segmentor import MMSEG, lacking
from tests.toys import toy_segmentor


@pytest.fixture(autouse=True)
def mmseg() -> None:
    init_default_scope("mmseg")


def test_the_deeplab_classes_are_written_out() -> None:
    model = toy_segmentor(type=MMSEG.models["DomainAdaptSegmentor"]).to_dict()
    exported, source = lacking(model)
    assert exported is model
    assert "class DeepLabResNet(ResNet):" in source and "class DeepLabV2Head(" in source
    assert "import mmadvent" not in source and "from mmadvent" not in source


def test_a_model_of_upstreams_classes_needs_no_module() -> None:
    model = dict(type="EncoderDecoder", backbone=dict(type="ResNet"), decode_head=None)
    assert lacking(model) == (model, "")


def test_a_class_that_needs_the_package_is_refused() -> None:
    with pytest.raises(InputError, match="need only torch and mmseg, got DomainAdaptSegmentor$"):
        lacking(dict(type="DomainAdaptSegmentor"))
