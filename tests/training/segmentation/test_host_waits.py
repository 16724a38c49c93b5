"""No step waits for the host: what it logs is read later."""

from collections.abc import Callable

import pytest
import torch
from mmengine.structures import PixelData

from mmadvent.engine import GroupedOptimWrapperConstructor
from mmadvent.models.adaptations import mean_teacher
from mmadvent.segmentation import DomainAdaptSegmentor, domain_adapt_segmentor
from tests.host_waits import NoMethodWaits, NoOperatorWaits
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_optimizers, toy_segmentor

CLASSES = 5
SIZE = (64, 64)
METHODS = {
    "source only": [],
    "advent": SMALL_ADVENT,
    "adaptsegnet": dict(SMALL_ADVENT, type="AdaptSegNet"),
    "minent": dict(type="MinEnt"),
    "minent of a range": dict(type="MinEnt", top_ratio=0.3),
    "class prior": dict(type="ClassPrior", prior=[1 / CLASSES] * CLASSES),
    "pseudo-labels": dict(type="PseudoLabel"),
    "mean teacher": dict(type="MeanTeacher"),
    "adabn": dict(type="AdaBN"),
    "information maximization": dict(type="InformationMaximization"),
}
# Those of an accelerator; without ``fused`` the processor's own take their turns in Python.
SGD = dict(type="SGD", lr=1e-2, momentum=0.9, weight_decay=5e-4, fused=True)
ADAM = dict(type="Adam", lr=1e-3, fused=True)


def step_of(method: dict, device: str, **settings) -> Callable[[], dict]:
    methods = [method] if method else []
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=methods)).to(device)
    if any(len(part.discriminators) for part in model.adaptation):
        optimizers = toy_optimizers(model, dict(optimizer=ADAM), sgd=SGD, **settings)
    else:
        optimizers = GroupedOptimWrapperConstructor(dict(optimizer=SGD, **settings))(model)
    data = dict(source=toy_batch(0, SIZE, CLASSES), target=toy_batch(1, SIZE, CLASSES))
    for sample in data["target"]["data_samples"]:
        sample.pseudo_sem_seg = PixelData(data=sample.gt_sem_seg.data.to(torch.uint8))
    return lambda: model.train_step(data, optimizers)


@pytest.fixture
def nothing_on_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what looks at values that are on the host in any case."""
    whole = (slice(0, SIZE[0]), slice(0, SIZE[1]))
    monkeypatch.setattr(mean_teacher, "_windows", lambda *_: (whole, whole))
    monkeypatch.setattr(DomainAdaptSegmentor, "check_pseudo_labels", lambda *_: None)
    monkeypatch.setattr(domain_adapt_segmentor, "check_source_labels", lambda *_, **__: None)


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_no_step_asks_for_a_value(method: dict, clipped: bool, nothing_on_the_host: None) -> None:
    settings = dict(clip_grad=dict(max_norm=10.0)) if clipped else {}
    step = step_of(method, "cpu", **settings)
    step()  # constants are moved once
    with NoMethodWaits(), NoOperatorWaits():
        log = step()
    assert not any(value.requires_grad for value in log.values())


@pytest.mark.parametrize(
    ("name", "function"),
    [("nonzero", torch.nonzero), ("index", lambda x: x[x > 0]), ("item", lambda x: x.sum().item())],
)
def test_operators_that_wait_are_found(name: str, function: Callable) -> None:
    with NoMethodWaits(), NoOperatorWaits(), pytest.raises(AssertionError, match=f"{name} waits"):
        function(torch.ones(3))


@pytest.mark.cuda
@pytest.mark.parametrize("kind", ["OptimWrapper", "AmpOptimWrapper"])
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_no_step_waits_on_a_gpu(method: dict, kind: str) -> None:
    step = step_of(method, "cuda", type=kind)
    for _ in range(2):
        step()
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    try:
        step()
    finally:
        torch.cuda.set_sync_debug_mode("default")
