"""The decoder of PNGs gives OpenCV's pixels, and leaves to OpenCV what it does not decode."""

import io
from pathlib import Path

import cv2
import mmcv
import numpy as np
import pytest
from mmcv import transforms
from mmengine.registry import TRANSFORMS, DefaultScope
from PIL import Image

import mmadvent.detection
import mmadvent.segmentation  # noqa: F401  (both register the loader)
from mmadvent.errors import InputError
from mmadvent.io import load_image
from mmadvent.io.load_image import BACKEND, LoadImageFromFile, decode_png, load_picture

PIXELS = np.random.default_rng(0).integers(0, 256, (30, 41, 3), dtype=np.uint8)
RGB = Image.fromarray(PIXELS)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def sixteen_bits() -> bytes:
    return cv2.imencode(".png", PIXELS.astype(np.uint16) * 257)[1].tobytes()


OTHERS = {
    "grey": encoded(RGB.convert("L")),
    "palette": encoded(RGB.convert("P")),
    "bilevel": encoded(RGB.convert("1")),
    "alpha": encoded(RGB.convert("RGBA")),
    "16 bits": sixteen_bits(),
    "JPEG": encoded(RGB, "JPEG"),
}


TRANSPARENT = dict(transparency=tuple(PIXELS[0, 0].tolist()))


@pytest.mark.parametrize(
    "options", [dict(), dict(compress_level=0), dict(exif=Image.Exif()), TRANSPARENT]
)
def test_pixels_are_those_that_were_written_blue_first(options: dict) -> None:
    image = decode_png(encoded(RGB, **options))
    assert image.dtype == np.uint8 and image.flags.c_contiguous and image.flags.writeable
    assert np.array_equal(image, PIXELS[..., ::-1])


@pytest.mark.parametrize("content", [*OTHERS.values(), b""], ids=[*OTHERS, "nothing"])
def test_other_pictures_are_left_alone(content: bytes) -> None:
    assert decode_png(content) is None


def load(path: Path, **arguments: object) -> dict | None:
    return LoadImageFromFile(**arguments).transform(dict(img_path=str(path)))


