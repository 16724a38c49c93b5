"""What the steps of two processes must have, for both halves."""

import torch

TOLERANCE = 1e-9
OF_DISCRIMINATORS = ("adaptation.", "discriminators.")
State = dict[str, torch.Tensor]


def check_weights(case: dict) -> None:
    """Both processes hold the weights of one process on both's images."""
    check_processes_agree(case)
    first, joined = case["ranks"][0]["weights"], case["joined"]["weights"]
    assert _difference(first, joined) < TOLERANCE
    # The comparison sees something: the weights have moved, and not as on one's own images alone.
    assert _difference(case["start"], joined) > 1e3 * TOLERANCE
    assert _difference(case["alone"], joined) > 1e3 * TOLERANCE


def check_processes_agree(case: dict) -> None:
    """Both processes hold the same weights, which one on its own images alone would not reach."""
    first, second = (run["weights"] for run in case["ranks"])
    assert _difference(first, second) == 0
    assert _difference(case["alone"], first) > 1e3 * TOLERANCE


def check_gradients_are_sent_once(case: dict, accumulative_counts: int = 1) -> None:
    """Each gradient is averaged once in an iteration that ends with a step, else never."""
    for run in case["ranks"]:
        assert len(run["sent"]) == 5
        for iteration, buckets in enumerate(run["sent"], start=1):
            steps = iteration % accumulative_counts == 0
            names = [name for bucket in buckets for name in bucket]
            assert sorted(names) == (sorted(run["trained"]) if steps else [])
            # No bucket waits for both optimizers.
            for bucket in buckets:
                assert len({name.startswith(OF_DISCRIMINATORS) for name in bucket}) == 1


def _difference(one: State, other: State) -> float:
    """The largest difference of any weight."""
    assert one.keys() == other.keys() and len(one) > 0
    names = [
        name for name, value in one.items() if not isinstance(value, list)
    ]  # pools that keep nothing
    return max(float((one[name] - other[name]).abs().max()) for name in names)
