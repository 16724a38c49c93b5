"""The distributed wrapper's own refusals."""

import pytest
from mmengine.model.utils import convert_sync_batchnorm
from torch import nn

from mmadvent.engine import AdaptationDistributedDataParallel
from mmadvent.errors import InputError


def test_synchronised_norms_are_refused_on_the_cpu() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.BatchNorm2d(4))
    model = convert_sync_batchnorm(model, "torch")  # what `sync_bn='torch'` does
    with pytest.raises(InputError) as error:
        AdaptationDistributedDataParallel(model, device_ids=None)
    assert str(error.value) == (
        "batch norms are synchronised on an accelerator only: on the CPU leave out sync_bn and use "
        "BN in place of SyncBN, got 2 SyncBatchNorm layers"
    )
