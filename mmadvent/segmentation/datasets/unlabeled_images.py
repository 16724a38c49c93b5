"""Target images: nothing but images."""

import os
from collections.abc import Sequence
from typing import Any

from mmseg.datasets import BaseSegDataset
from mmseg.registry import DATASETS

from mmadvent.checks import check_class_names, refuse_arguments
from mmadvent.io.image_prefix import image_prefix
from mmadvent.io.listing import IMAGE_SUFFIXES, check_partners_exist, list_images
from mmadvent.io.reading import prepare_unlabeled
from mmadvent.io.split_list import choose_listed
from mmadvent.segmentation.datasets.load_pseudo_labels import next_resize

# Of what mmseg's base class takes.
REFUSED = dict(
    img_suffix="the argument is suffixes",
    seg_map_suffix="no label is looked for",
    reduce_zero_label="no label is looked for",
    filter_cfg="no image is filtered: name those to take in ann_file or pattern",
    backend_args="folders are listed on this machine's file system",
)


@DATASETS.register_module()
class UnlabelledImagesDataset(BaseSegDataset):
    """Every image in and below a folder; labels are neither wanted nor looked for.

    Args:
        data_root: the folder, or what ``data_prefix.img_path`` (or ``.img``, as mmdet has it) is
            relative to.
        suffixes: endings of the images, in any case.
        pattern: which of them to take, by their names, with the wildcards of a shell:
            ``'0001TP_*'``. With a slash, by their paths below the folder: ``'*/train/*'``. All by
            default.
        pseudo_labels: folder of the images' pseudo-labels, relative to the working directory: for
            each image a PNG of class indices, 255 where there is none, at the image's place and
            with its name. The transform ``LoadPseudoLabels`` reads them, which without a folder
            does nothing.
        ann_file: a split list, relative to ``data_root``: see
            :func:`mmadvent.io.split_list.choose_listed`. All images if it is empty.
        test_mode: as upstream's, but for the classes, which nothing here needs.
        kwargs: of :class:`mmseg.datasets.BaseSegDataset`; those of labels are refused.

    Raises:
        InputError: if the folder is missing or holds no image, if no name fits ``pattern``, if
            an image has no pseudo-label where there should be some, if a step of the pipeline would
            move an image otherwise than its pseudo-labels, or if an argument is refused.
    """

    def __init__(
        self,
        data_root: str,
        suffixes: Sequence[str] = IMAGE_SUFFIXES,
        pseudo_labels: str | None = None,
        pattern: str = "*",
        test_mode: bool = False,
        **kwargs: Any,
    ) -> None:
        name = type(self).__name__
        refuse_arguments(name, kwargs, REFUSED)
        check_class_names(name, kwargs.get("metainfo"))
        self.pseudo_labels = pseudo_labels
        self.pattern = pattern
        self.suffixes = (suffixes,) if isinstance(suffixes, str) else tuple(suffixes)
        folder = image_prefix(kwargs.pop("data_prefix", None), name)
        super().__init__(data_root=data_root, data_prefix=dict(img_path=folder), **kwargs)
        self.test_mode = test_mode
        self.next_resize = next_resize(self.pipeline.transforms) if pseudo_labels else None

    def load_data_list(self) -> list[dict]:
        """List the images."""
        folder, name = self.data_prefix["img_path"], type(self).__name__
        holds = "the unlabelled images of the target"
        images = list_images(folder, self.suffixes, name, holds, self.pattern)
        images = choose_listed(images, self.ann_file, self.suffixes, name)
        infos: list[dict] = [
            dict(
                img_path=os.path.join(folder, image),
                label_map=None,
                reduce_zero_label=False,
                seg_fields=[],
            )
            for image in images
        ]
        if self.pseudo_labels is not None:
            for info, image in zip(infos, images, strict=True):
                place = pseudo_label_name(image)
                info["pseudo_label_path"] = os.path.join(self.pseudo_labels, place)
            pairs = [(info["img_path"], info["pseudo_label_path"]) for info in infos]
            check_partners_exist(pairs, name, "pseudo-label")
        return infos

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from: upstream's entries, and the step after the labels'."""
        info = super().get_data_info(idx)
        if self.next_resize is not None:
            info["next_resize"] = self.next_resize
        return info

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named, and a step that needs a label."""
        return prepare_unlabeled(super().prepare_data, self.get_data_info, idx)


def pseudo_label_name(image: str) -> str:
    """The place of an image's pseudo-label in their folder.

    Args:
        image: path of the image, relative to the folder of the images.
    """
    return os.path.splitext(image)[0] + ".png"
