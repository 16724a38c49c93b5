"""MeanTeacher: what is mixed, and what the teacher is and is not a part of."""

from dataclasses import replace

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmadvent.engine import CPUAmpOptimWrapper, UDAOptimWrapperConstructor
from mmadvent.errors import InputError
from mmadvent.export.plain import export
from mmadvent.export.segmentor import MMSEG
from mmadvent.models import MeanTeacher
from mmadvent.models.adaptations import mean_teacher
from mmadvent.structures import DomainOutput
from tests.detection_toys import build_detector, toy_retinanet, toy_ssd
from tests.steps import step_of
from tests.toys import SMALL_ADVENT, build_segmentor, toy_batch, toy_segmentor

CLASSES = 5
METHOD = dict(type="MeanTeacher", threshold=0.3)
SIZE = (64, 64)


def segmentor(*more: dict, **changes: object) -> nn.Module:
    return build_segmentor(toy_segmentor(CLASSES, adaptation=[METHOD, *more], **changes))


def sgd(model: nn.Module, **settings: object) -> OptimWrapper:
    return OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9), **settings)


def domains(seed: int, source: tuple[int, int] = SIZE, counts: tuple[int, int] = (1, 1)) -> dict:
    return {
        "source": toy_batch(seed, source, CLASSES, count=counts[0]),
        "target": toy_batch(seed + 100, SIZE, count=counts[1]),
    }


def teacher_of(model: nn.Module) -> dict[str, Tensor]:
    """Copies of its weights, without the running statistics, which every pass moves."""
    state = model.adaptation[0].teacher.state_dict()
    return {k: v.clone() for k, v in state.items() if "running" not in k and "num_batches" not in k}


def network_of(model: nn.Module) -> dict[str, Tensor]:
    parameters = model.named_parameters()
    return {k: p.detach().clone() for k, p in parameters if not k.startswith("adaptation.")}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    assert one.keys() == other.keys()
    return all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Images, labels and weights of each mix; pasted is where the source's label is 1."""
    mixes: list[tuple] = []
    mixed = mean_teacher._mixed

    def recorded(step, labels, share, num_classes):
        mix = mixed(step, labels.clone(), share, num_classes)
        mixes.append((step, labels, share, *mix))
        return mix

    monkeypatch.setattr(mean_teacher, "_mixed", recorded)
    monkeypatch.setattr(mean_teacher, "random_class_mask", lambda labels, _: labels == 1)
    return mixes


@pytest.mark.parametrize("size", [(64, 64), (40, 48), (80, 96), (40, 96)])
def test_a_window_of_the_source_is_pasted_whatever_its_size(seen, size):
    segmentor_ = segmentor()
    segmentor_.train_step(domains(0, size), sgd(segmentor_))
    ((step, teachers, share, images, labels, weights),) = seen
    assert images.shape == step.target.images.shape
    assert 0 < share < 1
    height, width = min(64, size[0]), min(64, size[1])

    def fits(y: int, x: int, from_y: int, from_x: int) -> bool:
        here = slice(y, y + height), slice(x, x + width)
        there = slice(from_y, from_y + height), slice(from_x, from_x + width)
        expected = step.target.images[0].clone(), teachers[0].clone(), share.expand(SIZE).clone()
        mask = step.source.labels[0][there] == 1
        expected[0][:, here[0], here[1]][:, mask] = step.source.images[0][:, *there][:, mask]
        expected[1][here][mask] = 1
        expected[2][here][mask] = 1.0
        found = images[0], labels[0], weights[0]
        return all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))

    places = [
        (y, x, from_y, from_x)
        for y in range(64 - height + 1)
        for x in range(64 - width + 1)
        for from_y in range(size[0] - height + 1)
        for from_x in range(size[1] - width + 1)
    ]
    assert sum(fits(*place) for place in places) == 1


