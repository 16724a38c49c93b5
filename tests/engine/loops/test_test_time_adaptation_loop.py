"""Adaptation to what is tested: TENT and AdaBN by hand, episodes, labels, and what is saved."""

import copy
import math
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn

from mmadvent.engine.loops import test_time_adaptation_loop
from mmadvent.errors import InputError
from tests.parity.segmentation.step_reference import as_double
from tests.toys import (
    SMALL_ADVENT,
    build_segmentor,
    toy_segmentor,
    toy_training,
    write_domains,
)

CLASSES, IMAGES = 19, 3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"), source=1, target=1, val=IMAGES)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights, discriminators among them, whose norms are far from where they were initialised."""
    model = build_segmentor(toy_segmentor(CLASSES, adaptation=[SMALL_ADVENT]))
    for norm in norms_of(model):
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        nn.init.uniform_(norm.bias, -0.5, 0.5)
        nn.init.uniform_(norm.running_mean, -0.5, 0.5)
        nn.init.uniform_(norm.running_var, 0.5, 1.5)
    file = tmp_path_factory.mktemp("checkpoint") / "trained.pth"
    torch.save(dict(state_dict=model.state_dict()), file)
    return file


@pytest.fixture
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def norms_of(model: nn.Module) -> list[Any]:
    return [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]


def config_of(data: Path, checkpoint: Path, work_dir: Path, **test_cfg: Any) -> Config:
    """A config that tests only; its model was trained by AdvEnt."""
    config = toy_training(data, work_dir)
    config.model = toy_segmentor(CLASSES, adaptation=[SMALL_ADVENT])
    config.test_dataloader = config.val_dataloader
    config.test_cfg = dict(type="TestTimeAdaptationLoop", **test_cfg)
    config.test_evaluator = [dict(type="IoUMetric")]
    for domain in ("train", "val"):
        config.pop(f"{domain}_dataloader"), config.pop(f"{domain}_cfg")
    for key in ("val_evaluator", "target_dataloader", "optim_wrapper", "param_scheduler"):
        config.pop(key)
    config.load_from = str(checkpoint)
    return config


class Watched(Hook):
    """Keeps images and predicted logits."""

    def __init__(self) -> None:
        self.images: list[Tensor] = []
        self.logits: list[Tensor] = []

    def after_test_iter(self, runner, batch_idx, data_batch=None, outputs=None) -> None:
        self.images.append(torch.stack(list(data_batch["inputs"])))
        self.logits.append(torch.stack([sample.seg_logits.data.cpu() for sample in outputs]))


def runner_of(config: Config) -> tuple[Runner, Watched]:
    """A runner that has not tested yet."""
    runner = Runner.from_cfg(config)
    runner.register_hook(watched := Watched())
    if torch.get_default_dtype() == torch.float64:
        preprocessor = runner.model.data_preprocessor
        preprocessor.forward = as_double(preprocessor.forward)
    return runner, watched


def adapted(config: Config) -> tuple[nn.Module, Watched]:
    """The model after the test, on the processor, where files and references are."""
    runner, watched = runner_of(config)
    assert runner.test()["mIoU"] >= 0
    return runner.model.cpu(), watched


def assert_close(ours: Tensor, reference: Tensor) -> None:
    torch.testing.assert_close(ours, reference, rtol=1e-9, atol=1e-12)


class Reference:
    """The network by hand: norms from the definition, statistics moved by a tenth."""

    def __init__(self, checkpoint: Path) -> None:
        self.network = build_segmentor(toy_segmentor(CLASSES)).eval()
        weights = torch.load(checkpoint)["state_dict"]
        self.network.load_state_dict(
            {name: value for name, value in weights.items() if not name.startswith("adaptation")}
        )
        self.norms = norms_of(self.network)
        self.uses_batch = self.counts = True
        for norm in self.norms:
            norm.forward = lambda x, norm=norm: self.normalize(norm, x)

    def normalize(self, norm: Any, x: Tensor) -> Tensor:
        mean = x.mean(dim=(0, 2, 3))
        squares = ((x - mean[:, None, None]) ** 2).sum(dim=(0, 2, 3))
        number = x.numel() / x.shape[1]
        if self.counts:
            norm.running_mean = 0.9 * norm.running_mean + 0.1 * mean.detach()
            norm.running_var = 0.9 * norm.running_var + 0.1 * squares.detach() / (number - 1)
        var = squares / number
        if not self.uses_batch:
            mean, var = norm.running_mean, norm.running_var
        scale = norm.weight / (var + norm.eps).sqrt()
        return (x - mean[:, None, None]) * scale[:, None, None] + norm.bias[:, None, None]

    def logits(self, images: Tensor) -> dict[str, Tensor]:
        x = (images.double() - torch.tensor([104.0, 117.0, 123.0]).view(3, 1, 1)) / 50
        conv4, conv5 = self.network.backbone(x)
        maps = {
            "decode": sum(conv(conv5) for conv in self.network.decode_head.branches),
            "aux": sum(conv(conv4) for conv in self.network.auxiliary_head.branches),
        }
        return {
            name: F.interpolate(z, x.shape[2:], mode="bilinear", align_corners=True)
            for name, z in maps.items()
        }

    def predict(self, images: Tensor, by_batch: bool) -> Tensor:
        self.counts, self.uses_batch = False, by_batch
        prediction = self.logits(images)["decode"].detach()
        self.counts = self.uses_batch = True
        return prediction

    def assert_same_weights(self, model: nn.Module) -> None:
        for name, value in self.network.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                assert_close(model.state_dict()[name], value)


