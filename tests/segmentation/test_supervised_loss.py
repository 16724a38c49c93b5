"""The source's loss by rows against upstream's over the whole."""

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.models.decode_heads import FCNHead
from mmseg.structures import SegDataSample

from mmadvent.compat import installed_line
from mmadvent.segmentation.deeplab_v2_head import DeepLabV2Head
from mmadvent.segmentation.supervised_loss import supervised_losses

CLASSES = 4
PLAIN = dict(type="CrossEntropyLoss", avg_non_ignore=True)


@pytest.fixture(autouse=True)
def double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def head(loss: dict | list, **changes) -> DeepLabV2Head:
    return DeepLabV2Head(3, CLASSES, loss_decode=loss, **changes)


def samples(share_ignored: float = 0.2, ignored: int = 255) -> list[SegDataSample]:
    generator = torch.Generator().manual_seed(0)
    made = []
    for _ in range(2):
        labels = torch.randint(0, CLASSES, (1, 24, 30), generator=generator)
        labels[torch.rand(labels.shape, generator=generator) < share_ignored] = ignored
        made.append(SegDataSample(gt_sem_seg=PixelData(data=labels)))
    return made


def logits() -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return (3 * torch.randn(2, CLASSES, 5, 6, generator=generator)).requires_grad_()


def compare(head, data_samples) -> None:
    results = []
    for losses_of in (supervised_losses, type(head).loss_by_feat):
        z = logits()
        losses = losses_of(head, z, data_samples)
        total = sum(value.sum() for key, value in losses.items() if "loss" in key)
        total.backward()
        results.append((losses, z.grad))
    (ours, of_ours), (upstream, of_upstream) = results
    assert list(ours) == list(upstream)
    for key, value in upstream.items():
        # Upstream adds float32's epsilon to the number of pixels.
        assert ours[key].item() == pytest.approx(value.item(), rel=1e-6)
    torch.testing.assert_close(of_ours, of_upstream, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize("avg_non_ignore", [True, False])
def test_it_is_upstreams(align_corners, avg_non_ignore):
    loss = dict(PLAIN, avg_non_ignore=avg_non_ignore, loss_weight=0.3, loss_name="loss_x")
    compare(head(loss, align_corners=align_corners), samples())


def test_another_ignored_index():
    compare(head(PLAIN, ignore_index=3), samples(0.0))


@pytest.mark.parametrize(
    "loss",
    [
        dict(PLAIN, avg_non_ignore=False, class_weight=[1.0, 2.0, 0.5, 1.0]),
        pytest.param(
            dict(PLAIN, class_weight=[1.0, 2.0, 0.5, 1.0]),
            marks=pytest.mark.skipif(
                installed_line() == "onedl", reason="its own loss fails on both together"
            ),
        ),
        [PLAIN, dict(type="DiceLoss", loss_name="loss_dice")],
        dict(PLAIN, use_sigmoid=True),
    ],
)
def test_another_loss_is_left_to_the_head(loss, monkeypatch):
    called = []
    upstream = FCNHead.loss_by_feat

    def spying(self, *args):
        called.append(args)
        return upstream(self, *args)

    monkeypatch.setattr("mmseg.models.decode_heads.decode_head.BaseDecodeHead.loss_by_feat", spying)
    losses = supervised_losses(head(loss), logits(), samples(0.0))
    assert called and any("loss" in key for key in losses)


def test_a_head_with_a_loss_of_its_own_or_a_sampler_is_left_to_itself():
    class OwnLoss(DeepLabV2Head):
        def loss_by_feat(self, seg_logits, batch_data_samples):
            return dict(loss_own=seg_logits.sum())

    own = OwnLoss(3, CLASSES, loss_decode=PLAIN)
    assert list(supervised_losses(own, logits(), samples())) == ["loss_own"]
    sampled = head(PLAIN, sampler=dict(type="OHEMPixelSampler", thresh=0.7, min_kept=5))
    compare(sampled, samples())


def test_nothing_labeled_is_0_with_a_zero_gradient():
    z = logits()
    losses = supervised_losses(head(PLAIN), z, samples(1.1))
    assert losses["loss_ce"].item() == losses["acc_seg"].item() == 0
    losses["loss_ce"].backward()
    assert torch.equal(z.grad, torch.zeros_like(z))


def test_the_value_of_one_pixel():
    z = torch.tensor([2.0, 0.0, 0.0, 0.0]).view(1, 4, 1, 1)
    sample = SegDataSample(gt_sem_seg=PixelData(data=torch.tensor([[[1]]])))
    losses = supervised_losses(head(PLAIN), z, [sample])
    expected = torch.log(torch.exp(torch.tensor(2.0)) + 3)
    torch.testing.assert_close(losses["loss_ce"], expected)
    assert losses["acc_seg"] == 0
