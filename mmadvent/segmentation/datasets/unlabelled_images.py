"""Target images: nothing but images."""

import os
from collections.abc import Sequence
from typing import Any

from mmseg.datasets import BaseSegDataset
from mmseg.registry import DATASETS

from mmadvent.datasets.listing import IMAGE_SUFFIXES, list_images
from mmadvent.datasets.reading import prepare_or_name


@DATASETS.register_module()
class UnlabelledImagesDataset(BaseSegDataset):
    """Every image in and below a folder; labels are neither wanted nor looked for.

    Args:
        data_root: the folder, or what ``data_prefix.img_path`` is relative to.
        suffixes: endings of the images, in any case.
        kwargs: of :class:`mmseg.datasets.BaseSegDataset`.

    Raises:
        InputError: if the folder is missing or holds no image.
    """

    def __init__(
        self, data_root: str, suffixes: Sequence[str] = IMAGE_SUFFIXES, **kwargs: Any
    ) -> None:
        self.suffixes = (suffixes,) if isinstance(suffixes, str) else tuple(suffixes)
        kwargs.setdefault("data_prefix", dict(img_path=""))
        super().__init__(data_root=data_root, **kwargs)

    def load_data_list(self) -> list[dict]:
        """List the images."""
        folder = self.data_prefix["img_path"]
        return [
            dict(
                img_path=os.path.join(folder, image),
                label_map=None,
                reduce_zero_label=False,
                seg_fields=[],
            )
            for image in list_images(
                folder, self.suffixes, type(self).__name__, "the unlabelled images of the target"
            )
        ]

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named."""
        return prepare_or_name(super().prepare_data, self.get_data_info, idx)
