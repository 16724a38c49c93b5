"""One more decoder for mmcv's loader, which stays what mmseg's and mmdet's tools look for."""

import pickle

import mmcv
import pytest
from mmcv.transforms import LoadImageFromFile
from mmdet.datasets.utils import get_loading_pipeline
from mmdet.registry import TRANSFORMS

import mmadvent.detection  # noqa: F401  (offers the loader)
from mmadvent.io.load_image import BACKEND
from mmadvent.io.load_image import LoadImageFromFile as Ours

LOAD = dict(type="LoadImageFromFile", imdecode_backend=BACKEND)


def test_upstream_has_no_way_to_add_a_decoder() -> None:
    with pytest.raises(ValueError, match="Supported backends are"):
        mmcv.imfrombytes(b"", backend=BACKEND)


def test_the_registered_class_is_mmcvs_and_builds_ours() -> None:
    assert TRANSFORMS.get("LoadImageFromFile") is LoadImageFromFile
    assert type(TRANSFORMS.build(LOAD)) is Ours
    assert type(TRANSFORMS.build(dict(LOAD, imdecode_backend="cv2"))) is Ours
    assert type(LoadImageFromFile()) is Ours
    assert type(Ours()) is Ours
    assert type(TRANSFORMS.build(dict(type="mmdet.LoadImageFromNDArray"))) is not Ours


@pytest.mark.parametrize("loader", [LoadImageFromFile(), Ours(imdecode_backend=BACKEND)])
def test_workers_get_what_was_built(loader: LoadImageFromFile) -> None:
    copy = pickle.loads(pickle.dumps(loader))
    assert type(copy) is type(loader) and vars(copy) == vars(loader)


def test_mmdets_tools_find_the_loading_steps() -> None:
    steps = [LOAD, dict(type="LoadAnnotations", with_bbox=True), dict(type="PackDetInputs")]
    assert get_loading_pipeline(steps) == steps[:2]
