"""The loop over two domains: what it needs, what it counts, what it leaves alone."""

import copy
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.model import MMDistributedDataParallel
from mmengine.registry import MODELS, init_default_scope
from mmengine.runner import Runner

from mmadvent.engine import UDATrainLoop
from mmadvent.engine.preflight.whole_config import check_training
from mmadvent.errors import InputError
from tests.tools import toy_detection
from tests.toys import SMALL_ADVENT, toy_training, train, write_domains


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"))


def weights(runner: Runner) -> dict[str, torch.Tensor]:
    return runner.model.state_dict()


def assert_same_weights(one: Runner, other: Runner) -> None:
    assert weights(one).keys() == weights(other).keys()
    for name, value in weights(one).items():
        assert torch.equal(value, weights(other)[name]), name


def test_validation_in_between_does_not_change_the_weights(data, tmp_path):
    without = train(toy_training(data, tmp_path / "without"))
    config = toy_training(data, tmp_path / "with")
    config.train_cfg.val_interval = 1
    config.val_dataloader.num_workers = 1
    validating = Runner.from_cfg(config)
    validations = []
    original = validating.build_val_loop(config.val_cfg)
    run = original.run
    original.run = lambda: validations.append(validating.iter) or run()
    validating._val_loop = original
    validating.train()
    assert validations == [1, 2, 3, 4]
    assert_same_weights(validating, without)


def test_the_last_iteration_is_validated(data, tmp_path):
    runner = train(toy_training(data, tmp_path, max_iters=2))
    assert 0 <= runner.message_hub.get_scalar("val/mean_entropy").current() <= 1
    assert runner.message_hub.get_scalar("val/mIoU").current() >= 0


def test_each_iteration_draws_a_batch_of_each_domain(data, tmp_path):
    config = toy_training(data, tmp_path, max_iters=3)
    config.train_dataloader.batch_size = 2
    runner = Runner.from_cfg(config)
    steps = []
    step = runner.model.train_step
    runner.model.train_step = lambda data, optim_wrapper: (
        steps.append(data) or step(data, optim_wrapper)
    )
    runner.train()
    assert runner.iter == 3
    for batch in steps:
        assert set(batch) == {"source", "target"}
        assert [len(batch[domain]["inputs"]) for domain in ("source", "target")] == [2, 1]
        assert all("gt_sem_seg" in sample for sample in batch["source"]["data_samples"])
        assert not any("gt_sem_seg" in sample for sample in batch["target"]["data_samples"])


def test_equally_long_domains_are_not_shuffled_alike(data, tmp_path):
    config = toy_training(data, tmp_path)
    config.train_dataloader.dataset = config.target_dataloader.dataset
    runner = Runner.from_cfg(config)
    loop = runner.build_train_loop(config.train_cfg)
    paths = []
    for stream in loop.streams.values():
        batches = [next(stream) for _ in range(8)]
        paths.append([batch["data_samples"][0].img_path for batch in batches])
    assert paths[0] != paths[1]
    assert set(paths[0]) == set(paths[1])


def test_last_accumulated_gradients_are_used(data, tmp_path):
    """Three iterations, two a step: the third is a step of its own, for both optimizers."""
    config = toy_training(data, tmp_path, max_iters=3)
    config.optim_wrapper.accumulative_counts = 2
    config.val_dataloader = config.val_cfg = config.val_evaluator = None
    runner = Runner.from_cfg(config)
    seen = []
    step = runner.model.train_step

    def watched(data, optim_wrapper):
        before = [p.detach().clone() for p in runner.model.parameters()]
        log = step(data, optim_wrapper)
        named = zip(before, runner.model.named_parameters(), strict=True)
        moved = {name.split(".")[0] for old, (name, new) in named if not torch.equal(old, new)}
        seen.append({"adaptation", "backbone"} & moved)
        return log

    runner.model.train_step = watched
    runner.train()
    assert seen == [set(), {"adaptation", "backbone"}, {"adaptation", "backbone"}]


def test_target_loader_is_asked_for(data, tmp_path):
    config = toy_training(data, tmp_path)
    config.pop("target_dataloader")
    with pytest.raises(InputError) as error:
        Runner.from_cfg(config).train()
    assert str(error.value) == (
        "target_dataloader must be the dataloader of the unlabelled target images, got None"
    )


def test_wrapper_that_would_skip_the_adaptation_is_refused(data, tmp_path):
    config = toy_training(data, tmp_path)
    runner = Runner.from_cfg(config)
    # Without its constructor, which wants a process group.
    runner.model = MMDistributedDataParallel.__new__(MMDistributedDataParallel)
    target = config.target_dataloader
    with pytest.raises(InputError) as error:
        UDATrainLoop(runner, runner._train_dataloader, 1, target)
    assert str(error.value) == (
        "model_wrapper_cfg.type must be AdaptationDistributedDataParallel (others skip the "
        "adaptation), got MMDistributedDataParallel"
    )


def source_free(data: Path, work_dir: Path, max_iters: int = 2, *methods: dict) -> Config:
    """A run whose source's images are not there."""
    config = toy_training(data, work_dir, max_iters)
    config.train_dataloader.dataset.data_root = str(work_dir / "nowhere")
    config.train_cfg.source_free = True
    config.model.adaptation = list(methods or [dict(type="InformationMaximization")])
    config.optim_wrapper = dict(optimizer=config.optim_wrapper.optimizer)
    return config


