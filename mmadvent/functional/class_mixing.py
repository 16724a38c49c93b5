"""ClassMix: which pixels of a labelled image are pasted onto another."""

import torch
from torch import Tensor


def random_class_mask(labels: Tensor, num_classes: int) -> Tensor:
    r"""Mark the pixels of half of the classes that each label map holds, drawn at random.

    .. math:: M = [y \in \mathcal{C}'], \quad |\mathcal{C}'| = \lceil |\mathcal{C}(y)| / 2 \rceil

    Args:
        labels: integers (N, H, W); what is outside [0, num_classes) is never marked.
        num_classes: C.

    Returns:
        Boolean (N, H, W). The draw is from torch's generator of the labels' device.

    Source: Olsson et al., ClassMix, WACV 2021, section 3.2; Tranheden et al., DACS, WACV 2021.
    """
    number = len(labels)
    flat = labels.flatten(1).long()
    nothing = num_classes  # an index of its own
    flat = flat.where((flat >= 0) & (flat < num_classes), nothing)
    present = torch.zeros(number, num_classes + 1, dtype=torch.bool, device=labels.device)
    present.scatter_(1, flat, True)
    present[:, nothing] = False
    # The rank of a class among those that are present; nothing here waits for the device.
    keys = torch.rand(number, num_classes + 1, device=labels.device).masked_fill(~present, 2.0)
    ranks = keys.argsort(dim=1).argsort(dim=1)
    chosen = present & (ranks < (present.sum(dim=1, keepdim=True) + 1) // 2)
    return chosen.gather(1, flat).view(labels.shape)
