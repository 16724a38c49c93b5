"""What all tests of the benchmarks have in common."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread():
    """At tiny sizes a second thread costs more than it gives."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
