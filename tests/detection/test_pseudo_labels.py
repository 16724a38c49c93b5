"""Pseudo-labels are of pixels: a detector has none."""

import pytest

from mmadvent.errors import InputError
from tests.detection_toys import build_detector, toy_ssd


def test_a_method_that_needs_them_is_refused():
    with pytest.raises(InputError) as error:
        build_detector(toy_ssd(adaptation=[dict(type="PseudoLabel")]))
    assert str(error.value) == (
        "PseudoLabel needs a model that reads pseudo-labels, such as DomainAdaptSegmentor, got "
        "DomainAdaptDetector"
    )
