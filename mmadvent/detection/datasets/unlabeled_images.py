"""Target images: nothing but images."""

import os
from collections.abc import Sequence
from typing import Any

from mmdet.datasets import BaseDetDataset
from mmdet.registry import DATASETS

from mmadvent.checks import check_class_names, refuse_arguments
from mmadvent.io.image_prefix import image_prefix
from mmadvent.io.listing import IMAGE_SUFFIXES, list_images
from mmadvent.io.reading import prepare_unlabeled
from mmadvent.io.split_list import choose_listed

# Of what mmdet's base class takes.
REFUSED = dict.fromkeys(
    ("seg_map_suffix", "proposal_file", "return_classes", "caption_prompt"),
    "no annotation is looked for",
) | dict(
    filter_cfg="no image is filtered: name those to take in ann_file",
    backend_args="folders are listed on this machine's file system",
)


@DATASETS.register_module()
class UnlabelledImagesDataset(BaseDetDataset):
    """Every image in and below a folder; annotations are neither wanted nor looked for.

    The sizes of the images are not known before they are loaded: leave out mmdet's
    ``AspectRatioBatchSampler``.

    Args:
        data_root: the folder, or what ``data_prefix.img`` (or ``.img_path``, as mmseg has it) is
            relative to.
        suffixes: endings of the images, in any case.
        ann_file: a split list, relative to ``data_root``: see
            :func:`mmadvent.io.split_list.choose_listed`. All images if it is empty.
        kwargs: of :class:`mmdet.datasets.BaseDetDataset`; those of annotations are refused.

    Raises:
        InputError: if the folder is missing or holds no image, or if an argument is refused.
    """

    def __init__(
        self, data_root: str, suffixes: Sequence[str] = IMAGE_SUFFIXES, **kwargs: Any
    ) -> None:
        self.suffixes = (suffixes,) if isinstance(suffixes, str) else tuple(suffixes)
        name = type(self).__name__
        refuse_arguments(name, kwargs, REFUSED)
        check_class_names(name, kwargs.get("metainfo"))
        folder = image_prefix(kwargs.pop("data_prefix", None), name)
        super().__init__(data_root=data_root, data_prefix=dict(img=folder), **kwargs)

    def load_data_list(self) -> list[dict]:
        """List the images."""
        holds = "the unlabelled images of the target"
        return unlabeled_infos(
            self.data_prefix["img"], self.suffixes, type(self).__name__, holds, self.ann_file
        )

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named, and a step that needs a box."""
        return prepare_unlabeled(super().prepare_data, self.get_data_info, idx)


def unlabeled_infos(
    folder: str, suffixes: Sequence[str], dataset: str, holds: str, split_list: str = ""
) -> list[dict[str, Any]]:
    """What mmdet's pipelines start from, for every image in and below a folder.

    Args:
        folder, suffixes, dataset, holds: of :func:`mmadvent.io.listing.list_images`.
        split_list: of :func:`mmadvent.io.split_list.choose_listed`.

    Raises:
        InputError: if the folder is missing or holds no such image.
    """
    found = list_images(folder, suffixes, dataset, holds)
    images = choose_listed(found, split_list, suffixes, dataset)
    return [
        dict(img_id=number, img_path=os.path.join(folder, image), instances=[])
        for number, image in enumerate(images)
    ]
