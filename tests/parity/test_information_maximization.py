"""Information maximisation: whole steps without a source equal SHOT's equations."""

import copy
import math

import pytest
import torch
from mmengine.optim import OptimWrapper
from torch import Tensor, nn

CLASSES, ITERATIONS = 5, 5


def reference_loss(levels: list[tuple[float, Tensor]]) -> Tensor:
    """SHOT's equations over cells (M, C) of each level, with the weights that the tests give."""
    total = 0
    for weight, z in levels:
        p = z.softmax(1)
        scale = math.log(z.shape[1])
        certain = -(p * p.log()).sum(1).mean() / scale
        marginal = p.mean(0)
        diverse = -(marginal * marginal.log()).sum() / scale
        features = z.detach() - z.detach().mean(1, keepdim=True)
        member = p.detach()
        for _ in range(2):
            centroids = [
                (member[:, k, None] * features).sum(0) / member[:, k].sum()
                for k in range(z.shape[1])
            ]
            cosines = [torch.cosine_similarity(features, c[None]) for c in centroids]
            labels = torch.stack(cosines, 1).nan_to_num(nan=-2.0).argmax(1)
            member = torch.eye(z.shape[1])[labels]
        picked = p[torch.arange(len(p)), labels].log().mean()
        total = total + weight * (certain - 0.5 * diverse - 0.3 * picked)
    return total


METHOD = dict(type="InformationMaximization", loss_weight=0.8, diversity_weight=0.5)
SGD = dict(lr=1e-3, momentum=0.9, weight_decay=5e-4)


@pytest.fixture
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def assert_same(ours: nn.Module, reference: nn.Module) -> None:
    for name, value in reference.state_dict().items():
        # The absolute part is for weights that happen to be nearly 0.
        torch.testing.assert_close(ours.state_dict()[name], value, rtol=1e-9, atol=1e-12)


def normalized(images: list[Tensor]) -> Tensor:
    return (torch.stack(images).double() - torch.tensor([104.0, 117.0, 123.0]).view(3, 1, 1)) / 50


def use_double(model: nn.Module) -> None:
    forward = model.data_preprocessor.forward

    def as_double(data, training=False):
        data = forward(data, training)
        return dict(data, inputs=data["inputs"].double())

    model.data_preprocessor.forward = as_double


@pytest.mark.usefixtures("double_precision")
def test_steps_of_a_segmentor_equal_the_equations() -> None:
    from tests.toys import build_segmentor, toy_batch, toy_segmentor

    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[METHOD]))
    use_double(model)
    reference = build_segmentor(toy_segmentor(CLASSES))
    reference.load_state_dict(model.state_dict())
    before = copy.deepcopy(model.state_dict())
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), **SGD))
    sgd = torch.optim.SGD(reference.parameters(), **SGD)
    for step in range(ITERATIONS):
        batch = toy_batch(step, (64, 80), count=2)
        log = model.train_step({"target": batch}, wrapper)
        conv4, conv5 = reference.backbone(normalized(batch["inputs"]))
        maps = (
            (0.8, sum(conv(conv5) for conv in reference.decode_head.branches)),
            (0.16, sum(conv(conv4) for conv in reference.auxiliary_head.branches)),
        )
        loss = reference_loss([(w, z.permute(0, 2, 3, 1).reshape(-1, CLASSES)) for w, z in maps])
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        assert log["loss"].item() == pytest.approx(loss.item(), rel=1e-9)
        assert_same(model, reference)
    assert not any(torch.equal(before[name], p) for name, p in model.named_parameters())


@pytest.mark.usefixtures("double_precision")
def test_steps_of_a_detector_equal_the_equations() -> None:
    from tests import detection_toys as toys

    model = toys.build_detector(toys.toy_ssd(adaptation=[METHOD]))
    use_double(model)
    reference = toys.build_detector(toys.plain_ssd())
    reference.load_state_dict({n: model.state_dict()[n] for n in reference.state_dict()})
    before = copy.deepcopy(model.state_dict())
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), **SGD))
    sgd = torch.optim.SGD(reference.parameters(), **SGD)
    for step in range(ITERATIONS):
        batch = toys.toy_batch(step, (64, 80), count=2)
        log = model.train_step({"target": batch}, wrapper)
        scores, _ = reference.bbox_head(reference.extract_feat(normalized(batch["inputs"])))
        cells = [score.permute(0, 2, 3, 1).reshape(-1, toys.CLASSES + 1) for score in scores]
        anchors = sum(len(z) for z in cells)
        loss = reference_loss([(0.8 * len(z) / anchors, z) for z in cells])
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        assert log["loss"].item() == pytest.approx(loss.item(), rel=1e-9)
        assert_same(model, reference)
    moved = [name for name, p in model.named_parameters() if not torch.equal(before[name], p)]
    assert moved == [name for name, _ in model.named_parameters() if "reg_convs" not in name]
