"""Initial weights that cannot be had: one sentence that says how to go on."""

from urllib.error import HTTPError, URLError

import pytest

from mmadvent.errors import InputError
from mmadvent.models.initial_weights import explain_missing_weights
from tests.toys import build_segmentor, toy_segmentor

HELP = (
    "pass a local file with --cfg-options model.backbone.init_cfg.checkpoint=FILE, or start from "
    "random weights with --cfg-options model.backbone.init_cfg=None"
)


def sentence(checkpoint: str) -> str:
    config = toy_segmentor()
    config.backbone.init_cfg = dict(type="Pretrained", checkpoint=checkpoint)
    with pytest.raises(InputError) as error:
        build_segmentor(config)
    return str(error.value)


def test_local_file_that_does_not_exist(tmp_path):
    path = str(tmp_path / "weights.pth")
    reason = f"{path} can not be found."
    expected = f"the initial weights '{path}' cannot be fetched ({reason}): {HELP}"
    assert sentence(path) == expected


@pytest.mark.parametrize(
    "failure",
    [
        URLError("Name or service not known"),
        HTTPError("https://weights.invalid/r101.pth", 404, "Not Found", None, None),
        TimeoutError("timed out"),
    ],
)
def test_address_that_cannot_be_reached(monkeypatch, failure):
    def load_url(*args, **kwargs):
        raise failure

    monkeypatch.setattr("mmengine.runner.checkpoint.load_url", load_url)
    url = "https://weights.invalid/r101.pth"
    reason = getattr(failure, "reason", failure)
    expected = f"the initial weights '{url}' cannot be fetched ({reason}): {HELP}"
    assert sentence(url) == expected


def test_failure_without_a_text():
    config = dict(type="Pretrained", checkpoint="weights.pth")
    named = pytest.raises(InputError, match=r"cannot be fetched \(ConnectionError\)")
    with named, explain_missing_weights(config):
        raise ConnectionError


@pytest.mark.parametrize("init_cfg", [None, dict(type="Normal", layer="Conv2d"), []])
def test_other_failures_keep_their_own_text(init_cfg):
    with pytest.raises(OSError, match="disk on fire"), explain_missing_weights(init_cfg):
        raise OSError("disk on fire")
