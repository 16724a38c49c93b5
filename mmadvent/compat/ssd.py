"""SSD's head lacks an attribute that its validation asks for."""

__all__ = ["fix_ssd_head"]


def fix_ssd_head() -> None:
    """Give mmdet's ``SSDHead`` the ``loss_cls`` that ``BaseDenseHead`` reads while predicting.

    SSD computes its loss without such a module, and predicting only asks it for an attribute that
    no plain loss has: None says so. Without it the first validation ends in an AttributeError
    (mmdet/models/dense_heads/base_dense_head.py). For the detection half alone: it imports mmdet.
    """
    from mmdet.models.dense_heads import SSDHead

    if not hasattr(SSDHead, "loss_cls"):
        SSDHead.loss_cls = None