def watch_steps(runner: Runner) -> tuple[list[dict], list[dict]]:
    """The batches of a run, and the weights before each, once they are initialised."""
    batches, states = [], []
    step = runner.model.train_step

    def watched(data, optim_wrapper):
        batches.append(data)
        states.append(copy.deepcopy(runner.model.state_dict()))
        return step(data, optim_wrapper)

    runner.model.train_step = watched
    return batches, states


def started(config: Config, folder: Path) -> Config:
    """The same, from a network of the source."""
    init_default_scope(config.default_scope)
    checkpoint = folder / "source.pth"
    torch.save(dict(state_dict=MODELS.build(config.model).state_dict()), checkpoint)
    return Config(config.to_dict() | dict(load_from=str(checkpoint)))


def moved(runner: Runner, before: dict) -> set[str]:
    return {name for name, value in weights(runner).items() if not torch.equal(value, before[name])}


def test_without_a_source_the_target_alone_is_drawn(data, tmp_path):
    config = source_free(data, tmp_path)
    check_training(started(config, tmp_path))
    runner = Runner.from_cfg(config)
    batches, states = watch_steps(runner)
    runner.train()
    assert runner.iter == 2
    for batch in batches:
        assert batch.keys() == {"target"}
        assert not any("gt_sem_seg" in sample for sample in batch["target"]["data_samples"])
    assert {name for name, _ in runner.model.named_parameters()} <= moved(runner, states[0])
    assert runner.message_hub.get_scalar("val/mIoU").current() >= 0
    logged = runner.message_hub.log_scalars
    assert "train/informationmaximization.decode.loss_information" in logged
    assert not [name for name in logged if "loss_ce" in name]


def test_the_target_is_drawn_in_the_order_that_it_has_beside_a_source(data, tmp_path):
    orders = []
    for config in (toy_training(data, tmp_path / "with"), source_free(data, tmp_path / "without")):
        loop = Runner.from_cfg(config).build_train_loop(config.train_cfg)
        batches = [next(loop.streams["target"]) for _ in range(6)]
        orders.append([batch["data_samples"][0].img_path for batch in batches])
    assert orders[0] == orders[1]


def test_without_a_source_a_resumed_run_equals_the_uninterrupted_one(data, tmp_path):
    whole = train(source_free(data, tmp_path / "whole", 5))
    torch.manual_seed(99)
    config = source_free(data, tmp_path / "resumed", 5)
    config.load_from, config.resume = str(tmp_path / "whole/iter_3.pth"), True
    resumed = train(config)
    assert resumed.iter == 5
    assert_same_weights(resumed, whole)
    momenta = [runner.optim_wrapper.state_dict()["state"] for runner in (resumed, whole)]
    assert momenta[0].keys() == momenta[1].keys() and momenta[0]
    for index, state in momenta[0].items():
        assert torch.equal(state["momentum_buffer"], momenta[1][index]["momentum_buffer"])


BUFFERS = ("running_mean", "running_var", "num_batches_tracked")


def test_adabn_alone_moves_statistics_and_no_weight(data, tmp_path):
    runner = Runner.from_cfg(source_free(data, tmp_path, 2, dict(type="AdaBN")))
    _, states = watch_steps(runner)
    runner.train()
    buffers = {name for name in weights(runner) if name.rpartition(".")[2] in BUFFERS}
    assert moved(runner, states[0]) == buffers and buffers


def test_a_detector_trains_without_a_source(tmp_path):
    domains = toy_detection.write_domains(tmp_path / "data")
    config = Config.fromfile(toy_detection.write_config(tmp_path, domains))
    config.train_dataloader.dataset.data_root = str(tmp_path / "nowhere")
    config.train_cfg.update(max_iters=2, val_interval=2, source_free=True)
    config.model.adaptation = [dict(type="InformationMaximization")]
    config.optim_wrapper = dict(optimizer=config.optim_wrapper.optimizer)
    config.work_dir, config.experiment_name = str(tmp_path / "work"), "source_free_detector"
    check_training(started(config, tmp_path))
    runner = Runner.from_cfg(config)
    batches, states = watch_steps(runner)
    runner.train()
    assert runner.iter == 2
    assert [batch.keys() for batch in batches] == [{"target"}] * 2
    trained = moved(runner, states[0])
    assert any(name.startswith("backbone.") for name in trained)
    assert any(name.startswith("bbox_head.cls_convs") for name in trained)
    # No box is learned, so those who predict them have no gradient.
    assert not any(name.startswith("bbox_head.reg_convs") for name in trained)


NEEDED = (
    "train_cfg.source_free=True needs methods in model.adaptation that learn from the target "
    "alone, such as InformationMaximization, got "
)
INACTIVE = dict(type="InformationMaximization", loss_weight=0)


@pytest.mark.parametrize(
    ("methods", "got"),
    [
        ([], "none"),
        ([INACTIVE], "none"),
        ([SMALL_ADVENT], "AdvEnt"),
        ([dict(type="MinEnt"), SMALL_ADVENT, dict(type="AdaptSegNet")], "AdvEnt, AdaptSegNet"),
    ],
)
def test_without_a_source_nor_a_method_there_is_nothing_to_learn(data, tmp_path, methods, got):
    config = source_free(data, tmp_path / "work")
    config.model.adaptation = methods
    with pytest.raises(InputError) as error:
        check_training(config)
    assert str(error.value) == NEEDED + got
    assert not (tmp_path / "work").exists()
    runner = Runner.from_cfg(config)
    with pytest.raises(InputError) as error:
        runner.build_train_loop(config.train_cfg)
    assert str(error.value) == NEEDED + got