def test_windows_are_drawn_over_the_whole_range():
    torch.manual_seed(0)
    drawn = {str(mean_teacher._windows((4, 6), (6, 4))) for _ in range(200)}
    assert len(drawn) == 9  # three starts in the source's rows, three in the target's columns
    here, there = mean_teacher._windows((4, 6), (4, 6))
    assert here == there == (slice(0, 4), slice(0, 6))


@pytest.mark.parametrize("counts", [(1, 3), (3, 2), (2, 3)])
def test_batches_may_differ(seen, counts):
    model = segmentor()
    model.train_step(domains(0, counts=counts), sgd(model))
    ((step, _, share, images, labels, weights),) = seen
    assert len(images) == len(labels) == len(weights) == counts[1]
    for index in range(counts[1]):
        other = index % counts[0]
        pasted = step.source.labels[other] == 1
        of_source, of_target = step.source.images[other], step.target.images[index]
        assert torch.equal(images[index], of_source.where(pasted, of_target))
        assert torch.equal(weights[index] == 1, pasted)
        assert (weights[index][~pasted] == share).all()


def test_without_a_source_nothing_is_mixed(seen):
    model = segmentor()
    log = model.train_step({"target": toy_batch(100, SIZE)}, sgd(model))
    ((step, teachers, share, images, labels, weights),) = seen
    assert step.source is None
    assert torch.equal(images, step.target.images)
    assert torch.equal(labels, teachers)
    assert (weights == share).all()
    levels = [log[f"meanteacher.{name}.loss_teacher"] for name in ("decode", "aux")]
    assert set(log) == {"loss", "meanteacher.sure"} | {
        f"meanteacher.{name}.loss_teacher" for name in ("decode", "aux")
    }
    torch.testing.assert_close(log["loss"], sum(levels))


@pytest.mark.parametrize("preprocessed", [dict(mean=[90.0] * 3, std=[40.0] * 3), dict()])
def test_colors_change_where_0_is_black_and_the_teacher_sees_none_of_it(seen, preprocessed):
    method = dict(METHOD, color_jitter=0.25)
    preprocessor = dict(type="SegDataPreProcessor", size=SIZE, **preprocessed)
    config = toy_segmentor(CLASSES, adaptation=[method], data_preprocessor=preprocessor)
    model = build_segmentor(config)
    entered = []
    target_forward = model.target_forward
    model.target_forward = lambda *inputs: entered.append(inputs[0]) or target_forward(*inputs)
    torch.manual_seed(1)
    model.train_step(domains(0), sgd(model))
    ((_, _, _, mixed_images, _, _),) = seen
    (jittered,) = entered
    mean, std = (40.0, 90.0)[::-1] if preprocessed else (0.0, 1.0)
    before, after = mixed_images * std + mean, jittered * std + mean
    # Affine in each pixel's own channels and their mean: black stays black but for the contrast.
    gray = before.mean(dim=1, keepdim=True)
    basis = torch.stack([before.flatten(), gray.expand_as(before).flatten()], dim=1)
    basis = torch.cat([basis, torch.ones(len(basis), 1)], dim=1).double()
    solution = torch.linalg.lstsq(basis, after.flatten().double()[:, None]).solution
    torch.testing.assert_close(
        basis @ solution, after.flatten().double()[:, None], rtol=1e-3, atol=0.05
    )
    assert not torch.allclose(before, after, atol=1.0)


def test_each_mixed_image_is_blurred_or_left(seen):
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[dict(METHOD, blur=0.5)]))
    entered = []
    target_forward = model.target_forward
    model.target_forward = lambda *inputs: entered.append(inputs[0]) or target_forward(*inputs)
    torch.manual_seed(0)
    model.train_step(domains(0, counts=(2, 12)), sgd(model))
    ((_, _, _, mixed_images, _, _),) = seen
    left = [torch.equal(one, other) for one, other in zip(mixed_images, entered[0], strict=True)]
    assert 2 <= sum(left) <= 10


