"""Batches whose data samples lie in pinned memory too."""

import pytest
import torch
from mmengine.structures import InstanceData
from mmseg.structures import SegDataSample
from torch import Tensor
from torch.utils.data import DataLoader

from mmadvent.engine import ResumableLoader
from mmadvent.engine.loops.pinnable_batch import PinnableCollate, applied
from tests.toys import toy_batch


def test_every_tensor_is_reached_and_all_else_stays():
    batch = toy_batch(0, (4, 6), 5)
    sample = batch["data_samples"][0]
    sample.set_metainfo(dict(img_path="a.png"))
    sample.boxes = InstanceData(labels=torch.ones(2), names=["x", "y"])
    seen: list[Tensor] = []
    found = applied(lambda x: seen.append(x) or x + 1, dict(batch, number=3, pair=(1, None)))
    assert len(seen) == 3
    (other,) = found["data_samples"]
    assert isinstance(other, SegDataSample) and other is not sample
    assert torch.equal(other.gt_sem_seg.data, sample.gt_sem_seg.data + 1)
    assert torch.equal(other.boxes.labels, torch.full((2,), 2.0))
    assert other.boxes.names == ["x", "y"] and other.img_path == "a.png"
    assert found["number"] == 3 and found["pair"] == (1, None)
    assert torch.equal(found["inputs"][0], batch["inputs"][0] + 1)


def test_a_loader_that_pins_gives_the_batches_of_one_that_does_not():
    data = [torch.tensor([index]) for index in range(4)]
    batches = []
    for pin in (False, True):
        loader = DataLoader(data, batch_size=2, collate_fn=collate, pin_memory=pin)
        stream = ResumableLoader(loader, (0,))
        batches.append([torch.cat(next(stream)["inputs"]).tolist() for _ in range(2)])
    assert batches[0] == batches[1]


def collate(samples: list) -> dict:
    return dict(inputs=list(samples))


@pytest.mark.cuda
def test_labels_are_pinned_on_the_way_to_a_gpu():
    batch = PinnableCollate(lambda samples: samples[0])([toy_batch(0, (4, 6), 5)]).pin_memory()
    assert batch.contents["inputs"][0].is_pinned()
    assert batch.contents["data_samples"][0].gt_sem_seg.data.is_pinned()
