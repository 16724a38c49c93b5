"""Foggy Cityscapes: the target of the detection task."""

import os
from typing import Any

from mmdet.registry import DATASETS

from mmadvent.detection.datasets.cityscapes_boxes import CityscapesBoxesDataset
from mmadvent.detection.datasets.unlabeled_images import unlabeled_infos
from mmadvent.errors import InputError
from mmadvent.translation.fog.names import FOLDER, densities_in, foggy_name, foggy_suffix
from mmadvent.translation.fog.optical_model import check_beta

HOLDS = (
    f"the foggy images of Foggy Cityscapes ('{FOLDER}/<split>/<city>/*_leftImg8bit_foggy_beta_"
    "0.02.png', Sakaridis et al. 2018), unpacked from its publisher's archive or made by "
    "tools/make_fog.py"
)


@DATASETS.register_module()
class FoggyCityscapesDataset(CityscapesBoxesDataset):
    """Foggy Cityscapes as it is unpacked, or as ``tools/make_fog.py`` makes it.

    Without an annotation file it is every image of one density: a target to train on, of which no
    annotation is ever opened. With one it is the images of that file, in fog: the annotations are
    those of the clear images.

    Args:
        data_root: folder of ``leftImg8bit_foggy``.
        split: ``train`` or ``val``, the folder below it.
        fog_density: attenuation coefficient in 1/m. The publisher offers 0.005, 0.01 and 0.02.
        ann_file: annotations of the clear images, relative to ``data_root``; none if empty.
        kwargs: of :class:`CityscapesBoxesDataset`.

    Raises:
        InputError: if the folder is missing or holds no image of this density, or as
            :class:`CityscapesBoxesDataset` if there is an annotation file.

    Source: Sakaridis et al., Semantic Foggy Scene Understanding with Synthetic Data, IJCV 2018.
    """

    def __init__(
        self,
        data_root: str,
        split: str = "train",
        fog_density: float = 0.02,
        ann_file: str = "",
        **kwargs: Any,
    ) -> None:
        check_beta(fog_density, "fog_density")
        self.fog_density = fog_density
        kwargs.setdefault("data_prefix", dict(img=f"{FOLDER}/{split}"))
        super().__init__(data_root=data_root, split=split, ann_file=ann_file, **kwargs)

    def load_data_list(self) -> list[dict]:
        """List the images of this density, or read the annotations."""
        folder, suffix = self.data_prefix["img"], foggy_suffix(self.fog_density)
        found = densities_in(folder)
        if found and f"{self.fog_density:g}" not in found:
            raise InputError(
                f"{type(self).__name__}: fog_density must be one of those in '{folder}', "
                f"{', '.join(found)}, got {self.fog_density:g}"
            )
        if not found or not self.ann_file:
            return unlabeled_infos(folder, (suffix,), type(self).__name__, HOLDS)
        return super().load_data_list()

    def parse_data_info(self, raw_data_info: dict) -> dict:
        """As mmdet's, of the image in fog."""
        info = super().parse_data_info(raw_data_info)
        folder, name = os.path.split(info["img_path"])
        info["img_path"] = os.path.join(folder, foggy_name(name, self.fog_density))
        return info

    def filter_data(self) -> list[dict]:
        """As mmdet's; unlabelled images all stay."""
        return super().filter_data() if self.ann_file else self.data_list
