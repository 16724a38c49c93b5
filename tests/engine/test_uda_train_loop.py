"""The loop over two domains: what it needs, what it counts, what it leaves alone."""

from pathlib import Path

import pytest
import torch
from mmengine.model import MMDistributedDataParallel
from mmengine.runner import Runner

from mmadvent.engine import UDATrainLoop
from mmadvent.errors import InputError
from tests.toys import toy_training, train, write_domains


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
