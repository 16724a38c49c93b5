"""mmseg's and mmdet's repeated warnings: still there upstream, and no longer shown."""

import warnings

import torch
from mmseg.models.backbones import ResNet
from mmseg.models.builder import build_loss
from mmseg.models.utils import resize

from mmadvent.compat.noise import MESSAGES, quiet_upstream


def provoke(quiet: bool) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if quiet:
            quiet_upstream()
        build_loss(dict(type="CrossEntropyLoss", avg_non_ignore=True))
        resize(torch.zeros(1, 1, 5, 5), (12, 12), mode="bilinear", align_corners=True)
        ResNet(18, with_cp=True, base_channels=4, stem_channels=4)(
            torch.zeros(2, 3, 64, 64, requires_grad=True)
        )
        warnings.warn("something else", UserWarning, stacklevel=1)
    return [str(warning.message) for warning in caught]


def test_upstream_still_warns() -> None:
    found = provoke(quiet=False)
    assert all(any(text.startswith(message) for text in found) for message in MESSAGES)


def test_only_these_are_quiet() -> None:
    assert provoke(quiet=True) == ["something else"]
