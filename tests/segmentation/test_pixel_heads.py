"""Which of mmseg's heads give one map of class logits, as their code says."""

import pytest
import torch
from mmseg.models.decode_heads import DAHead, DDRHead, EncHead, FCNHead, OCRHead, PIDHead, STDCHead
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.decode_heads.knet_head import IterativeDecodeHead
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.segmentation.pixel_heads import check_pixel_head, per_pixel_logits, tells_classes


def head_of(kind: type[BaseDecodeHead]) -> BaseDecodeHead:
    """A head without its layers: they are not looked at."""
    head = kind.__new__(kind)
    nn.Module.__init__(head)
    head.num_classes = head.out_channels = 5
    head.ignore_index = 255
    return head


class Weighted(FCNHead):
    """A user's own loss over one map; it names no types."""

    def loss_by_feat(self, seg_logits, batch_data_samples):
        return super().loss_by_feat(seg_logits, batch_data_samples)


@pytest.mark.parametrize("kind", [FCNHead, OCRHead, STDCHead, Weighted])
def test_heads_with_one_map(kind: type[BaseDecodeHead]) -> None:
    check_pixel_head("decode", head_of(kind))


@pytest.mark.parametrize("kind", [DAHead, DDRHead, EncHead, PIDHead, IterativeDecodeHead])
def test_heads_with_several_outputs(kind: type[BaseDecodeHead]) -> None:
    with pytest.raises(InputError) as error:
        check_pixel_head("decode", head_of(kind))
    assert str(error.value) == (
        f"the head 'decode' must give one map of class logits while it trains, got "
        f"{kind.__name__}, which gives several outputs: one would have to be named as that map"
    )


def test_heads_of_other_classes() -> None:
    for kind, number, told in (
        (FCNHead, 5, True),
        (Weighted, 5, True),
        (FCNHead, 2, False),
        (STDCHead, 5, False),
    ):
        assert tells_classes(head_of(kind), number) is told


def test_an_output_that_is_none_after_all() -> None:
    head = head_of(FCNHead)
    outputs: list[object] = [torch.zeros(1, 5, 2, 2), torch.zeros(1, 4, 2, 2), [1]]
    head.forward = lambda features: outputs.pop(0)
    assert isinstance(per_pixel_logits("aux", head, []), Tensor)
    for got in ("(1, 4, 2, 2)", "a list"):
        with pytest.raises(InputError) as error:
            per_pixel_logits("aux", head, [])
        assert str(error.value) == (
            "the head 'aux' (FCNHead) must give per-pixel class logits of shape (N, 5, h, w), "
            f"got {got}"
        )
