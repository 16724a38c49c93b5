"""The pseudo-labels of a batch, and when the training step reads them."""

import copy

import pytest
import torch
from mmengine.optim import OptimWrapper
from mmengine.structures import PixelData

from mmadvent.errors import InputError
from mmadvent.models.adaptations import Adaptation
from tests.toys import build_segmentor, toy_batch, toy_segmentor

CLASSES = 5
PSEUDO_LABEL = dict(type="PseudoLabel")
MINENT = dict(type="MinEnt", loss_weight=0.1)


def labeled(batch: dict, seed: int = 0, largest: int = CLASSES - 1) -> dict:
    """The batch with pseudo-labels, some 255, as PackTargetInputs packs them."""
    generator = torch.Generator().manual_seed(seed)
    for number, (image, sample) in enumerate(
        zip(batch["inputs"], batch["data_samples"], strict=True)
    ):
        labels = torch.randint(0, CLASSES + 1, (1, *image.shape[1:]), generator=generator)
        labels[labels == CLASSES] = 255
        labels[0, 3, 4] = largest
        sample.pseudo_sem_seg = PixelData(data=labels.to(torch.uint8))
        sample.set_metainfo(dict(pseudo_label_path=f"labels/{number}.png"))
    return batch


def sgd(model: torch.nn.Module) -> OptimWrapper:
    return OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.01))


def step(model: torch.nn.Module, target: dict) -> dict[str, torch.Tensor]:
    source = toy_batch(0, (64, 72), CLASSES, count=2)
    return model.train_step({"source": source, "target": target}, sgd(model))


def refusal(target: dict, **changes) -> str:
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[PSEUDO_LABEL], **changes))
    with pytest.raises(InputError) as error:
        step(model, target)
    return str(error.value)


def test_what_is_padded_has_no_label():
    model = build_segmentor(toy_segmentor(CLASSES))
    batch = labeled(toy_batch(1, (64, 64), count=2))
    small = batch["data_samples"][1].pseudo_sem_seg.data[:, :40, :56].clone()
    batch["inputs"][1] = batch["inputs"][1][:, :40, :56]
    del batch["data_samples"][1].pseudo_sem_seg
    batch["data_samples"][1].pseudo_sem_seg = PixelData(data=small)
    data = model.data_preprocessor(batch, training=True)
    labels = model.read_pseudo_labels(**data)
    assert labels.dtype == torch.int64
    assert labels.shape == (2, 64, 64) == (2, *data["inputs"].shape[2:])
    assert torch.equal(labels[0], batch["data_samples"][0].pseudo_sem_seg.data[0].long())
    assert torch.equal(labels[1, :40, :56], small[0].long())
    padded = torch.ones(64, 64, dtype=torch.bool)
    padded[:40, :56] = False
    assert (labels[1][padded] == 255).all()


def test_the_step_hands_them_to_the_method():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[MINENT, PSEUDO_LABEL]))
    seen = {}
    method = model.adaptation[1]
    original = method.target_losses
    method.target_losses = lambda step: seen.update(target=step.target) or original(step)
    batch = labeled(toy_batch(1, count=2))
    expected = torch.cat([x.pseudo_sem_seg.data for x in batch["data_samples"]]).long()
    log = step(model, batch)
    assert torch.equal(seen["target"].pseudo_labels, expected)
    assert torch.equal(seen["target"].detach().pseudo_labels, expected)
    share = (expected != 255).float().mean()
    torch.testing.assert_close(log["pseudolabel.labelled"], share)
    assert {"pseudolabel.decode.loss_pseudo", "pseudolabel.aux.loss_pseudo"} < set(log)


class Untouchable(Adaptation):
    def target_losses(self, step):
        assert step.target.pseudo_labels is None
        return {"loss": 0 * step.target.levels[0].upsampled().mean()}


@pytest.mark.parametrize("adaptation", [[], [MINENT], [MINENT, dict(PSEUDO_LABEL, loss_weight=0)]])
def test_without_an_active_method_that_needs_them_they_are_not_read(adaptation):
    weights = []
    for with_labels in (False, True):
        model = build_segmentor(toy_segmentor(CLASSES, adaptation=adaptation))
        model.adaptation.append(Untouchable())
        # Class 99 is refused where it is read.
        batch = toy_batch(1)
        step(model, labeled(batch, largest=99) if with_labels else batch)
        weights.append(copy.deepcopy(model.state_dict()))
    for name, value in weights[0].items():
        assert torch.equal(value, weights[1][name]), name


def test_samples_without_pseudo_labels():
    assert refusal(toy_batch(1)) == (
        "PseudoLabel needs the target's pseudo-labels: set "
        "target_dataloader.dataset.pseudo_labels to the folder that "
        "tools/make_pseudo_labels.py wrote, and have LoadPseudoLabels and PackTargetInputs in its "
        "pipeline"
    )


@pytest.mark.parametrize("largest", [CLASSES, 254])
def test_class_index_out_of_range(largest):
    batch = labeled(toy_batch(1, count=2))
    batch["data_samples"][1].pseudo_sem_seg.data[0, 5, 6] = largest
    assert refusal(batch) == (
        "the pseudo-label 'labels/1.png' must hold the indices of 5 classes, 0-4, or 255, got "
        f"{largest}"
    )


def test_labels_that_were_not_moved_with_the_image():
    batch = labeled(toy_batch(1))
    batch["inputs"][0] = batch["inputs"][0][:, :60]
    assert refusal(batch) == (
        "the pseudo-label 'labels/0.png' must leave the target's pipeline at its image's size, "
        "(60, 64), got (64, 64)"
    )


def test_a_level_that_is_left_out_has_no_weight():
    changes = dict(level_weights=[1.0, 0.0])
    weights = dict(decode=1.0, aux=0.1)
    with pytest.raises(InputError) as error:
        build_segmentor(
            toy_segmentor(
                CLASSES, adaptation=[dict(PSEUDO_LABEL, level_weights=weights)], **changes
            )
        )
    assert str(error.value) == (
        "PseudoLabel.level_weights must have one weight for each level of the network (decode), "
        "got decode, aux"
    )
