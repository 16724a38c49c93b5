"""Target images: nothing but images."""

import fnmatch
import os
from collections.abc import Sequence
from typing import Any

from mmseg.datasets import BaseSegDataset
from mmseg.registry import DATASETS

from mmadvent.errors import InputError
from mmadvent.io.image_prefix import image_prefix
from mmadvent.io.listing import IMAGE_SUFFIXES, check_partners_exist, list_images
from mmadvent.io.reading import prepare_or_name


@DATASETS.register_module()
class UnlabelledImagesDataset(BaseSegDataset):
    """Every image in and below a folder; labels are neither wanted nor looked for.

    Args:
        data_root: the folder, or what ``data_prefix.img_path`` (or ``.img``, as mmdet has it) is
            relative to.
        suffixes: endings of the images, in any case.
        pattern: which of them to take, by their names without folders, with the wildcards of a
            shell: ``'0001TP_*'``. All by default.
        pseudo_labels: folder of the images' pseudo-labels, relative to the working directory: for
            each image a PNG of class indices, 255 where there is none, at the image's place and
            with its name. The transform ``LoadPseudoLabels`` reads them, which without a folder
            does nothing.
        kwargs: of :class:`mmseg.datasets.BaseSegDataset`.

    Raises:
        InputError: if the folder is missing or holds no image, if no name fits ``pattern``, or if
            an image has no pseudo-label where there should be some.
    """

    def __init__(
        self,
        data_root: str,
        suffixes: Sequence[str] = IMAGE_SUFFIXES,
        pseudo_labels: str | None = None,
        pattern: str = "*",
        **kwargs: Any,
    ) -> None:
        self.pseudo_labels = pseudo_labels
        self.pattern = pattern
        self.suffixes = (suffixes,) if isinstance(suffixes, str) else tuple(suffixes)
        folder = image_prefix(kwargs.pop("data_prefix", None), type(self).__name__)
        super().__init__(data_root=data_root, data_prefix=dict(img_path=folder), **kwargs)

    def load_data_list(self) -> list[dict]:
        """List the images."""
        folder, name = self.data_prefix["img_path"], type(self).__name__
        found = list_images(folder, self.suffixes, name, "the unlabelled images of the target")
        images = [i for i in found if fnmatch.fnmatchcase(os.path.basename(i), self.pattern)]
        if not images:
            raise InputError(
                f"{name}.pattern must fit the name of an image, but none of the {len(found)} in "
                f"'{folder}' fits '{self.pattern}'; the first is '{found[0]}'"
            )
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

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline; a file that cannot be read is named."""
        return prepare_or_name(super().prepare_data, self.get_data_info, idx)


def pseudo_label_name(image: str) -> str:
    """The place of an image's pseudo-label in their folder.

    Args:
        image: path of the image, relative to the folder of the images.
    """
    return os.path.splitext(image)[0] + ".png"
