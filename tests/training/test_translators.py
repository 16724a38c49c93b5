"""Trainings of translators: resumed bit for bit, in mixed precision, with accumulation."""

from pathlib import Path

import pytest
import torch
from mmengine.runner import Runner

from tests.toys import train, write_domains
from tests.training.test_resume import assert_equal, resume
from tests.translation_toys import (
    adams,
    build_translator,
    domains,
    toy_translator,
    translator_training,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domains(tmp_path_factory.mktemp("data"))


def state(runner: Runner) -> dict:
    return dict(model=runner.model.state_dict(), optimizers=runner.optim_wrapper.state_dict())


@pytest.mark.parametrize(("method", "later"), [("semantic_gan", 1), ("cyclegan", 0)])
def test_a_resumed_run_equals_the_uninterrupted_one(
    data: Path, tmp_path: Path, method: str, later: int
) -> None:
    whole = train(translator_training(data, tmp_path / "whole", 6, method=method))
    torch.manual_seed(99)
    config = translator_training(data, tmp_path / "resumed", 6, later, method=method)
    resumed = train(resume(config, tmp_path / "whole/iter_3.pth"))
    assert resumed.iter == 6
    assert_equal(state(resumed), state(whole))
    # Full at the cut, and exchanged since.
    stored = torch.load(tmp_path / "whole/iter_3.pth", weights_only=True)["state_dict"]
    exchanged = 0
    for domain in ("target", "source"):
        name = f"pools.{domain}._extra_state"
        before, pool = stored[name], state(whole)["model"][name]
        assert len(before) == len(pool) == 3
        exchanged += sum(not torch.equal(a[0], b[0]) for a, b in zip(before, pool, strict=True))
    assert exchanged > 0


def test_mixed_precision_on_a_processor(data: Path, tmp_path: Path) -> None:
    config = translator_training(data, tmp_path / "amp", 2)
    config.optim_wrapper.type = "CPUAmpOptimWrapper"
    runner = train(config)
    weights = runner.model.state_dict()
    assert all(
        value.dtype == torch.float32 and value.isfinite().all()
        for name, value in weights.items()
        if isinstance(value, torch.Tensor)
    )
    assert weights["pools.target._extra_state"][0][0].dtype == torch.float32


def test_accumulated_gradients_are_those_of_all_batches() -> None:
    """Two batches of one, one step: with half of each loss, the gradients of the joined batch."""
    changes = dict(pool_size=0)
    joined = build_translator(toy_translator("cyclegan", **changes)).double()
    apart = build_translator(toy_translator("cyclegan", **changes)).double()

    def doubled(data: dict) -> dict:
        for batch in data.values():
            batch["inputs"] = [image.double() for image in batch["inputs"]]
        return data

    both = doubled(domains(0, 2))
    joined.train_step(both, adams(joined))
    optimizers = adams(apart, accumulative_counts=2)
    for wrapper in optimizers.values():
        wrapper.initialize_count_status(apart, 0, 2)
    for number in range(2):
        part = {
            name: {key: values[number : number + 1] for key, values in batch.items()}
            for name, batch in doubled(domains(0, 2)).items()
        }
        apart.train_step(part, optimizers)
    for ours, theirs in zip(apart.parameters(), joined.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)