def test_positions_that_do_not_count_have_no_weight():
    model = segmentor()
    step = step_of(DomainOutput(torch.randn(1, 3, *SIZE)), network=model)
    method, forward = model.adaptation[0], model.target_forward
    assert method.further_losses(step)["decode.loss_teacher"] > 0

    def masked(inputs: Tensor, mask: Tensor | None) -> DomainOutput:
        output, nowhere = forward(inputs), torch.zeros(1, *SIZE, dtype=torch.bool)
        return replace(output, levels=tuple(replace(x, mask=nowhere) for x in output.levels))

    model.target_forward = masked
    assert method.further_losses(step)["decode.loss_teacher"] == 0


def test_the_teacher_is_saved_and_loaded_with_its_number_of_updates(tmp_path):
    model = segmentor()
    optimizer = sgd(model)
    for step in range(3):
        model.train_step(domains(step), optimizer)
    state = model.state_dict()
    names = [name for name in state if not name.startswith("adaptation.")]
    teachers = {f"adaptation.0.teacher.{name}" for name in names}
    assert set(state) == set(names) | teachers | {"adaptation.0._extra_state"}
    torch.save(state, tmp_path / "weights.pth")

    other = segmentor()
    other.load_state_dict(torch.load(tmp_path / "weights.pth", weights_only=True))
    assert other.adaptation[0].updates == model.adaptation[0].updates == 3
    assert same(teacher_of(other), teacher_of(model))
    assert not same(teacher_of(model), network_of(model))
    before = teacher_of(other)
    other.train_step(domains(3), sgd(other))
    moved, network = teacher_of(other), network_of(other)
    for name, old in before.items():  # 1 - 1 / 4 in the fourth update
        torch.testing.assert_close(moved[name], 0.75 * old + 0.25 * network[name])


@pytest.mark.parametrize("paramwise", [None, dict(custom_keys={"head": dict(lr_mult=10.0)})])
@pytest.mark.parametrize("kind", [DefaultOptimWrapperConstructor, UDAOptimWrapperConstructor])
def test_no_optimizer_holds_the_teacher(kind, paramwise):
    config = dict(optimizer=dict(type="SGD", lr=1e-2))
    if kind is UDAOptimWrapperConstructor:
        model = segmentor(SMALL_ADVENT)
        config["discriminator"] = config.copy()
        wrappers = list(kind(config, paramwise)(model).values())
    else:
        model = segmentor()
        wrappers = [kind(config, paramwise)(model)]
    teacher = model.adaptation[0].teacher
    assert list(teacher.parameters()) == []
    tensors = teacher.state_dict(keep_vars=True).values()
    assert not any(tensor.requires_grad for tensor in tensors)
    held = [p for wrapper in wrappers for g in wrapper.optimizer.param_groups for p in g["params"]]
    assert {id(p) for p in model.parameters()} == {id(p) for p in held}
    assert not {t.data_ptr() for t in tensors} & {p.data_ptr() for p in held}


def test_the_teacher_moves_only_when_the_optimizer_steps():
    model = segmentor()
    optimizer = sgd(model, accumulative_counts=2)
    teachers, networks = [], []
    for step in range(4):
        model.train_step(domains(step), optimizer)
        teachers.append(teacher_of(model))
        networks.append(network_of(model))
    assert model.adaptation[0].updates == 2
    assert same(teachers[1], networks[1])  # the first update takes the network over
    assert same(teachers[2], teachers[1])
    for name, tensor in teachers[3].items():
        torch.testing.assert_close(tensor, (teachers[1][name] + networks[3][name]) / 2)


def test_the_teacher_starts_as_the_network_that_was_loaded():
    model = segmentor()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.01)
    loaded = network_of(model)
    model.train_step(domains(0), sgd(model, accumulative_counts=2))
    assert same(teacher_of(model), loaded)


def test_initial_weights_leave_the_teacher_alone():
    init_default_scope("mmseg")
    model = MODELS.build(toy_segmentor(CLASSES, adaptation=[METHOD]))
    teacher, network = teacher_of(model), network_of(model)
    model.init_weights()
    assert same(teacher_of(model), teacher)
    assert not same(network_of(model), network)


