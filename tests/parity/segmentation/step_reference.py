"""A network with two outputs, its losses and its optimizers, written from the papers' equations."""

import copy

import torch
import torch.nn.functional as F
from torch import nn

CLASSES = 5
SOURCE_SIZE, TARGET_SIZE = (72, 64), (64, 80)
SUPERVISED = {"decode": 1.0, "aux": 0.1}
ADAPTATION = {"decode": 0.001, "aux": 0.0002}


class Reference:
    """A network with two outputs, and the paper's losses over them."""

    def __init__(self, model: nn.Module) -> None:
        self.backbone = copy.deepcopy(model.backbone)
        self.heads = {
            "decode": copy.deepcopy(model.decode_head),
            "aux": copy.deepcopy(model.auxiliary_head),
        }
        self.sgd = torch.optim.SGD(
            [
                {"params": self.backbone.parameters(), "lr": 2.5e-4},
                {"params": [p for h in self.heads.values() for p in h.parameters()], "lr": 2.5e-3},
            ],
            lr=2.5e-4,
            momentum=0.9,
            weight_decay=5e-4,
        )

    def probabilities(self, images: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        batch = (
            torch.stack(images).double() - torch.tensor([104.0, 117.0, 123.0]).view(3, 1, 1)
        ) / 50
        conv4, conv5 = self.backbone(batch)
        maps = {
            "decode": sum(conv(conv5) for conv in self.heads["decode"].branches),
            "aux": sum(conv(conv4) for conv in self.heads["aux"].branches),
        }
        return {
            name: F.interpolate(z, batch.shape[2:], mode="bilinear", align_corners=True).softmax(1)
            for name, z in maps.items()
        }

    def segmentation_loss(self, batch: dict) -> torch.Tensor:  # eq. 1, mean over labelled pixels
        labels = torch.stack([s.gt_sem_seg.data[0] for s in batch["data_samples"]])
        valid = labels != 255
        total = 0
        for name, p in self.probabilities(batch["inputs"]).items():
            picked = p.gather(1, labels.where(valid, 0)[:, None])[:, 0][valid]
            total = total - SUPERVISED[name] * picked.log().mean()
        return total


def weights(*modules: nn.Module) -> list[torch.Tensor]:
    return [t for m in modules for t in m.state_dict().values()]


def assert_same(ours: list[torch.Tensor], reference: list[torch.Tensor]) -> None:
    assert len(ours) == len(reference) > 0
    for mine, other in zip(ours, reference, strict=True):
        # The absolute part is for weights that happen to be nearly 0.
        torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-12)


def sgd_wrapper_config() -> dict:
    return dict(
        optimizer=dict(type="SGD", lr=2.5e-4, momentum=0.9, weight_decay=5e-4),
    )


PARAMWISE = dict(
    custom_keys={"decode_head": dict(lr_mult=10.0), "auxiliary_head": dict(lr_mult=10.0)}
)


def reference_discriminator(ours: nn.Module) -> nn.Sequential:
    widths = [CLASSES, 64, 128, 256, 512]
    layers: list[nn.Module] = []
    for a, b in zip(widths[:-1], widths[1:], strict=True):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.LeakyReLU(0.2)]
    made = nn.Sequential(*layers, nn.Conv2d(512, 1, 4, 2, 1))
    for mine, theirs in zip(made.parameters(), ours.parameters(), strict=True):
        mine.data.copy_(theirs.data)
    return made


def as_double(forward):
    """The preprocessor converts to float32; the comparison wants float64."""

    def wrapped(data, training=False):
        data = forward(data, training)
        return dict(data, inputs=data["inputs"].double())

    return wrapped