@pytest.mark.parametrize(
    "content",
    [encoded(RGB), encoded(RGB, **TRANSPARENT), *OTHERS.values()],
    ids=["RGB", "transparent colour", *OTHERS],
)
@pytest.mark.parametrize("name", ["a.png", "A.PNG", "a.jpg"])
def test_every_picture_is_as_mmcv_loads_it(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    ours = load(tmp_path / name, imdecode_backend=BACKEND)
    theirs = transforms.LoadImageFromFile()(dict(img_path=str(tmp_path / name)))
    assert ours.keys() == theirs.keys()
    assert np.array_equal(ours["img"], theirs["img"])
    shape = (PIXELS.shape[:2], PIXELS.shape[:2])
    assert (ours["img_shape"], ours["ori_shape"]) == shape


@pytest.mark.parametrize(
    "arguments", [dict(to_float32=True), dict(color_type="grayscale"), dict(color_type="unchanged")]
)
def test_mmcvs_options_hold(arguments: dict, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(RGB))
    ours = load(tmp_path / "a.png", imdecode_backend=BACKEND, **arguments)["img"]
    theirs = transforms.LoadImageFromFile(**arguments)(dict(img_path=str(tmp_path / "a.png")))
    assert ours.dtype == theirs["img"].dtype and np.array_equal(ours, theirs["img"])


def test_opencv_is_not_asked_for_what_kornia_decodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(encoded(RGB))
    monkeypatch.setattr(mmcv, "imfrombytes", None)
    assert load(tmp_path / "a.png", imdecode_backend=BACKEND)["img"].shape == PIXELS.shape
    with pytest.raises(TypeError, match="not callable"):
        load(tmp_path / "a.png")


def test_with_another_backend_it_is_mmcvs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(encoded(RGB))
    monkeypatch.setattr(load_image, "decode_png", None)
    for backend in ("cv2", "pillow"):
        image = load(tmp_path / "a.png", imdecode_backend=backend)["img"]
        assert np.array_equal(image, PIXELS[..., ::-1])


def test_damaged_and_missing_files_are_mmcvs_to_report(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    loader = dict(imdecode_backend=BACKEND)
    path.write_bytes(encoded(RGB)[:2000])
    with pytest.raises(InputError, match="^the PNG is damaged: .*unexpected end of file$"):
        decode_png(path.read_bytes())
    with pytest.raises(AssertionError, match=f"failed to load image: {path}"):
        load(path, **loader)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.png", **loader)
    assert load(tmp_path / "none.png", ignore_empty=True, **loader) is None


@pytest.mark.parametrize("backend", [BACKEND, "cv2", "pillow"])
def test_an_empty_file_may_be_passed_over(tmp_path: Path, backend: str) -> None:
    path = tmp_path / "a.png"
    path.touch()
    assert load(path, ignore_empty=True, imdecode_backend=backend) is None
    # That a picture is another one than it seems is told all the same.
    Image.fromarray(np.full((4, 6), 4095, np.uint16)).save(path)
    with pytest.raises(InputError, match="its 16-bit values are 4095 at most"):
        load(path, ignore_empty=True, imdecode_backend=backend)


def test_a_flat_picture_is_as_small_as_it_may_be() -> None:
    flat = Image.new("RGB", (2048, 1024))
    assert np.array_equal(decode_png(encoded(flat, compress_level=9)), np.asarray(flat))


@pytest.mark.parametrize("place", [29, 60, 1000, 3000])  # of the header and of pixels
def test_one_wrong_byte_is_noticed(place: int) -> None:
    content = bytearray(encoded(RGB))
    content[place] ^= 1
    with pytest.raises(InputError, match="^the PNG is damaged: .*CRC error"):
        decode_png(bytes(content))


def test_a_size_that_cannot_be_is_refused_before_memory_is_asked_for() -> None:
    content = bytearray(encoded(RGB))
    content[16:24] = 2 * (2**20).to_bytes(4, "big")
    with pytest.raises(InputError, match=f"1048576x1048576 pixels has {len(content)} bytes only"):
        decode_png(bytes(content))


def photo(path: Path, orientation: int, **options: object) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    RGB.save(path, exif=exif, **options)


@pytest.mark.parametrize("backend", [BACKEND, "cv2", "pillow"])
@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_a_picture_is_turned_as_its_exif_orientation_says(
    tmp_path: Path, backend: str, name: str
) -> None:
    photo(tmp_path / name, 6, **(dict(lossless=True) if name == "a.webp" else {}))
    loaded = load(tmp_path / name, imdecode_backend=backend)
    assert np.array_equal(loaded["img"], np.rot90(PIXELS[..., ::-1], -1))
    assert loaded["exif_orientation"] == 6 and loaded["ori_shape"] == (41, 30)
    grey = load(tmp_path / name, imdecode_backend=backend, color_type="grayscale")
    assert grey["img"].shape == (41, 30)


def load_annotated(path: Path, width: int, height: int, instances: tuple = (1,)) -> dict | None:
    results = dict(img_path=str(path), width=width, height=height, instances=instances)
    return LoadImageFromFile().transform(results)


def test_annotations_of_another_size_are_refused(tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 6)
    assert load_annotated(tmp_path / "a.png", 30, 41)["img"].shape == (41, 30, 3)
    with pytest.raises(InputError) as error:
        load_annotated(tmp_path / "a.png", 41, 30)
    assert str(error.value) == (
        f"the image '{tmp_path}/a.png' must have the size that its annotations name, 41x30, got "
        "30x41, turned by its EXIF orientation 6"
    )


def test_boxes_of_the_stored_or_of_the_shown_picture(tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 3)
    assert load_annotated(tmp_path / "a.png", 41, 30, ())["exif_orientation"] == 3
    with pytest.raises(InputError) as error:
        load_annotated(tmp_path / "a.png", 41, 30)
    assert str(error.value) == (
        f"the image '{tmp_path}/a.png' has the EXIF orientation 3, and its boxes may be of the "
        "picture as it is stored or as it is shown: store it upright, without the orientation"
    )


@pytest.mark.parametrize("backend", [BACKEND, "cv2", "pillow"])
def test_twelve_bits_are_refused_or_scaled_by_their_range(tmp_path: Path, backend: str) -> None:
    for name in ("a.png", "a.tif"):
        path = tmp_path / name
        values = PIXELS[..., 0].astype(np.uint16) * 16
        cv2.imwrite(str(path), values)
        with pytest.raises(InputError) as error:
            load(path, imdecode_backend=backend)
        assert str(error.value) == (
            f"the image '{path}' cannot be read: its 16-bit values are {values.max()} at most, "
            "which would be black: set LoadImageFromFile.max_value to the value that is white, "
            "such as 4095 of 12 bits, or 65535"
        )
        scaled = load(path, imdecode_backend=backend, max_value=4080)["img"]
        assert np.array_equal(scaled, np.repeat(PIXELS[..., :1], 3, axis=2))
        clipped = load(path, imdecode_backend=backend, max_value=2040)["img"].max()
        assert clipped == 255


@pytest.mark.parametrize("value", [255, 2**16, 1.5, True])
def test_a_white_that_cannot_be(value: object) -> None:
    with pytest.raises(InputError) as error:
        LoadImageFromFile(max_value=value)
    assert str(error.value) == (
        f"LoadImageFromFile.max_value must be an integer in [256, 65535], got {value!r}"
    )


def test_fractions_are_no_picture(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 6), 0.5, np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(InputError) as error:
        load(tmp_path / "a.tif")
    assert str(error.value) == (
        f"the image '{tmp_path}/a.tif' cannot be read: a channel must have 8 or 16 bits, got 32"
    )


def test_a_decompression_bomb_is_named(tmp_path: Path) -> None:
    content = bytearray(encoded(RGB.convert("L")))
    content[16:24] = 2 * (60000).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(content)
    for backend in (BACKEND, "cv2", "pillow"):
        with pytest.raises(InputError) as error:
            load(tmp_path / "a.png", imdecode_backend=backend)
        assert str(error.value) == (
            f"the image '{tmp_path}/a.png' cannot be read: a PNG of 60000x60000 pixels has "
            f"{len(content)} bytes only"
        )
        # The command lines print the first cause that is one of these.
        assert not isinstance(error.value.__cause__, InputError)


def test_a_picture_to_draw_on_is_upright_and_red_first(tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 6)
    assert np.array_equal(load_picture(str(tmp_path / "a.png")), np.rot90(PIXELS, -1))


@pytest.mark.parametrize("scope", ["mmseg", "mmdet"])
def test_both_scopes_build_it_under_mmcvs_name(scope: str) -> None:
    config = dict(type="LoadImageFromFile", imdecode_backend=BACKEND)
    with DefaultScope.overwrite_default_scope(scope):
        built = TRANSFORMS.build(config)
    assert type(built) is LoadImageFromFile
