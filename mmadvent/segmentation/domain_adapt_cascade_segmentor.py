"""A cascade of decode heads, as OCRNet has it, trained on two domains."""

from collections.abc import Iterator, Sequence

from mmseg.models.segmentors import CascadeEncoderDecoder
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmadvent.segmentation.domain_adapt_segmentor import DomainAdaptSegmentor
from mmadvent.segmentation.pixel_heads import per_pixel_logits


@MODELS.register_module()
class DomainAdaptCascadeSegmentor(DomainAdaptSegmentor, CascadeEncoderDecoder):
    """A ``CascadeEncoderDecoder`` that adapts to an unlabelled target domain while it trains.

    Each stage of the cascade reads the logits of the stage before. In the adaptation the last stage
    is the main head; the stages before it come next, from the last to the first, with an auxiliary
    head's weight, then the auxiliary heads. The logs call them as upstream does, ``decode_0`` and
    so on.

    Args:
        args: of :class:`mmseg.models.CascadeEncoderDecoder`.
        kwargs: of it, and of :class:`DomainAdaptSegmentor`.

    Raises:
        InputError: as :class:`DomainAdaptSegmentor`; heads that refine points, as PointRend's, give
            no map of logits.
    """

    upstream = CascadeEncoderDecoder

    def _main_head(self) -> nn.Module:
        return self.decode_head[-1]

    def _decode_heads(self) -> Iterator[tuple[str, nn.Module]]:
        for index in reversed(range(self.num_stages)):
            yield f"decode_{index}", self.decode_head[index]

    def _decode(self, features: Sequence[Tensor], names: set[str]) -> dict[str, Tensor]:
        logits: dict[str, Tensor] = {}
        before: tuple[Tensor, ...] = ()
        for index, head in enumerate(self.decode_head):
            name = f"decode_{index}"
            logits[name] = per_pixel_logits(name, head, features, *before)
            before = (logits[name],)
        return {name: values for name, values in logits.items() if name in names}
