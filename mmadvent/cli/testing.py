"""What the command lines that test share."""

from typing import Any

from mmengine.config import Config

from mmadvent.cli.command_line import build_runner, own_work_dir, use_launcher


def run_test(
    config: Config, checkpoint: str | None = None, launcher: str = "none", local_rank: int = 0
) -> None:
    """Check a config and test by it, in this process or as one of a launcher's.

    Args:
        config: of the test.
        checkpoint: of its model; None for a model that reads its own.
        launcher: of this process.
        local_rank: as a launcher has passed it.

    Raises:
        InputError: the first thing that the user has to mend.
    """
    from mmadvent.compat import take_datasets
    from mmadvent.engine.preflight.whole_config import check_test

    config.load_from, config.resume = checkpoint, False
    datasets: dict[str, Any] = {}
    check_test(config, checkpoint, datasets)
    use_launcher(config, launcher, local_rank)
    with own_work_dir(config):
        runner = build_runner(config)
        take_datasets(runner, datasets)
        runner.test()
