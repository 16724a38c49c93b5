"""mmcv's image loader has a fixed list of decoders, and no way to add one."""

from typing import Any

__all__ = ["offer_image_loader"]


def offer_image_loader(backend: str, loader: type) -> None:
    """Let mmcv's ``LoadImageFromFile(imdecode_backend=backend)`` build ``loader``.

    mmcv's class stays where it is registered: mmseg's and mmdet's tools look for it by its name and
    by its identity (``get_loading_pipeline``). Every other call gives mmcv's own.

    Args:
        backend: that mmcv does not know.
        loader: a subclass of mmcv's; the last one that is offered counts.
    """
    from mmcv.transforms import LoadImageFromFile

    def new(cls: type, *args: Any, **kwargs: Any) -> Any:
        ours = cls is LoadImageFromFile and kwargs.get("imdecode_backend") == backend
        return object.__new__(loader if ours else cls)

    LoadImageFromFile.__new__ = staticmethod(new)
