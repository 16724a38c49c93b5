"""Say what a report of a fault should tell of the environment.

mmadvent collect-env
"""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """It takes none."""


def run(args: Namespace) -> None:
    from mmadvent.collect_env import environment

    print(environment())
