"""What each process sees, and runs that go on with the same or another number of processes."""

import pytest
import torch

from tests.distributed.processes import run_script

pytestmark = pytest.mark.slow
CUT = 3


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return run_script("segmentation_runs", tmp_path_factory.mktemp("runs"))


def images(run: dict, domain: str) -> list[str]:
    return [name for name, _ in run["seen"][domain]]


def assert_equal(one: object, other: object) -> None:
    """Bit for bit, through dicts and lists."""
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_equal(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_equal(*pair)
    else:
        assert one == other


@pytest.mark.parametrize(("domain", "number"), [("source", 5), ("target", 4)])
def test_processes_share_each_domain(runs: dict, domain: str, number: int) -> None:
    first, second = (images(run, domain) for run in runs["two"])
    assert len(first) == len(second) == 6
    together = [name for pair in zip(first, second, strict=True) for name in pair]
    for start in range(0, len(together) - number + 1, number):  # each pass over the images
        assert len(set(together[start : start + number])) == number


def test_processes_share_the_images_when_the_runner_seeds_them_apart(runs: dict) -> None:
    for same, apart in zip(runs["two"], runs["two, seeds apart"], strict=True):
        assert apart["seen"] == same["seen"]
        assert apart["drawn"] == same["drawn"]


def test_processes_end_with_equal_weights_and_optimizers(runs: dict) -> None:
    for name in ("two", "two from two", "two from one"):
        first, second = runs[name]
        # The norms' statistics too, as the last validation was over what a checkpoint holds.
        assert_equal(first["weights"], second["weights"])
        assert_equal(first["optimizers"], second["optimizers"])


@pytest.mark.parametrize("name", ["two", "two, averaged"])
def test_processes_validate_one_network(runs: dict, name: str) -> None:
    """With the statistics of its norms, averaged or not."""
    first, second = (run["validated"] for run in runs[name])
    assert len(first) == 2
    assert_equal(first, second)


def test_resumed_processes_continue_their_streams(runs: dict) -> None:
    for whole, resumed in zip(runs["two"], runs["two from two"], strict=True):
        for domain in ("source", "target"):
            assert resumed["seen"][domain] == whole["seen"][domain][CUT:]


@pytest.mark.parametrize(
    ("whole", "resumed"), [("two", "two from two"), ("accumulated", "accumulated from two")]
)
def test_resumed_processes_train_as_if_never_interrupted(
    runs: dict, whole: str, resumed: str
) -> None:
    for rank in range(2):
        straight, after = runs[whole][rank], runs[resumed][rank]
        assert after["drawn"] == straight["drawn"][CUT:]
        assert_equal(after["optimizers"], straight["optimizers"])
        # The second has the statistics of its norms from the checkpoint, which are the first one's.
        names = [name for name in straight["weights"] if rank == 0 or "running_" not in name]
        assert_equal(*({name: run["weights"][name] for name in names} for run in (after, straight)))


def test_steps_of_processes_draw_different_numbers(runs: dict) -> None:
    drawn = [number for run in runs["two"] for numbers in run["drawn"] for number in numbers]
    assert len(set(drawn)) == len(drawn) == 2 * 6 * 3


@pytest.mark.parametrize(("resumed", "whole"), [("two from one", "two"), ("one from two", "one")])
def test_another_number_of_processes_takes_its_own_streams_from_there(
    runs: dict, resumed: str, whole: str
) -> None:
    for after, straight in zip(runs[resumed], runs[whole], strict=True):
        for domain in ("source", "target"):
            assert after["seen"][domain] == straight["seen"][domain][CUT:]
    # The checkpoint is not its own.
    ours, other = runs[resumed][0]["weights"], runs[whole][0]["weights"]
    assert any(not torch.equal(value, other[name]) for name, value in ours.items())


def test_one_process_sees_other_images_than_two(runs: dict) -> None:
    (one,) = runs["one"]
    assert images(one, "source") != images(runs["two"][0], "source")
