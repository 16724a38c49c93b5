"""Five steps of MeanTeacher against straight-line steps written from the DACS paper."""

import copy

import pytest
import torch
from mmengine.optim import OptimWrapper

from mmadvent.models.adaptations import mean_teacher
from tests.parity.segmentation.step_reference import (
    CLASSES,
    SOURCE_SIZE,
    TARGET_SIZE,
    Reference,
    as_double,
    assert_same,
    weights,
)
from tests.toys import build_segmentor, toy_batch, toy_segmentor

ITERATIONS = 5
THRESHOLD = 0.3
LEVELS = {"decode": 1.0, "aux": 0.2}
PASTED_CLASSES = (1, 3)
# The common window of 64 x 64 pixels, of the target and of the source.
HERE, THERE = (slice(0, 64), slice(3, 67)), (slice(5, 69), slice(0, 64))


@pytest.fixture(autouse=True)
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture(autouse=True)
def choices(monkeypatch):
    """What is random is chosen: the classes, and where the window lies."""

    def class_mask(labels, num_classes):
        assert num_classes == CLASSES
        return (labels == PASTED_CLASSES[0]) | (labels == PASTED_CLASSES[1])

    def windows(target, source):
        assert (tuple(target), tuple(source)) == (TARGET_SIZE, SOURCE_SIZE)
        return HERE, THERE

    monkeypatch.setattr(mean_teacher, "random_class_mask", class_mask)
    monkeypatch.setattr(mean_teacher, "_windows", windows)


def mix(source: dict, target: dict, labels: torch.Tensor, share: float) -> tuple:
    """Pixel by pixel: images, labels and weights; the paper's M, x_M and y_M."""
    images, labels = [image.clone() for image in target["inputs"]], labels.clone()
    pixel_weights = torch.full(labels.shape, share)
    for i in range(len(images)):
        j = i % len(source["inputs"])
        of_source = source["data_samples"][j].gt_sem_seg.data[0].tolist()
        for y in range(64):
            for x in range(64):
                label = of_source[y + 5][x]
                if label in PASTED_CLASSES:
                    images[i][:, y, x + 3] = source["inputs"][j][:, y + 5, x]
                    labels[i, y, x + 3] = label
                    pixel_weights[i, y, x + 3] = 1.0
    return images, labels, pixel_weights


@pytest.mark.parametrize(
    ("momentum", "counts"), [(0.99, (2, 2)), (0.7, (1, 2))], ids=["as the paper", "fast"]
)
def test_mean_teacher_equals_the_equations(momentum, counts):
    method = dict(type="MeanTeacher", momentum=momentum, threshold=THRESHOLD)
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[method]))
    model.data_preprocessor.forward = as_double(model.data_preprocessor.forward)
    student = Reference(model)
    network = [model.backbone, model.decode_head, model.auxiliary_head]
    heads = [p for head in network[1:] for p in head.parameters()]
    wrapper = OptimWrapper(
        torch.optim.SGD(
            [
                {"params": model.backbone.parameters(), "lr": 2.5e-4},
                {"params": heads, "lr": 2.5e-3},
            ],
            lr=2.5e-4,
            momentum=0.9,
            weight_decay=5e-4,
        )
    )
    before = [t.clone() for t in weights(*network)]
    for n in range(1, ITERATIONS + 1):
        source = toy_batch(2 * n, SOURCE_SIZE, CLASSES, count=counts[0])
        target = toy_batch(2 * n + 1, TARGET_SIZE, count=counts[1])
        log = model.train_step({"source": source, "target": target}, wrapper)

        student.sgd.zero_grad()
        supervised = student.segmentation_loss(source)
        if n == 1:
            teacher = copy.deepcopy(student)
        with torch.no_grad():
            confidence, labels = teacher.probabilities(target["inputs"])["decode"].max(dim=1)
        share = (confidence >= THRESHOLD).double().mean().item()
        assert 0.05 < share < 0.95
        images, labels, pixel_weights = mix(source, target, labels, share)
        loss = supervised
        for name, p in student.probabilities(images).items():
            cross_entropy = -p.gather(1, labels[:, None])[:, 0].log()
            of_level = LEVELS[name] * (pixel_weights * cross_entropy).mean()
            torch.testing.assert_close(
                log[f"meanteacher.{name}.loss_teacher"], of_level, rtol=1e-9, atol=0
            )
            loss = loss + of_level
        loss.backward()
        student.sgd.step()
        alpha = min(1 - 1 / n, momentum)
        with torch.no_grad():
            for mine, theirs in zip(parameters(teacher), parameters(student), strict=True):
                mine.copy_(alpha * mine + (1 - alpha) * theirs)

        assert log["meanteacher.sure"].item() == pytest.approx(share, rel=1e-9)
        assert log["loss"].item() == pytest.approx(loss.item(), rel=1e-9)
        assert_same(weights(*network), everything(student))
        ours = model.adaptation[0].teacher
        assert_same(of_each_name(ours, model), everything(teacher))
    changed = [not torch.equal(a, b) for a, b in zip(before, weights(*network), strict=True)]
    assert all(changed)


def modules(reference: Reference) -> list[torch.nn.Module]:
    return [reference.backbone, reference.heads["decode"], reference.heads["aux"]]


def parameters(reference: Reference) -> list[torch.Tensor]:
    return [p for module in modules(reference) for p in module.parameters()]


def everything(reference: Reference) -> list[torch.Tensor]:
    return weights(*modules(reference))


def of_each_name(teacher: torch.nn.Module, model: torch.nn.Module) -> list[torch.Tensor]:
    """The teacher's weights in the order of the model's."""
    state = teacher.state_dict()
    order = [name for name in model.state_dict() if not name.startswith("adaptation.")]
    assert set(order) == set(state)
    parts = ("backbone.", "decode_head.", "auxiliary_head.")
    return [state[name] for part in parts for name in order if name.startswith(part)]
