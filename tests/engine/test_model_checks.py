"""A model against its loop, its data and its optimizers, each refusal in one sentence."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import nn
from torch.distributed.optim import ZeroRedundancyOptimizer

from mmadvent.engine.model_checks import (
    check_adapts,
    check_class_names,
    check_image_size,
    check_optimizers,
    check_plain,
    check_preprocessor,
)
from mmadvent.engine.preflight.whole_config import check_training
from mmadvent.errors import InputError
from tests.toys import (
    SMALL_ADVENT,
    build_segmentor,
    toy_batch,
    toy_segmentor,
    toy_training,
    write_domains,
)

SGD = dict(type="SGD", lr=0.01)
NO_BATCH = (
    "model.data_preprocessor must make a batch of images, as SegDataPreProcessor and "
    "DetDataPreprocessor do, got none"
)
ADAM = dict(type="Adam", lr=0.001)
PLAIN = dict(type="EncoderDecoder")
NEEDS_TWO = (
    "model.type='DomainAdaptSegmentor' trains on two domains and needs "
    "train_cfg.type='UDATrainLoop', got '{}'"
)
NEEDS_STEP = (
    "train_cfg.type='UDATrainLoop' needs model.type to be DomainAdaptSegmentor or "
    "DomainAdaptDetector, got {}"
)


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return build_segmentor(toy_segmentor(5, adaptation=[SMALL_ADVENT]))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"), source=1, target=1, val=1)


def refusal(check: Any, *arguments: Any) -> str:
    with pytest.raises(InputError) as error:
        check(*arguments)
    return str(error.value)


def refused_training(config: Config) -> str:
    text = refusal(check_training, config)
    assert not Path(config.work_dir).exists()
    return text


def test_models_make_batches(model: nn.Module) -> None:
    check_preprocessor(model)
    check_preprocessor(nn.Linear(1, 1))
    bare = build_segmentor(dict(toy_segmentor(5), data_preprocessor=None))
    assert refusal(check_preprocessor, bare) == NO_BATCH
    ensemble = nn.Module()
    ensemble.members = nn.ModuleList([model, bare])
    assert refusal(check_preprocessor, ensemble) == NO_BATCH


def test_the_loop_of_a_model(model: nn.Module) -> None:
    check_adapts(model)
    assert refusal(check_adapts, nn.Linear(1, 1)) == NEEDS_STEP.format("Linear")
    check_plain(nn.Linear(1, 1), "IterBasedTrainLoop")
    assert refusal(check_plain, model, "a") == NEEDS_TWO.format("a")


@pytest.mark.parametrize(
    ("loop", "name"),
    [
        (dict(type="IterBasedTrainLoop", max_iters=1), "IterBasedTrainLoop"),
        (dict(type="EpochBasedTrainLoop", max_epochs=1), "EpochBasedTrainLoop"),
        (dict(by_epoch=False, max_iters=1), "IterBasedTrainLoop"),
        (dict(by_epoch=True, max_epochs=1), "EpochBasedTrainLoop"),
    ],
)
def test_an_adapting_model_with_a_loop_of_mmengines(
    data: Path, tmp_path: Path, loop: dict, name: str
) -> None:
    config = toy_training(data, tmp_path / "run")
    config.train_cfg = loop
    assert refused_training(config) == NEEDS_TWO.format(name)


def test_a_plain_model_with_the_loop_over_two_domains(data: Path, tmp_path: Path) -> None:
    config = toy_training(data, tmp_path / "run")
    config.model.type = "EncoderDecoder"
    del config.model.adaptation
    assert refused_training(config) == NEEDS_STEP.format("EncoderDecoder")
    # Without the check before it, the runner says the same.
    del config.optim_wrapper["constructor"], config.optim_wrapper["discriminator"]
    assert refusal(Runner.from_cfg(config).train) == NEEDS_STEP.format("EncoderDecoder")


def test_a_step_on_a_batch_of_one_domain(model: nn.Module) -> None:
    batch = toy_batch(0, num_classes=5)
    assert refusal(model.train_step, batch, None) == (
        "DomainAdaptSegmentor trains on a batch of each domain, as UDATrainLoop hands them on, got "
        "a batch of inputs, data_samples"
    )


def of_classes(*names: str) -> SimpleNamespace:
    return SimpleNamespace(metainfo=dict(classes=names))


def test_names_of_classes() -> None:
    class Prior(SimpleNamespace):
        active, classes = True, ("road", "car", "sky")

    model = SimpleNamespace(adaptation=[Prior()])
    check_class_names(model, of_classes("road", "car", "sky"))
    check_class_names(model, of_classes("road", "car"))  # and a detector's background
    check_class_names(nn.Linear(1, 1), of_classes("road"))
    must = "the classes of Prior must be those of SimpleNamespace, in this order: number {}"
    assert refusal(check_class_names, model, of_classes("road", "sky", "car")) == (
        must.format("1 must be 'sky', got 'car'")
    )
    assert refusal(check_class_names, model, of_classes("road", "car", "sky", "sea")) == (
        must.format("3 must be 'sea', got 'none'")
    )
    model.adaptation[0].classes = None
    check_class_names(model, of_classes("any"))


def test_a_prior_of_other_classes_is_refused(data: Path, tmp_path: Path) -> None:
    config = toy_training(data, tmp_path / "run")
    names = [f"class {index}" for index in range(19)]
    prior = tmp_path / "prior.json"
    prior.write_text(json.dumps(dict(classes=names, prior=[1 / 19] * 19)))
    config.model.adaptation = [SMALL_ADVENT, dict(type="ClassPrior", prior=str(prior))]
    sentence = (
        "the classes of ClassPrior must be those of GTA5Dataset, in this order: number 0 must be "
        "'road', got 'class 0'"
    )
    assert refused_training(config) == sentence
    assert refusal(Runner.from_cfg(config).train) == sentence


def sample(height: int, width: int) -> dict:
    batch = toy_batch(0, (height, width))
    return dict(inputs=batch["inputs"][0], data_samples=batch["data_samples"][0])


def test_images_too_small_for_a_discriminator(model: nn.Module) -> None:
    check_image_size(model, sample(32, 32), "target")
    assert refusal(check_image_size, model, sample(48, 31), "target") == (
        "the target's images must be at least 32 pixels high and wide for the discriminators, got "
        "48x31 after the pipeline"
    )
    check_image_size(build_segmentor(toy_segmentor(5)), sample(8, 8), "target")


@pytest.mark.parametrize("domain", ["source", "target"])
def test_small_images_are_refused_before_a_run(data: Path, tmp_path: Path, domain: str) -> None:
    config = toy_training(data, tmp_path / "run")
    loader = config.train_dataloader if domain == "source" else config.target_dataloader
    loader.dataset.pipeline.insert(-1, dict(type="Resize", scale=(40, 16), keep_ratio=False))
    assert refused_training(config) == (
        f"the {domain}'s images must be at least 32 pixels high and wide for the discriminators, "
        "got 16x40 after the pipeline"
    )


def settings(**changes: Any) -> dict:
    return dict(
        constructor="UDAOptimWrapperConstructor", optimizer=SGD, discriminator=dict(optimizer=ADAM)
    ) | changes  # fmt: skip


RATE = "must be a finite number >= 0, got"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (dict(optimizer=dict(SGD, lr=-1)), f"optim_wrapper.optimizer.lr {RATE} -1"),
        (dict(optimizer=dict(SGD, lr="1")), f"optim_wrapper.optimizer.lr {RATE} '1'"),
        (
            dict(optimizer=dict(SGD, weight_decay=-1.0)),
            f"optim_wrapper.optimizer.weight_decay {RATE} -1.0",
        ),
        (
            dict(discriminator=dict(optimizer=dict(ADAM, lr=float("nan")))),
            f"optim_wrapper.discriminator.optimizer.lr {RATE} nan",
        ),
        (
            dict(paramwise_cfg=dict(custom_keys=dict(decode_head=dict(lr_mult=-10.0)))),
            f"a learning rate of optim_wrapper.paramwise_cfg {RATE} -0.1",
        ),
        (
            dict(optimizer=dict(SGD, momentum=-1)),
            "optim_wrapper cannot be built: Invalid momentum value: -1",
        ),
        (
            dict(discriminator=dict(optimizer=dict(ADAM, betas=(2, 0)))),
            "optim_wrapper cannot be built: Invalid beta parameter at index 0: 2",
        ),
    ],
)
def test_optimizers(model: nn.Module, changes: dict, text: str) -> None:
    assert refusal(check_optimizers, model, settings(**changes)) == text


def test_misspelt_settings_of_an_optimizer(model: nn.Module) -> None:
    for kind in ("OptimWrapper", "mmengine.OptimWrapper", OptimWrapper):
        wrong = settings(type=kind, optimizer=dict(SGD, momentun=0.9))
        text = refusal(check_optimizers, model, wrong)
        assert text.startswith("optim_wrapper cannot be built: ") and "momentun" in text


def test_good_optimizers(model: nn.Module, capsys: pytest.CaptureFixture) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    rates = dict(custom_keys=dict(decode_head=dict(lr_mult=10.0)))
    check_optimizers(model, settings(paramwise_cfg=rates))
    assert capsys.readouterr().out == ""  # upstream would tell of every parameter
    check_optimizers(model, settings(optimizer=dict(type="RepeatedSGD", lr=0, repeats=3)))
    # Those that need a process group or another library are left to the run.
    check_optimizers(model, settings(optimizer=dict(type="ZeroRedundancyOptimizer", lr=1)))
    check_optimizers(model, settings(optimizer=dict(type=ZeroRedundancyOptimizer, lr=1)))
    check_optimizers(model, settings(type="DeepSpeedOptimWrapper"))
    after = model.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_a_mean_teachers_norms_are_not_converted(data: Path, tmp_path: Path) -> None:
    config = toy_training(data, tmp_path / "run")
    config.model.adaptation = [dict(type="MeanTeacher")]
    config.optim_wrapper.discriminator = None
    check_training(config)
    config.sync_bn = "torch"
    assert refused_training(config) == (
        "sync_bn='torch' cannot convert the norms of MeanTeacher's teacher: leave it out and set "
        "the norm_cfg of the model's parts to dict(type='SyncBN')"
    )
    config.model.adaptation = []
    check_training(config)


def test_a_negative_rate_is_refused_before_a_run(data: Path, tmp_path: Path) -> None:
    config = toy_training(data, tmp_path / "run")
    config.optim_wrapper.optimizer.lr = -0.01
    assert refused_training(config) == f"optim_wrapper.optimizer.lr {RATE} -0.01"
