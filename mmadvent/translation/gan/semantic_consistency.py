"""CyCADA's semantic consistency: a segmentor of the source that must still see the same classes."""

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.model import BaseModule
from mmengine.registry import MODELS
from mmengine.structures import BaseDataElement
from torch import Tensor

from mmadvent.checks import check_loss_weight
from mmadvent.errors import InputError
from mmadvent.functional.class_logits import at_least_float32
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, stored_dataset_meta

NO_CLASS = 255


@MODELS.register_module()
class SemanticConsistency(BaseModule):
    r"""Cross-entropy of a frozen source segmentor f on translated images.

    .. math:: L_{sem} = H(f(G_{S \to T}(x_s)), y_s) + H(f(G_{T \to S}(x_t)), \arg\max f(x_t))

    The paper's first term takes f's prediction on the source too; the label is what it approximates
    and is there, as in tllib's code. No label of the target is read.

    Args:
        config: path of the segmentor's config, an ``EncoderDecoder`` of mmsegmentation's.
        checkpoint: its weights, trained on the source alone.
        loss_weight: of the loss; tllib's is 1.

    Attributes:
        classes: of the segmentor, where its checkpoint names them.

    Raises:
        InputError: if an argument is out of its range, a file cannot be read, or the checkpoint is
            not of the config's model, or the model gives no logits of each class.

    Source: Hoffman et al., CyCADA, ICML 2018, eq. 4; tllib's ``cycada_segmentation.py``.
    """

    def __init__(self, config: str, checkpoint: str, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = check_loss_weight(loss_weight)
        try:
            settings = dict(Config.fromfile(config, import_custom_modules=False).model)
        except FileNotFoundError as error:
            raise InputError(f"the segmentor's config '{config}' does not exist") from error
        settings.pop("adaptation", None)  # trains nothing
        with MODELS.switch_scope_and_registry(None) as registry:
            self.segmentor: Any = registry.build(settings)
        found = [getattr(self.segmentor, name, None) for name in ("num_classes", "out_channels")]
        if not hasattr(self.segmentor, "encode_decode") or found[0] != found[1]:
            raise InputError(
                f"the segmentor of '{config}' must be an EncoderDecoder with one output channel a "
                f"class, got {type(self.segmentor).__name__} with {found[1]} channels for "
                f"{found[0]} classes"
            )
        content = read_checkpoint(checkpoint)
        load_network_weights(self.segmentor, content, checkpoint)
        self.classes: tuple[str, ...] | None = stored_dataset_meta(content).get("classes")
        self.segmentor.requires_grad_(False)

    def init_weights(self) -> None:
        """They are those of the checkpoint."""

    def train(self, mode: bool = True) -> "SemanticConsistency":
        """Stay in evaluation mode: the segmentor is frozen, norms included."""
        return super().train(False)

    def logits(self, pixels: Tensor) -> Tensor:
        """Class logits (N, C, H, W) of images (N, 3, H, W), BGR in [0, 255]."""
        height, width = pixels.shape[-2:]
        # Padding to `data_preprocessor.test_cfg.size_divisor` is noted in samples.
        samples = [BaseDataElement() for _ in pixels]
        batch = dict(inputs=list(pixels), data_samples=samples)
        inputs = self.segmentor.data_preprocessor(batch, False)["inputs"]
        # Of the whole crop, whatever `test_cfg` says of images; mmseg takes it from the first.
        metas = [dict(img_shape=tuple(inputs.shape[-2:]))] * len(inputs)
        logits = self.segmentor.encode_decode(inputs, metas)
        return at_least_float32(logits[..., :height, :width])

    @torch.no_grad()
    def predict(self, pixels: Tensor) -> Tensor:
        """The class of each pixel, (N, H, W)."""
        return self.logits(pixels).argmax(dim=1)

    def forward(self, pixels: Tensor, labels: Tensor) -> Tensor:
        """The loss of translated images.

        Args:
            pixels: (N, 3, H, W), BGR in [0, 255].
            labels: (N, H, W) integers, 255 where there is no class.
        """
        loss = cross_entropy(self.logits(pixels), labels)
        return self.loss_weight * loss


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean over the pixels that have a class; 0 if none has one.

    Args:
        logits: (N, C, H, W).
        labels: (N, H, W) integers, 255 where there is no class.
    """
    total = F.cross_entropy(
        at_least_float32(logits), labels.long(), ignore_index=NO_CLASS, reduction="sum"
    )
    return total / (labels != NO_CLASS).sum().clamp(min=1)
