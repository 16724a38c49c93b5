"""Target images: nothing but images."""

import os
from collections.abc import Sequence
from typing import Any

from mmdet.datasets import BaseDetDataset
from mmdet.registry import DATASETS

from mmadvent.io.image_prefix import image_prefix
from mmadvent.io.listing import IMAGE_SUFFIXES, list_images
from mmadvent.io.reading import prepare_or_name


@DATASETS.register_module()
class UnlabelledImagesDataset(BaseDetDataset):
    """Every image in and below a folder; annotations are neither wanted nor looked for.

    The sizes of the images are not known before they are loaded: leave out mmdet's
    ``AspectRatioBatchSampler``.

    Args:
        data_root: the folder, or what ``data_prefix.img`` (or ``.img_path``, as mmseg has it) is
            relative to.
        suffixes: endings of the images, in any case.
        kwargs: of :class:`mmdet.datasets.BaseDetDataset`.

    Raises:
        InputError: if the folder is missing or holds no image.
    """

    def __init__(
        self, data_root: str, suffixes: Sequence[str] = IMAGE_SUFFIXES, **kwargs: Any
    ) -> None:
        self.suffixes = (suffixes,) if isinstance(suffixes, str) else tuple(suffixes)
        folder = image_prefix(kwargs.pop("data_prefix", None), type(self).__name__)
        super().__init__(data_root=data_root, data_prefix=dict(img=folder), **kwargs)

    def load_data_list(self) -> list[dict]:
        """List the images."""
        holds = "the unlabelled images of the target"
        return unlabeled_infos(self.data_prefix["img"], self.suffixes, type(self).__name__, holds)

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named."""
        return prepare_or_name(super().prepare_data, self.get_data_info, idx)


def unlabeled_infos(
    folder: str, suffixes: Sequence[str], dataset: str, holds: str
) -> list[dict[str, Any]]:
    """What mmdet's pipelines start from, for every image in and below a folder.

    Args:
        folder, suffixes, dataset, holds: of :func:`mmadvent.io.listing.list_images`.

    Raises:
        InputError: if the folder is missing or holds no such image.
    """
    images = list_images(folder, suffixes, dataset, holds)
    return [
        dict(img_id=number, img_path=os.path.join(folder, image), instances=[])
        for number, image in enumerate(images)
    ]
