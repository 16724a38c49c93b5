"""The folder of a data set's images, which mmseg and mmdet name differently."""

from collections.abc import Mapping

from mmadvent.errors import InputError

KEYS = ("img_path", "img")
"""mmseg's name, and mmdet's; both are taken by the data sets of both halves."""


def image_prefix(data_prefix: Mapping[str, str] | None, dataset: str) -> str:
    """The folder of the images of a ``data_prefix``; an empty one without any.

    Args:
        data_prefix: of a data set's config.
        dataset: the data set's name, for the error.

    Raises:
        InputError: if it names none, several or something else.
    """
    if not data_prefix:
        return ""
    if len(data_prefix) != 1 or not set(data_prefix) <= set(KEYS):
        raise InputError(
            f"{dataset}.data_prefix must be dict(img_path=...) or dict(img=...) alone, "
            f"got {', '.join(data_prefix)}"
        )
    return next(iter(data_prefix.values()))
