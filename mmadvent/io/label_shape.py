"""Which size a label may have beside its image."""

from mmadvent.errors import InputError

# How much wider, in proportion, a label may be than its image: GTA5 has a few such files.
ASPECT_TOLERANCE = 0.05
# How many times smaller or larger: some are at the stride of a network, an eighth.
LARGEST_FACTOR = 8


def check_label_shape(path: str, label: tuple[int, int], image: tuple[int, int]) -> None:
    """Check that a label can be resized to its image.

    Another shape than the image's would be squeezed into it, and a tiny label says nothing.

    Args:
        path: of the label.
        label: its width and height.
        image: those of its image.

    Raises:
        InputError: if its proportions or its size are too far from the image's.
    """
    told, got = "x".join(map(str, image)), "x".join(map(str, label))
    ratio = label[0] * image[1] / (label[1] * image[0])
    if not 1 / (1 + ASPECT_TOLERANCE) <= ratio <= 1 + ASPECT_TOLERANCE:
        raise InputError(
            f"the label '{path}' must have the shape of its image, {told}, up to "
            f"{ASPECT_TOLERANCE:.0%} in its proportions, got {got}"
        )
    if not 1 / LARGEST_FACTOR <= label[0] / image[0] <= LARGEST_FACTOR:
        raise InputError(
            f"the label '{path}' must have the size of its image, {told}, up to a factor of "
            f"{LARGEST_FACTOR}, got {got}"
        )
