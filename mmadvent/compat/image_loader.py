"""mmcv's image loader has a fixed list of decoders, and no way to add one."""

from typing import Any

__all__ = ["offer_image_loader"]


def offer_image_loader(loader: type) -> None:
    """Let mmcv's ``LoadImageFromFile`` build ``loader``.

    mmcv's class stays where it is registered: mmseg's and mmdet's tools look for it by its name and
    by its identity (``get_loading_pipeline``).

    Args:
        loader: a subclass of mmcv's; the last one that is offered counts.
    """
    from mmcv.transforms import LoadImageFromFile

    def new(cls: type, *args: Any, **kwargs: Any) -> Any:
        return object.__new__(loader if cls is LoadImageFromFile else cls)

    LoadImageFromFile.__new__ = staticmethod(new)