def mean_entropy(z: Tensor) -> Tensor:
    p = z.softmax(dim=1)
    return -(p * p.log()).sum(dim=1).mean() / math.log(CLASSES)


@pytest.mark.usefixtures("double_precision")
@pytest.mark.parametrize(("steps", "settings"), [(1, {}), (2, dict(lr=1e-2))])
def test_tent_equals_the_equations(data, checkpoint, tmp_path, steps, settings) -> None:
    """The rate alone is given: the optimizer stays Adam. AdvEnt, the model's own, asks nothing."""
    options = dict(steps=steps, optim_wrapper=dict(optimizer=settings)) if settings else {}
    model, watched = adapted(config_of(data, checkpoint, tmp_path, **options))
    assert [type(method).__name__ for method in model.adaptation] == ["MinEnt"]

    reference = Reference(checkpoint)
    trained = [p for norm in reference.norms for p in (norm.weight, norm.bias)]
    before = [p.detach().clone() for p in trained]
    adam = torch.optim.Adam(trained, lr=settings.get("lr", 1e-4), betas=(0.9, 0.999), eps=1e-8)
    assert len(watched.images) == IMAGES
    for images, logits in zip(watched.images, watched.logits, strict=True):
        for _ in range(steps):
            z = reference.logits(images)
            adam.zero_grad()
            (mean_entropy(z["decode"]) + 0.2 * mean_entropy(z["aux"])).backward()
            adam.step()
        assert_close(logits, reference.predict(images, by_batch=True))
    reference.assert_same_weights(model)
    assert not any(torch.equal(old, new) for old, new in zip(before, trained, strict=True))


@pytest.mark.usefixtures("double_precision")
def test_adabn_moves_the_running_statistics_and_predicts_with_them(
    data, checkpoint, tmp_path
) -> None:
    config = config_of(data, checkpoint, tmp_path, adaptation="AdaBN", batch_statistics=False)
    model, watched = adapted(config)
    reference = Reference(checkpoint)
    for images, logits in zip(watched.images, watched.logits, strict=True):
        reference.logits(images)
        assert_close(logits, reference.predict(images, by_batch=False))
    reference.assert_same_weights(model)
    assert all(norm.num_batches_tracked == IMAGES for norm in norms_of(model))


@pytest.mark.usefixtures("double_precision")
def test_no_step_predicts_with_the_batchs_statistics_and_changes_nothing(
    data, checkpoint, tmp_path
) -> None:
    model, watched = adapted(config_of(data, checkpoint, tmp_path, steps=0))
    reference = Reference(checkpoint)
    for images, logits in zip(watched.images, watched.logits, strict=True):
        assert_close(logits, reference.predict(images, by_batch=True))
    reference.assert_same_weights(model)


@pytest.mark.usefixtures("double_precision")
@pytest.mark.parametrize("counts", [2, 9])
def test_accumulated_gradients_step_at_the_last_image_at_the_latest(
    data, checkpoint, tmp_path, counts
) -> None:
    """Three images are fewer than nine, and more than a multiple of two."""
    sgd = dict(type="SGD", lr=0.1)
    wrapper = dict(optimizer=sgd, accumulative_counts=counts)
    model, watched = adapted(config_of(data, checkpoint, tmp_path, optim_wrapper=wrapper))
    reference = Reference(checkpoint)
    trained = [p for norm in reference.norms for p in (norm.weight, norm.bias)]
    optimizer = torch.optim.SGD(trained, lr=0.1)
    together = [(0, 1), (2,)] if counts == 2 else [(0, 1, 2)]
    for numbers in together:
        for number in numbers:
            z = reference.logits(watched.images[number])
            loss = mean_entropy(z["decode"]) + 0.2 * mean_entropy(z["aux"])
            (loss / len(numbers)).backward()
        optimizer.step()
        optimizer.zero_grad()
    reference.assert_same_weights(model)


