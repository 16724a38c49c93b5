"""Pseudo-labels on their way from the array to the data sample."""

import numpy as np
import pytest
from mmseg.registry import TRANSFORMS

from mmadvent.segmentation.datasets import PackTargetInputs
from tests.segmentation.datasets.files import one_image
from tests.segmentation.datasets.pseudo_labels import LABELS, PIPELINE, labeled, labels_of


@pytest.mark.parametrize("backend", ["cv2", "pillow"])
def test_they_are_resized_and_flipped_with_the_image(tmp_path, backend):
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    resize = dict(type="Resize", scale=(12, 8), keep_ratio=False, backend=backend)
    flip = dict(type="RandomFlip", prob=1.0)
    data = labeled(tmp_path, (resize, flip), pseudo_labels=str(tmp_path / "labels"))
    expected = LABELS.repeat(2, axis=0).repeat(2, axis=1)[:, ::-1]
    np.testing.assert_array_equal(labels_of(data), expected)
    assert data[0]["inputs"].shape == (3, 8, 12)


def test_meta_keys_may_be_chosen(tmp_path):
    one_image(tmp_path, "images/a.png", "labels/a.png", LABELS)
    results = labeled(tmp_path, pseudo_labels=str(tmp_path / "labels")).get_data_info(0)
    for step in PIPELINE[:2]:
        results = TRANSFORMS.build(step)(results)
    packed = PackTargetInputs(meta_keys=["img_path"]).transform(results)["data_samples"]
    assert set(packed.metainfo) == {"img_path", "pseudo_label_path"}
