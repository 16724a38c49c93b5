"""Initial weights that cannot be had: one sentence that says how to go on."""

from urllib.error import HTTPError, URLError

import pytest
import torch
from mmengine.model import BaseModule, ModuleList, NormalInit, PretrainedInit
from torch import nn

from mmadvent.errors import InputError
from mmadvent.models.initial_weights import (
    explain_missing_weights,
    is_pretrained,
    read_initial_weights,
)
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


class Part(BaseModule):
    def __init__(self, **init_cfg):
        super().__init__(dict(dict(type="Pretrained"), **init_cfg))
        self.conv = nn.Conv2d(3, 4, 1)


def refusal(**init_cfg):
    with pytest.raises(InputError) as error:
        read_initial_weights(nn.ModuleDict(dict(backbone=Part(**init_cfg))))
    return str(error.value)


def test_weights_that_fit_in_part_are_taken(tmp_path):
    path = str(tmp_path / "weights.pth")
    weights = {"conv.weight": torch.ones(4, 3, 1, 1), "fc.weight": torch.ones(9)}
    for prefix, settings in (("", {}), ("module.", {}), ("backbone.", dict(prefix="backbone"))):
        torch.save({prefix + name: value for name, value in weights.items()}, path)
        read_initial_weights(ModuleList([Part(checkpoint=path, **settings)]))


def test_weights_none_of_which_fits(tmp_path):
    path = str(tmp_path / "weights.pth")
    torch.save(dict(state_dict={"conv.weight": torch.ones(4, 5, 1, 1)}), path)
    assert refusal(checkpoint=path) == (
        f"the initial weights '{path}' must be of model.backbone, such as 'conv.weight', but none "
        "of them is"
    )
    assert refusal(checkpoint=path, prefix="backbone.").endswith(
        "of model.backbone, such as 'backbone.conv.weight', but none of them is"
    )


@pytest.mark.parametrize(
    "kind", ["mmengine.Pretrained", PretrainedInit, "mmengine.model.PretrainedInit"]
)
def test_however_their_type_is_written(kind):
    assert is_pretrained(dict(type=kind))
    assert refusal(type=kind, checkpoint="no.pth").startswith("the initial weights 'no.pth' ")
    for other in (None, [], {}, dict(type="Normal"), dict(type=NormalInit)):
        assert not is_pretrained(other)


def test_weights_that_are_none(tmp_path):
    path = str(tmp_path / "weights.pth")
    assert refusal(checkpoint=path) == (
        f"the initial weights '{path}' cannot be fetched ({path} can not be found.): {HELP}"
    )
    (tmp_path / "weights.pth").write_text("hello")
    damaged = "it is no file that torch has saved, or it is damaged"
    assert refusal(checkpoint=path) == (
        f"the initial weights '{path}' cannot be fetched ({damaged}): {HELP}"
    )
    torch.save([1], path)
    assert refusal(checkpoint=path) == f"the checkpoint '{path}' must hold a dict, got list"