def watch_steps(runner: Runner) -> list[tuple[dict, dict, dict]]:
    """Weights, optimizer and batch that each step of adaptation starts from."""
    seen = []
    step = runner.model.adaptation_step

    def watched(data: dict, optim_wrapper: Any, *arguments: Any, **settings: Any) -> dict:
        weights = {name: value.cpu() for name, value in runner.model.state_dict().items()}
        state = weights, optim_wrapper.state_dict(), data
        seen.append(copy.deepcopy(state))
        return step(data, optim_wrapper, *arguments, **settings)

    runner.model.adaptation_step = watched
    return seen


@pytest.mark.parametrize("episodic", [True, False])
def test_an_episode_starts_where_the_test_did(data, checkpoint, tmp_path, episodic) -> None:
    runner, _ = runner_of(config_of(data, checkpoint, tmp_path, episodic=episodic, steps=2))
    seen = watch_steps(runner)
    runner.test()
    start = torch.load(checkpoint)["state_dict"]
    first_steps = seen[::2]
    assert len(first_steps) == IMAGES
    for number, (weights, optimizer, _) in enumerate(first_steps):
        assert weights.keys() <= start.keys()
        same = all(torch.equal(value, start[name]) for name, value in weights.items())
        assert same is (episodic or number == 0)
        assert (optimizer["state"] == {}) is (episodic or number == 0)
        assert optimizer["param_groups"] == seen[0][1]["param_groups"]
    for weights, optimizer, _ in seen[1::2]:
        assert not torch.equal(weights["backbone.bn1.bias"], start["backbone.bn1.bias"])
        assert optimizer["state"]


def test_no_label_is_there_while_it_adapts_and_the_metric_has_them(
    data, checkpoint, tmp_path
) -> None:
    runner, _ = runner_of(config_of(data, checkpoint, tmp_path))
    seen = watch_steps(runner)
    assert runner.test()["mIoU"] >= 0
    for _, _, batch in seen:
        assert batch.keys() == {"target"}
        for sample in batch["target"]["data_samples"]:
            assert sample.keys() == [] and sample.img_path


def test_what_the_network_became_is_saved_and_loads(data, checkpoint, tmp_path) -> None:
    file = tmp_path / "new folder/adapted.pth"
    model, _ = adapted(config_of(data, checkpoint, tmp_path / "work", save_as=str(file)))
    assert [path.name for path in file.parent.iterdir()] == ["adapted.pth"]
    saved = torch.load(file, weights_only=False)
    assert len(saved["meta"]["dataset_meta"]["classes"]) == CLASSES
    assert saved["state_dict"].keys() == toy_weights().keys()
    for name, value in saved["state_dict"].items():
        assert torch.equal(value, model.state_dict()[name]), name

    config = config_of(data, file, tmp_path / "again")
    config.test_cfg = dict(type="TestLoop")
    again, _ = adapted(config)
    for name, value in saved["state_dict"].items():
        assert torch.equal(value, again.state_dict()[name]), name


def toy_weights() -> dict:
    return build_segmentor(toy_segmentor(CLASSES)).state_dict()


def test_a_run_that_fails_saves_nothing(data, checkpoint, tmp_path) -> None:
    file = tmp_path / "saved/adapted.pth"
    runner, _ = runner_of(config_of(data, checkpoint, tmp_path / "work", save_as=str(file)))
    calls = iter(range(IMAGES))
    predict = runner.model.test_step

    def fails_at_the_last(batch: dict) -> list:
        if next(calls) == IMAGES - 1:
            raise RuntimeError("out of memory")
        return predict(batch)

    runner.model.test_step = fails_at_the_last
    with pytest.raises(RuntimeError, match="out of memory"):
        runner.test()
    assert not file.parent.exists()


def frozen_norms(config: Config) -> None:
    config.model.backbone.norm_cfg = dict(type="BN", requires_grad=False)


def frozen_stages(config: Config) -> None:
    config.model.backbone.frozen_stages = 2


def synchronized_norms(config: Config) -> None:
    """In their place mmengine puts norms of a class of its own where there is one process."""
    config.model.backbone.norm_cfg = dict(type="SyncBN")


@pytest.mark.parametrize("change", [frozen_norms, frozen_stages, synchronized_norms])
def test_all_norms_are_trained_whatever_the_config_says(data, checkpoint, tmp_path, change) -> None:
    config = config_of(data, checkpoint, tmp_path)
    change(config)
    model, _ = adapted(config)
    other, _ = adapted(config_of(data, checkpoint, tmp_path))
    for name, value in other.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name


def test_all_parameters_are_trained_if_asked_for(data, checkpoint, tmp_path) -> None:
    model, _ = adapted(config_of(data, checkpoint, tmp_path, parameters="all"))
    before = torch.load(checkpoint)["state_dict"]
    for name, value in model.named_parameters():
        assert not torch.equal(value, before[name]), name


