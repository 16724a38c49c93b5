"""What all tests of the detection half have in common."""

import pytest
from mmengine.registry import init_default_scope


@pytest.fixture(autouse=True, scope="module")
def scope():
    """Tests that ran before may have left the other half's."""
    init_default_scope("mmdet")
