"""Padding counts in no loss: neither of one size nor of mixed sizes, in no method."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from mmengine.optim import OptimWrapper
from mmseg.models import SegDataPreProcessor
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmadvent.errors import InputError
from mmadvent.models.padding import batch_mask, preprocessed
from tests.toys import build_segmentor, toy_batch, toy_optimizers, toy_segmentor

CLASSES = 3


@MODELS.register_module()
class PixelBackbone(BaseModule):
    """What it says of a pixel depends on that pixel alone: padding beside it changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 1)

    def forward(self, images: Tensor) -> tuple[Tensor]:
        return (self.convolution(images).relu(),)


def segmentor(method: dict, size: tuple[int, int] | None) -> nn.Module:
    head = dict(
        type="FCNHead", in_channels=4, in_index=0, channels=4, num_convs=0, num_classes=CLASSES,
        concat_input=False, dropout_ratio=0.0, align_corners=True,
        loss_decode=dict(type="CrossEntropyLoss", avg_non_ignore=True),
    )  # fmt: skip
    preprocessor = dict(type="SegDataPreProcessor", mean=[100.0] * 3, std=[50.0] * 3)
    preprocessor |= dict(size_divisor=1) if size is None else dict(size=size)
    config = toy_segmentor(
        CLASSES,
        data_preprocessor=preprocessor,
        backbone=dict(type="PixelBackbone"),
        decode_head=head,
        auxiliary_head=None,
        adaptation=[method],
    )
    model = build_segmentor(config)
    generator = torch.Generator().manual_seed(0)
    for name, parameter in model.named_parameters():
        if not name.startswith("adaptation."):
            parameter.data = torch.randn(parameter.shape, generator=generator)
    return model


def log_of(model: nn.Module, source: dict, target: dict) -> dict[str, float]:
    adversarial = any(len(method.discriminators) for method in model.adaptation)
    sgd = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.0))
    optimizers: Any = toy_optimizers(model) if adversarial else sgd
    torch.manual_seed(0)  # of what is mixed
    log = model.train_step({"source": source, "target": target}, optimizers)
    return {key: value.item() for key, value in log.items()}


def batches() -> tuple[dict, dict]:
    return toy_batch(0, (48, 56), CLASSES), toy_batch(1, (48, 56))


PIXELWISE = [
    dict(type="MinEnt", loss_weight=1.0),
    dict(type="MinEnt", loss_weight=1.0, top_ratio=0.3),
    dict(type="ClassPrior", prior=[0.5, 0.3, 0.2], relaxation=1.0, loss_weight=1.0),
    dict(type="InformationMaximization"),
]


@pytest.mark.parametrize("method", PIXELWISE, ids=lambda m: f"{m['type']}{m.get('top_ratio', '')}")
def test_a_picture_has_one_loss_however_it_is_padded(method: dict) -> None:
    logs = [log_of(segmentor(method, size), *batches()) for size in (None, (64, 64), (96, 80))]
    for log in logs[1:]:
        assert log == pytest.approx(logs[0], rel=1e-5)


def test_sure_pixels_of_a_teacher_are_those_of_the_picture() -> None:
    """The mix is at another place in a larger image: the share is what can be compared."""
    method = dict(type="MeanTeacher", threshold=0.6)
    logs = [log_of(segmentor(method, size), *batches()) for size in (None, (64, 64), (96, 80))]
    shares = [log["meanteacher.sure"] for log in logs]
    assert 0 < shares[0] < 1 and shares == pytest.approx([shares[0]] * 3, rel=1e-5)


@MODELS.register_module()
class CoarseDiscriminator(BaseModule):
    """Answers patch by patch: it sees nothing beyond the border."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(in_channels, 1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        return 3 * F.avg_pool2d((maps * self.scale).sum(dim=1, keepdim=True), 16) - 1


@pytest.mark.parametrize("kind", ["AdvEnt", "AdaptSegNet"])
def test_patches_of_padding_alone_do_not_count(kind: str) -> None:
    method = dict(type=kind, loss_weight=1.0, discriminator=dict(type="CoarseDiscriminator"))
    logs = [log_of(segmentor(method, size), *batches()) for size in ((48, 64), (64, 64), (96, 80))]
    for log in logs[1:]:
        assert log == pytest.approx(logs[0], rel=1e-5)


@pytest.mark.parametrize("method", PIXELWISE[:1], ids=["MinEnt"])
def test_mixed_sizes_in_a_batch_are_the_mean_of_their_pixels(method: dict) -> None:
    source = toy_batch(0, (48, 56), CLASSES)
    large, small = toy_batch(1, (48, 56)), toy_batch(2, (24, 40))
    both = {key: [*large[key], *small[key]] for key in large}
    entropies = [
        log_of(segmentor(method, None), source, batch)["minent.decode.entropy"]
        for batch in (large, small, both)
    ]
    pixels = 48 * 56, 24 * 40
    expected = (entropies[0] * pixels[0] + entropies[1] * pixels[1]) / sum(pixels)
    assert entropies[2] == pytest.approx(expected, rel=1e-5)


def test_the_sources_maps_leave_out_its_padding() -> None:
    """A source of mixed sizes: the maps that the discriminator is trained on are 0 there."""
    discriminator = dict(type="CoarseDiscriminator")
    model = segmentor(dict(type="AdvEnt", discriminator=discriminator), (64, 64))
    batch = model.data_preprocessor(toy_batch(0, (48, 56), CLASSES), training=True)
    _, output = model.source_forward(**batch, with_logits=True)
    assert output.mask.sum() == 48 * 56 and output.levels[0].mask is output.mask
    source_map = model.adaptation[0].output_map(output.levels[0])
    assert source_map[..., :48, :56].all() and not source_map[..., 48:, :].any()
    assert not source_map[..., 56:].any()


def test_the_size_before_the_padding_is_what_the_samples_know() -> None:
    images = torch.zeros(2, 3, 4, 6)
    samples = [SegDataSample(metainfo=dict(img_shape=(4, 5, 3))), SegDataSample()]
    mask = batch_mask(images, samples)
    assert mask[0].sum() == 20 and mask[1].all()
    assert batch_mask(images, None) is None and batch_mask(images, samples[1:]) is None


@pytest.mark.parametrize("domain", ["source", "target"])
def test_images_that_leave_a_batch_of_several_sizes(domain: str) -> None:
    fixed = SegDataPreProcessor(size=(64, 96))
    largest = SegDataPreProcessor(size_divisor=1)

    def padded(preprocessor: SegDataPreProcessor, *shapes: tuple[int, int]) -> Tensor:
        images = [torch.zeros(3, *shape, dtype=torch.uint8) for shape in shapes]
        data = dict(inputs=images, data_samples=[SegDataSample() for _ in images])
        return preprocessed(preprocessor, data, domain, training=True)["inputs"]

    assert padded(fixed, (64, 64), (48, 96)).shape == (2, 3, 64, 96)
    assert padded(fixed, (96, 48)).shape == (1, 3, 96, 96)
    assert padded(largest, (64, 64), (96, 48)).shape == (2, 3, 96, 64)
    with pytest.raises(InputError) as error:
        padded(fixed, (64, 64), (96, 48))
    loader = dict(source="train", target="target")[domain]
    assert str(error.value) == (
        f"the images of a {domain} batch must fit into model.data_preprocessor.size, height 64 and "
        "width 96, which pads them to one size, got 96 and 48: crop or resize them, set "
        f"{loader}_dataloader.batch_size=1, or pad to the largest by "
        "model.data_preprocessor.size=None model.data_preprocessor.size_divisor=1"
    )
