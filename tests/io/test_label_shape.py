"""Labels whose size is not their image's."""

import pytest

from mmadvent.errors import InputError
from mmadvent.io.label_shape import check_label_shape


@pytest.mark.parametrize("label", [(1914, 1052), (1914, 1046), (240, 131), (957, 526)])
def test_sizes_that_can_be_resized(label: tuple[int, int]) -> None:
    check_label_shape("a.png", label, (1914, 1052))


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        (
            (1914, 957),
            "the label 'a.png' must have the shape of its image, 1914x1052, up to 5% in its "
            "proportions, got 1914x957",
        ),
        (
            (191, 105),
            "the label 'a.png' must have the size of its image, 1914x1052, up to a factor of 8, "
            "got 191x105",
        ),
    ],
)
def test_others_are_refused(label: tuple[int, int], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        check_label_shape("a.png", label, (1914, 1052))
    assert str(caught.value) == sentence