def test_of_the_teacher_the_norms_alone_are_in_training_mode():
    head = dict(type="FCNHead", in_channels=32, channels=8, num_convs=1, dropout_ratio=0.5)
    loss = dict(type="CrossEntropyLoss", avg_non_ignore=True)
    head |= dict(in_index=0, num_classes=CLASSES, loss_decode=loss, norm_cfg=dict(type="BN"))
    model = segmentor(auxiliary_head=head)
    teacher = model.adaptation[0].teacher
    for mode in (True, False, True):
        model.train(mode)
        kinds = {isinstance(m, nn.BatchNorm2d): set() for m in teacher.modules()}
        for module in teacher.modules():
            kinds[isinstance(module, nn.BatchNorm2d)].add(module.training)
        assert kinds == {True: {mode}, False: {False}}
    assert any(isinstance(m, nn.Dropout2d) and m.training for m in model.modules())


def test_bfloat16_stays_finite_and_close():
    logs = []
    for kind in (OptimWrapper, CPUAmpOptimWrapper):
        model = segmentor()
        torch.manual_seed(1)  # of the classes
        optimizer = kind(optimizer=torch.optim.SGD(model.parameters(), lr=1e-2))
        logs.append(model.train_step(domains(0), optimizer))
        assert all(t.isfinite().all() for t in model.state_dict().values())
        assert all(t.dtype == torch.float32 for t in teacher_of(model).values())
    for name in ("decode", "aux"):
        key = f"meanteacher.{name}.loss_teacher"
        assert logs[1][key].dtype == torch.float32
        torch.testing.assert_close(logs[1][key], logs[0][key], rtol=0.1, atol=1e-3)


def test_an_export_has_the_network_alone(tmp_path):
    model = segmentor()
    model.train_step(domains(0), sgd(model))
    torch.save(dict(meta={}, state_dict=model.state_dict()), tmp_path / "trained.pth")
    pipeline = [dict(type="LoadImageFromFile"), dict(type="PackSegInputs")]
    config = Config(
        dict(
            default_scope="mmseg",
            model=toy_segmentor(CLASSES, adaptation=[METHOD]),
            test_pipeline=pipeline,
        )
    )
    export(MMSEG, config, "plain", str(tmp_path / "trained.pth"), tmp_path / "out")
    exported = torch.load(tmp_path / "out/plain.pth", weights_only=True)["state_dict"]
    network = {k: v for k, v in model.state_dict().items() if not k.startswith("adaptation.")}
    assert same(exported, network)
    # As text: the config adds its folder to the process's path.
    assert "adaptation" not in (tmp_path / "out/plain.py").read_text()


@pytest.mark.parametrize("config", [toy_ssd, toy_retinanet])
def test_a_detector_is_refused(config):
    with pytest.raises(InputError) as error:
        build_detector(config(adaptation=[dict(type="MeanTeacher")]))
    assert str(error.value) == (
        "MeanTeacher needs a network that labels pixels, such as DomainAdaptSegmentor, got "
        "DomainAdaptDetector"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (dict(loss_weight=-1), "loss_weight must be a finite number >= 0, got -1"),
        (dict(momentum=1.0), "MeanTeacher.momentum must be in [0, 1), got 1.0"),
        (dict(momentum=-0.1), "MeanTeacher.momentum must be in [0, 1), got -0.1"),
        (dict(threshold=1.5), "MeanTeacher.threshold must be in [0, 1], got 1.5"),
        (dict(threshold="high"), "MeanTeacher.threshold must be in [0, 1], got 'high'"),
    ],
)
def test_arguments_outside_their_range_are_refused(arguments, sentence):
    with pytest.raises(InputError) as error:
        MeanTeacher(**arguments)
    assert str(error.value) == sentence


def test_an_inactive_one_costs_nothing():
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[dict(METHOD, loss_weight=0)]))
    assert model.adaptation[0].teacher is None
    assert not any(".teacher." in name for name in model.state_dict())
    assert set(model.train_step(domains(0), sgd(model))) >= {"loss", "decode.loss_ce"}
