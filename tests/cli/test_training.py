"""Mixed precision, as the command lines that train switch it on."""

import pytest
from mmengine.config import Config

from mmadvent.cli import training
from mmadvent.cli.training import use_amp
from mmadvent.errors import InputError


@pytest.mark.parametrize(
    ("device", "has_bfloat16", "expected"),
    [
        ("cpu", False, dict(type="CPUAmpOptimWrapper")),
        ("cuda", False, dict(type="AmpOptimWrapper", loss_scale="dynamic")),
        (
            "cuda",
            True,
            dict(type="AmpOptimWrapper", dtype="bfloat16", loss_scale=dict(enabled=False)),
        ),
    ],
)
def test_mixed_precision_is_what_the_device_offers(
    device: str, has_bfloat16: bool, expected: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmengine.device.get_device", lambda: device)
    monkeypatch.setattr(training, "has_bfloat16", lambda: has_bfloat16)
    config = Config(dict(optim_wrapper=dict(type="OptimWrapper")))
    use_amp(config)
    assert config.optim_wrapper == expected
    config = Config(dict(optim_wrapper=dict(type="ApexOptimWrapper")))
    with pytest.raises(InputError) as error:
        use_amp(config)
    assert str(error.value) == (
        "--amp needs optim_wrapper.type='OptimWrapper', got 'ApexOptimWrapper'"
    )


def test_a_config_chooses_its_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "get_device", lambda: "cuda")
    monkeypatch.setattr(training, "has_bfloat16", lambda: True)
    config = Config(dict(optim_wrapper=dict(type="OptimWrapper", dtype="float16")))
    use_amp(config)
    assert config.optim_wrapper == dict(
        type="AmpOptimWrapper", dtype="float16", loss_scale="dynamic"
    )
