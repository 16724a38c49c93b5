"""The schedule of a run that is resumed with another config."""

import warnings
from collections.abc import Container, Mapping
from typing import Any

from mmengine.hooks import Hook
from mmengine.optim import OptimWrapperDict
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from mmadvent.compat import resumes
from mmadvent.errors import InputError

# What steps change in a scheduler; the rest is what its config says.
MOVING = ("last_step", "_global_step", "_last_value", "verbose")
# Whose optimizers keep in a group what its config says and nothing else.
PLAIN = ("torch.optim.", "mmadvent.")
# Of others, which may count there too, as Prodigy does: the settings that go by torch's names.
SETTINGS = (
    "lr", "momentum", "dampening", "weight_decay", "nesterov", "betas", "eps", "alpha", "amsgrad"
)  # fmt: skip


@HOOKS.register_module()
class ResumedScheduleHook(Hook):
    """Have a resumed run follow its config's schedule and optimizer settings.

    A checkpoint holds the schedulers and the groups of the optimizers with their settings, and
    upstream takes all of them: a run that is resumed for longer stays at the rate at which the
    first part ended, and another rate or weight decay in the config is ignored. Here the config
    holds. Rates are computed step by step, each from the one before; so where a schedule is another
    than the checkpoint's, it is run through from the first step: its rates are those of a run that
    had it from the start. Where it is the same, the checkpoint's state is taken as it is.

    Raises:
        InputError: while resuming, if a changed schedule depends on the run's past results.
    """

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put what the config says into the checkpoint that upstream is about to take up."""
        if not resumes(runner) or "optimizer" not in checkpoint:
            return
        runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
        schedulers: dict[str, list] = {}
        if runner.param_schedulers is not None:
            runner.param_schedulers = runner.build_param_scheduler(runner.param_schedulers)
            schedulers = _by_name(runner.param_schedulers)
        changed = _settings(schedulers) != _settings(
            _by_name(checkpoint.get("param_schedulers") or [])
        )
        if changed:
            runner.logger.info("The schedule is the config's, another than the checkpoint's.")
            for name, chain in schedulers.items():
                _run_through(chain, checkpoint["meta"])
                schedulers[name] = [scheduler.state_dict() for scheduler in chain]
            checkpoint["param_schedulers"] = schedulers.get("", schedulers)
        scheduled = set() if changed else _scheduled(runner)
        for live, stored, settings in _groups(runner.optim_wrapper, checkpoint["optimizer"]):
            for key in live.keys() & stored.keys():
                if key.removeprefix("initial_") in settings and key not in scheduled:
                    stored[key] = live[key]


def _by_name(schedulers: Any) -> dict[str, list]:
    """The schedulers, or their states, of each optimizer; of one alone under an empty name."""
    return dict(schedulers) if isinstance(schedulers, dict) else {"": list(schedulers)}


def _settings(schedulers: Mapping[str, list]) -> dict[str, list[dict]]:
    found = {}
    for name, chain in schedulers.items():
        if chain:
            states = [each if isinstance(each, dict) else each.state_dict() for each in chain]
            found[name] = [
                {key: value for key, value in state.items() if key not in MOVING}
                for state in states
            ]
    return found


def _run_through(chain: list, meta: Mapping[str, int]) -> None:
    """Step schedulers as often as the run has until the checkpoint."""
    for scheduler in chain:
        if getattr(scheduler, "need_val_args", False):
            raise InputError(
                "param_scheduler must be that of the checkpoint, as it depends on the results "
                f"since the start, got another {type(scheduler).__name__}"
            )
    epochs = meta["epoch"]
    length = meta["iter"] // epochs if epochs else meta["iter"]
    with warnings.catch_warnings():
        # No optimizer has stepped in between.
        warnings.filterwarnings("ignore", "Detected call of `scheduler.step", UserWarning)
        for epoch in range(max(epochs, 1)):
            for _ in range(length):
                _step(chain, by_epoch=False)
            if epoch < epochs:
                _step(chain, by_epoch=True)


def _step(chain: list, by_epoch: bool) -> None:
    for scheduler in chain:
        if scheduler.by_epoch == by_epoch:
            scheduler.step()


def _scheduled(runner: Runner) -> set[str]:
    """The entries of an optimizer's groups that its schedulers set, and what they start from."""
    chains = _by_name(runner.param_schedulers or []).values()
    names = {scheduler.param_name for chain in chains for scheduler in chain}
    return names | {f"initial_{name}" for name in names}


def _groups(wrapper: Any, stored: dict) -> list[tuple[dict, dict, Container[str]]]:
    """The groups of parameters of the optimizers, beside the checkpoint's, and its settings."""
    if isinstance(wrapper, OptimWrapperDict):
        found = []
        for name, one in wrapper.items():
            found += _groups(one, stored.get(name, {}))
        return found
    groups = [*stored.get("param_groups", ())]
    if stored.get(
        "base_param_settings"
    ):  # upstream counts it among the groups: the rate in the log
        groups.append(stored["base_param_settings"])
    optimizer = wrapper.optimizer
    plain = type(optimizer).__module__.startswith(PLAIN)
    settings = optimizer.defaults if plain else SETTINGS
    return [
        (live, group, settings) for live, group in zip(wrapper.param_groups, groups, strict=False)
    ]
