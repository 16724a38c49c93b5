"""The benchmarks: one a file, each with ``run(settings)``, which gives rows."""

from benchmarks.speed.suite import (
    accelerator,
    accelerator_networks,
    accelerator_passes,
    data,
    discriminators,
    evaluation,
    loop_overhead,
    minent_overhead,
    operators,
    passes,
    step,
    step_memory,
    supervised_branch,
    target_branch,
    translated_images,
    translation,
)

SUITE = {
    module.__name__.rpartition(".")[2]: module.run
    for module in (
        target_branch,
        supervised_branch,
        discriminators,
        loop_overhead,
        data,
        evaluation,
        passes,
        minent_overhead,
        step,
        step_memory,
        translation,
        translated_images,
        operators,
        accelerator,
        accelerator_passes,
        accelerator_networks,
    )
}
"""Name -> the function that runs it, in the order in which all of them run."""
