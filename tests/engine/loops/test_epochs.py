"""Configs that count in epochs are told what to write instead."""

from pathlib import Path

import mmdet
import pytest
from mmengine.config import Config

from mmadvent.engine.loops.epochs import check_counts_iterations
from mmadvent.errors import InputError

UPSTREAM = Path(mmdet.__file__).parent / ".mim/configs"
BASE = "retinanet/retinanet_r50_fpn_1x_coco.py"
START = (
    "UDATrainLoop counts in iterations, 250 for an epoch of the source, but the config counts in "
    "epochs: "
)
RETINANET = (
    "write train_cfg = dict(_delete_=True, type='UDATrainLoop', max_iters=3000, val_interval=250); "
    "param_scheduler = [dict(type='LinearLR', start_factor=0.001, by_epoch=False, begin=0, "
    "end=500), dict(type='MultiStepLR', begin=0, end=3000, by_epoch=False, "
    "milestones=[2000, 2750], gamma=0.1)]; "
    "default_hooks = dict(checkpoint=dict(by_epoch=False, interval=250), "
    "logger=dict(log_metric_by_epoch=False)); log_processor = dict(by_epoch=False)"
)


ITERATIONS = dict(
    default_hooks=dict(logger=dict(type="LoggerHook", log_metric_by_epoch=False)),
    log_processor=dict(by_epoch=False),
    val_dataloader=dict(batch_size=1),
)


def refusal(config: Config) -> str:
    with pytest.raises(InputError) as error:
        check_counts_iterations(config, 250)
    assert str(error.value).startswith(START)
    return str(error.value).removeprefix(START)


def child(folder: Path, *lines: str) -> Config:
    file = folder / "child.py"
    file.write_text("\n".join([f"_base_ = {str(UPSTREAM / BASE)!r}", *lines]))
    return Config.fromfile(file)


def test_mmdets_config_and_the_lines_that_mend_it(tmp_path: Path) -> None:
    first = "train_cfg = dict(type='UDATrainLoop')"
    assert refusal(child(tmp_path, first)) == RETINANET
    lines = RETINANET.removeprefix("write ").split("; ")
    mended = child(tmp_path, *lines)
    check_counts_iterations(mended, 250)
    assert mended.train_cfg == dict(type="UDATrainLoop", max_iters=3000, val_interval=250)
    assert mended.param_scheduler[1].milestones == [2000, 2750]


def test_a_loop_that_was_deleted_is_half_of_it(tmp_path: Path) -> None:
    loop = "train_cfg = dict(_delete_=True, type='UDATrainLoop', max_iters=9, val_interval=3)"
    assert refusal(child(tmp_path, loop)) == "write " + RETINANET.partition("; ")[2]


def test_given_iterations_are_kept(tmp_path: Path) -> None:
    loop = "train_cfg = dict(type='UDATrainLoop', max_iters=9, val_interval=3, source_free=True)"
    assert refusal(child(tmp_path, loop)).startswith(
        "write train_cfg = dict(_delete_=True, type='UDATrainLoop', max_iters=9, val_interval=3, "
        "source_free=True); "
    )


def test_hooks_that_wait_for_an_epoch_are_named() -> None:
    hooks = [dict(type="EMAHook"), dict(type="PipelineSwitchHook", switch_epoch=280)]
    assert refusal(Config(ITERATIONS | dict(custom_hooks=hooks))) == (
        "leave out custom_hooks[1].switch_epoch, which never come"
    )


def test_counts_of_other_schedulers() -> None:
    cosine = dict(type="CosineAnnealingLR", T_max=6, begin=1, convert_to_iter_based=True)
    expected = "[dict(type='CosineAnnealingLR', T_max=1500, begin=250, by_epoch=False)]"
    config = Config(ITERATIONS | dict(param_scheduler=cosine))
    assert refusal(config) == f"write param_scheduler = {expected}"
    # By the optimizers' names: what is right stays where it is merged.
    poly = dict(type="PolyLR", by_epoch=False)
    config.param_scheduler = dict(network=[cosine], discriminator=[poly])
    assert refusal(config) == f"write param_scheduler = dict(network={expected})"
    config.param_scheduler.network = [poly]
    check_counts_iterations(config, 250)


def test_a_schedule_that_follows_validations() -> None:
    plateau = dict(type="ReduceOnPlateauLR", monitor="mIoU", rule="greater")
    for given in (plateau, [plateau], dict(network=[plateau])):
        with pytest.raises(InputError) as error:
            check_counts_iterations(Config(ITERATIONS | dict(param_scheduler=given)), 250)
        assert str(error.value) == (
            "param_scheduler must follow the iterations alone with UDATrainLoop, got "
            "ReduceOnPlateauLR, which follows the validations: a resumed run does not repeat them"
        )


LOGGER = "default_hooks = dict(logger=dict(type='LoggerHook', log_metric_by_epoch=False))"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (dict(default_hooks=dict()), f"write {LOGGER}"),
        (dict(default_hooks=None), f"write {LOGGER}"),
        (
            dict(default_hooks=dict(logger=dict(type="LoggerHook", interval=9))),
            "write default_hooks = dict(logger=dict(log_metric_by_epoch=False))",
        ),
        (
            dict(default_hooks=dict(logger=dict(type="LoggerHook", log_metric_by_epoch=True))),
            "write default_hooks = dict(logger=dict(log_metric_by_epoch=False))",
        ),
        (dict(log_processor=None), "write log_processor = dict(by_epoch=False)"),
        (dict(log_processor=dict()), "write log_processor = dict(by_epoch=False)"),
    ],
)
def test_logs_by_epoch_would_have_all_validations_at_0(changes: dict, expected: str) -> None:
    """As mmengine's have them where nothing is said."""
    assert refusal(Config(ITERATIONS | changes)) == expected


@pytest.mark.parametrize("logger", [None, dict(type="MyLoggerHook")])
def test_a_logger_of_ones_own_or_none(logger: dict | None) -> None:
    check_counts_iterations(Config(ITERATIONS | dict(default_hooks=dict(logger=logger))), 250)


def test_what_counts_in_iterations_passes() -> None:
    check_counts_iterations(
        Config(
            dict(
                train_cfg=dict(type="UDATrainLoop", max_iters=9),
                param_scheduler=[dict(type="PolyLR", by_epoch=False)],
                default_hooks=dict(
                    checkpoint=dict(by_epoch=False),
                    logger=dict(interval=1, log_metric_by_epoch=False),
                ),
                log_processor=dict(by_epoch=False),
                custom_hooks=[dict(type="PeakMemoryHook")],
            )
        ),
        9,
    )
    check_counts_iterations(Config(ITERATIONS), 9)
    check_counts_iterations(Config({}), 9)  # no validation, whose step a log would have
