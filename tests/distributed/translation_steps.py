"""Translators' steps in two processes and in one; the tests run this in a process of its own."""

import sys
from pathlib import Path

import torch
from torch import nn

from tests.distributed.step_runs import Case, run_cases
from tests.translation_toys import build_translator, domains, toy_translator


def case(method: str, **settings: object) -> Case:
    def build() -> nn.Module:
        # What the pools exchange depends on the process: a joined batch has another order.
        return build_translator(toy_translator(method, pool_size=0)).double()

    return Case(build, lambda step: domains(step, count=2), **settings)  # type: ignore[arg-type]


CASES = {
    "cyclegan": case("cyclegan"),
    "cyclegan, accumulated": case("cyclegan", accumulative_counts=2),
    "gan_sem": case("gan_sem"),
    "semantic_gan": case("semantic_gan"),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    run_cases(CASES, Path(sys.argv[1]))
