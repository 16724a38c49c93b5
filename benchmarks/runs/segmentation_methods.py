"""The methods of the rendered benchmark of segmentation, and how those that take steps are run."""

from functools import partial
from pathlib import Path

from benchmarks.runs.recipes import (
    COMMON_METHODS,
    TARGET_DATASET,
    Method,
    Run,
    count_classes,
    train,
    train_with,
)
from mmadvent.results.method_titles import ORACLE, SOURCE_ONLY

ROUNDS = 2
PORTIONS = (0.2, 0.25)  # Zou et al.: 20% at first, 5% more each round


def with_class_prior(run: Run) -> Path:
    """Count the source's classes, then train with them as the prior of the second method."""
    if not run.is_complete():
        train_with(run, f"model.adaptation.1.prior={count_classes(run)}")
    return run.work_dir


def esl(run: Run, teacher: str = "advent") -> Path:
    """Train on another method's pseudo-labels of low entropy, AdvEnt's by default."""
    if not run.is_complete():
        labels = run.work_dir / "pseudo_labels"
        arguments = [run.config(teacher), run.checkpoint(teacher), labels, "--rule", "entropy"]
        run.tool("make_pseudo_labels", *arguments, "--cfg-options", *run.options(teacher))
        train_with(run, f"{TARGET_DATASET}.pseudo_labels={labels}")
    return run.work_dir


def self_training(run: Run, rule: str) -> Path:
    """Rounds of confident pseudo-labels and training, which share the iterations."""
    iterations = run.args.iterations[1] // ROUNDS
    run.tool(
        "self_train",
        run.config(),
        run.checkpoint(SOURCE_ONLY),
        *("--work-dir", run.work_dir, "--rule", rule, "--rounds", ROUNDS),
        *("--portions", *PORTIONS, *run.flags),
        *("--cfg-options", *run.options(), *run.schedule(iterations)),
    )
    return run.work_dir / f"round{ROUNDS}" / "train"


def ensemble(run: Run, members: tuple[str, ...]) -> Path:
    """Evaluate the sum of several methods' logits."""
    if not run.is_complete():
        pairs = [("--member", run.config(name), run.checkpoint(name)) for name in members]
        arguments = [part for pair in pairs for part in pair]
        options = ["--cfg-options", *run.options(members[0])]
        run.tool("test_ensemble", *arguments, "--work-dir", run.work_dir, *options)
    return run.work_dir


def at_test_time(run: Run, options: tuple[str, ...] = (), start: str = SOURCE_ONLY) -> Path:
    """Evaluate a network that adapts to the test pictures; the source's, and TENT, by default."""
    if not run.is_complete():
        loop = ("type=TestTimeAdaptationLoop", *options)
        run.tool(
            "test",
            run.config(SOURCE_ONLY),
            run.first_part(start),
            *("--work-dir", run.work_dir, "--cfg-options", *run.options(SOURCE_ONLY)),
            *(f"test_cfg.{option}" for option in loop),
        )
    return run.work_dir


_PAIR = ("advent", "minent")
METHODS = {
    SOURCE_ONLY: COMMON_METHODS[SOURCE_ONLY],
    "adabn": COMMON_METHODS["adabn"],
    "fourier": Method(train),
    "minent": COMMON_METHODS["minent"],
    "minent_er": Method(train),
    "minent_cp": Method(with_class_prior),
    "adaptsegnet": Method(train),
    "advent": COMMON_METHODS["advent"],
    "advent_averaged": Method(train, on_sheet=False),
    "advent_cp": Method(with_class_prior),
    "advent_minent": Method(partial(ensemble, members=_PAIR), _PAIR, on_sheet=False),
    "self_training": Method(partial(self_training, rule="confidence")),
    "cbst": Method(partial(self_training, rule="class_balanced")),
    "esl": Method(esl, (SOURCE_ONLY, "advent")),
    "mean_teacher": Method(train),
    "source_free": Method(train),
    "adabn_at_test": Method(
        partial(at_test_time, options=("adaptation=AdaBN", "batch_statistics=False")),
        on_sheet=False,
    ),
    "batch_statistics": Method(partial(at_test_time, options=("steps=0",)), on_sheet=False),
    "tent": Method(at_test_time, on_sheet=False),
    ORACLE: COMMON_METHODS[ORACLE],
}
# Of a network whose norms hold no statistics of a domain.
GROUP_NORM_METHODS = {
    name: METHODS[name] if name != "advent" else COMMON_METHODS["advent"]
    for name in (
        SOURCE_ONLY, "fourier", "minent", "minent_cp", "advent", "advent_cp", "mean_teacher", ORACLE
    )
}  # fmt: skip
