"""Labels of translated images: their files, whatever kind they are of, and what is refused."""

import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.translation.gan.translated_labels import check_label, place_label

SIZE = (5, 3)


IDS = np.random.default_rng(0).choice([0, 1, 7, 255], (7, 11)).astype(np.uint8)
PALETTE = [*range(6)]  # of two colors


def write_palette(path: Path, **settings: Any) -> None:
    """A byte for each pixel and a short palette, which Pillow itself would not write."""
    label = Image.fromarray(IDS)
    label.putpalette(range(256))
    label.save(path, **settings)
    content = path.read_bytes()
    start = content.index(b"PLTE") - 4
    (length,) = struct.unpack_from(">I", content, start)
    chunk = b"PLTE" + bytes(PALETTE)
    chunk = struct.pack(">I", len(PALETTE)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path.write_bytes(content[:start] + chunk + content[start + length + 12 :])


@pytest.mark.parametrize("kind", ["palette", "grey", "deep_grey", "deep_color"])
def test_ids_are_kept(tmp_path: Path, kind: str) -> None:
    path, out = tmp_path / "a.png", tmp_path / "out/a.png"
    before = IDS
    if kind == "palette":
        write_palette(path)
    elif kind == "grey":
        Image.fromarray(before).save(path)
    else:
        deep = before.astype(np.uint16) + 256
        before = deep if kind == "deep_grey" else np.stack([deep, deep + 1, deep + 2], axis=-1)
        cv2.imwrite(str(path), before)
    place_label(str(path), out, SIZE, "link")
    read = cv2.imread(str(out), cv2.IMREAD_UNCHANGED) if "deep" in kind else Image.open(out)
    rows = np.asarray(Image.fromarray(np.arange(7, dtype=np.uint8)[:, None]).resize((1, 3), 0))
    columns = np.asarray(Image.fromarray(np.arange(11, dtype=np.uint8)[None]).resize((5, 1), 0))
    np.testing.assert_array_equal(np.asarray(read), before[rows[:, 0]][:, columns[0]])
    if kind == "palette":
        assert read.mode == "P" and read.getpalette()[:6] == PALETTE


@pytest.mark.parametrize("how", ["link", "symlink", "copy"])
def test_a_label_of_the_images_size_is_the_file_itself(tmp_path: Path, how: str) -> None:
    path, out = tmp_path / "a.png", tmp_path / "out/a.png"
    write_palette(path)
    for _ in range(2):  # again, as after an interruption
        place_label(str(path), out, (11, 7), how)
        assert out.read_bytes() == path.read_bytes()
        assert out.is_symlink() == (how == "symlink")
        assert (path.stat().st_nlink == 2) == (how == "link")


def test_what_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = dict(img_path="b.png", ori_shape=(70, 110))
    with pytest.raises(InputError, match=f"^the label '{path}' cannot be read: .*No such file"):
        check_label(str(path), image)
    path.write_text("no picture")
    with pytest.raises(InputError, match=f"^the label '{path}' cannot be read: it is no image$"):
        check_label(str(path), image)
    write_palette(path)
    with pytest.raises(InputError, match="must have the size of its image, 110x70, up to a factor"):
        check_label(str(path), image)
    image["ori_shape"] = (14, 22)
    check_label(str(path), image)
    with pytest.raises(InputError, match="^the image 'b.png' has the EXIF orientation 6, and its"):
        check_label(str(path), dict(image, exif_orientation=6))
    exif = Image.Exif()
    exif[0x0112] = 6
    write_palette(path, exif=exif)
    with pytest.raises(InputError) as caught:
        check_label(str(path), image)
    assert str(caught.value) == (
        f"the label '{path}' must be stored upright, got the EXIF orientation 6"
    )
    write_palette(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=f"^the label '{path}' cannot be read: "):
        place_label(str(path), tmp_path / "out.png", SIZE, "copy")
