"""The source's loss of a decode head, without logits at the size of the image."""

from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.losses import CrossEntropyLoss
from torch import Tensor, nn

from mmadvent.compat import stacked_labels
from mmadvent.functional import Upsample, chunked_sums


def supervised_losses(
    head: BaseDecodeHead, logits: Tensor, data_samples: list
) -> dict[str, Tensor]:
    r"""What ``head.loss_by_feat(logits, data_samples)`` returns.

    .. math:: L_{seg} = \frac{-1}{n} \sum_{h, w} \log P^{(h, w, y)}

    A few rows at a time where that is mmseg's cross-entropy, without weights for classes or pixels;
    any other loss is left to the head.

    Args:
        head: an mmseg decode head.
        logits: (N, C, h, w), before they are upsampled to the labels.
        data_samples: N of them, with ``gt_sem_seg``.

    Returns:
        The loss under its name, and ``acc_seg``, the share of labelled pixels whose class has the
        highest logit, in percent.

    Source: Vu et al., ADVENT, CVPR 2019, eq. 1.
    """
    loss = head.loss_decode
    if not (_is_upstream(head) and _is_plain_cross_entropy(loss)):
        return head.loss_by_feat(logits, data_samples)
    labels = stacked_labels(head, data_samples).squeeze(1)

    def sums(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        log_probability = logits.log_softmax(dim=1)
        labeled = labels != head.ignore_index
        places = labels.where(labeled, 0)[:, None]
        of_labels = log_probability.gather(1, places)[:, 0]
        hits = labeled & (of_labels >= log_probability.amax(dim=1))
        return -(of_labels * labeled).flatten(1).sum(dim=1), hits.flatten(1).sum(dim=1)

    upsample = Upsample((labels.shape[1], labels.shape[2]), head.align_corners)
    total, hits = chunked_sums(sums, logits, upsample, labels)
    labeled = (labels != head.ignore_index).sum().clamp(min=1)
    number = labeled if loss.avg_non_ignore else labels.numel()
    return {
        loss.loss_name: loss.loss_weight * total.sum() / number,
        "acc_seg": 100 * hits.sum() / labeled,
    }


def _is_upstream(head: BaseDecodeHead) -> bool:
    return type(head).loss_by_feat is BaseDecodeHead.loss_by_feat and head.sampler is None


def _is_plain_cross_entropy(loss: nn.Module) -> bool:
    return (
        type(loss) is CrossEntropyLoss
        and not (loss.use_sigmoid or loss.use_mask)
        and loss.class_weight is None
        and loss.reduction == "mean"
    )
