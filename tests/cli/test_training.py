"""Mixed precision, as the command lines that train switch it on."""

import pytest
from mmengine.config import Config

from mmadvent.cli.training import use_amp
from mmadvent.errors import InputError


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("cpu", dict(type="CPUAmpOptimWrapper")),
        ("cuda", dict(type="AmpOptimWrapper", loss_scale="dynamic")),
    ],
)
def test_mixed_precision_is_what_the_device_offers(
    device: str, expected: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmengine.device.get_device", lambda: device)
    config = Config(dict(optim_wrapper=dict(type="OptimWrapper")))
    use_amp(config)
    assert config.optim_wrapper == expected
    config = Config(dict(optim_wrapper=dict(type="ApexOptimWrapper")))
    with pytest.raises(InputError) as error:
        use_amp(config)
    assert str(error.value) == (
        "--amp needs optim_wrapper.type='OptimWrapper', got 'ApexOptimWrapper'"
    )
