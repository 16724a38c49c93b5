"""Names of the files of Foggy Cityscapes."""

import os

from mmadvent.io.listing import walk_files

FOLDER = "leftImg8bit_foggy"
"""Beside ``leftImg8bit``, with the same folders of splits and cities below."""

MARK = "_foggy_beta_"


def foggy_name(image: str, beta: float) -> str:
    """The name of an image's foggy version: ``X.png`` -> ``X_foggy_beta_0.02.png``.

    Args:
        image: name or path of the clear image, with any ending.
        beta: attenuation coefficient of the fog in 1/m.
    """
    return f"{os.path.splitext(image)[0]}{foggy_suffix(beta)}"


def foggy_suffix(beta: float) -> str:
    """The ending of the foggy images of one density."""
    return f"{MARK}{beta:g}.png"


def densities_in(folder: str) -> list[str]:
    """The densities of the foggy images in and below a folder, as their names tell them."""
    if not os.path.isdir(folder):
        return []
    found = {
        path.rpartition(MARK)[2].removesuffix(".png")
        for path in walk_files(folder)
        if MARK in os.path.basename(path) and path.endswith(".png")
    }
    return sorted(found)