INFORMATION = dict(type="InformationMaximization")
REFUSED = [
    (dict(steps=-1), "test_cfg.steps must be an integer >= 0, got -1"),
    (
        dict(steps=3, episodic=True, optim_wrapper=dict(accumulative_counts=2)),
        "test_cfg.optim_wrapper.accumulative_counts must divide test_cfg.steps, 3, where "
        "test_cfg.episodic sets the weights back before each batch, got 2",
    ),
    (
        dict(optim_wrapper=dict(accumulative_counts=0)),
        "test_cfg.optim_wrapper.accumulative_counts must be an integer >= 1, got 0",
    ),
    (
        dict(adaptation=[INFORMATION, SMALL_ADVENT]),
        "test_cfg.adaptation must hold methods that need nothing but the image, got AdvEnt",
    ),
    (
        dict(adaptation="PseudoLabel"),
        "test_cfg.adaptation must hold methods that need nothing but the image, got PseudoLabel",
    ),
]


@pytest.mark.parametrize(("test_cfg", "sentence"), REFUSED)
def test_settings_are_checked(data, checkpoint, tmp_path, test_cfg, sentence) -> None:
    runner, _ = runner_of(config_of(data, checkpoint, tmp_path, **test_cfg))
    with pytest.raises(InputError) as error:
        runner.test()
    assert str(error.value) == sentence


def test_a_folder_in_the_place_of_its_file_is_told_before_it_adapts(
    data, checkpoint, tmp_path
) -> None:
    folder = tmp_path / "adapted.pth"
    folder.mkdir()
    runner, watched = runner_of(config_of(data, checkpoint, tmp_path / "w", save_as=str(folder)))
    with pytest.raises(InputError) as error:
        runner.test()
    assert str(error.value) == (f"test_cfg.save_as '{folder}' must be a file, but it is a folder")
    assert not watched.images


def test_another_model_is_refused(data, checkpoint, tmp_path) -> None:
    config = config_of(data, checkpoint, tmp_path)
    config.model.type = "EncoderDecoder"
    config.model.pop("adaptation")
    with pytest.raises(InputError) as error:
        Runner.from_cfg(config).test()
    assert str(error.value) == (
        "TestTimeAdaptationLoop needs model.type to be DomainAdaptSegmentor or "
        "DomainAdaptDetector, got EncoderDecoder"
    )


def test_several_processes_are_refused(data, checkpoint, tmp_path, monkeypatch) -> None:
    runner, _ = runner_of(config_of(data, checkpoint, tmp_path))
    runner.model = nn.Sequential(runner.model)  # in a wrapper, as it then is
    monkeypatch.setattr(test_time_adaptation_loop, "get_world_size", lambda: 2)
    with pytest.raises(InputError) as error:
        runner.test()
    assert str(error.value) == (
        "TestTimeAdaptationLoop adapts one model to one stream of images and needs one process, "
        "got 2"
    )


WITHOUT_AFFINE = (
    "test_cfg.parameters='norms' needs norms with affine parameters, got none: write 'all', or "
    "adapt by AdaBN"
)
WITHOUT_STATISTICS = (
    "AdaBN needs a network with norms that keep running statistics, such as BN, got none"
)


@pytest.mark.parametrize(
    ("adaptation", "replacement", "sentence"),
    [
        ("MinEnt", lambda norm: nn.BatchNorm2d(norm.num_features, affine=False), WITHOUT_AFFINE),
        ("AdaBN", lambda norm: nn.GroupNorm(1, norm.num_features), WITHOUT_STATISTICS),
    ],
)
def test_a_network_without_such_norms_is_refused(
    data, checkpoint, tmp_path, adaptation, replacement, sentence
) -> None:
    runner, _ = runner_of(config_of(data, checkpoint, tmp_path, adaptation=adaptation))
    for module in list(runner.model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, replacement(child))
    with pytest.raises(InputError) as error:
        runner.test()
    assert str(error.value) == sentence


def test_a_norm_of_one_value_a_channel_uses_its_running_statistics(
    data, checkpoint, tmp_path
) -> None:
    """As behind the pooling of the whole image in PSPNet and DeepLab-V3."""
    config = config_of(data, checkpoint, tmp_path)
    config.load_from = None
    config.model.decode_head = dict(
        type="ASPPHead",
        in_channels=64,
        in_index=1,
        channels=8,
        dilations=(1, 2),
        num_classes=CLASSES,
        norm_cfg=dict(type="BN"),
    )
    runner, watched = runner_of(config)
    pooled = runner.model.decode_head.image_pool[1].bn
    before = {name: value.clone() for name, value in pooled.state_dict().items()}
    runner.test()
    assert len(watched.images) == IMAGES
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        assert torch.equal(pooled.state_dict()[name], before[name]), name
    assert not torch.equal(pooled.weight, before["weight"])
    assert runner.model.decode_head.bottleneck.bn.num_batches_tracked == IMAGES
