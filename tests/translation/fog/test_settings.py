"""Settings of a folder of foggy images, which must not be mixed."""

import json
from pathlib import Path

import pytest

from mmadvent.errors import InputError
from mmadvent.translation.fog.settings import NOTE, FogSettings, claim_folder


def test_what_is_noted() -> None:
    assert FogSettings().as_json() == dict(atmospheric_light="estimated", holes="far")
    settings = FogSettings((250.0, 200.0, 150.0), "nearest")
    assert settings.as_json() == dict(atmospheric_light=[250.0, 200.0, 150.0], holes="nearest")


@pytest.mark.parametrize(
    "settings", [dict(atmospheric_light=(1, 2, 300)), dict(holes="white"), dict(holes=None)]
)
def test_settings_out_of_range(settings: dict) -> None:
    with pytest.raises(InputError, match=f"^{next(iter(settings))} must be "):
        FogSettings(**settings)


def test_a_free_folder_is_claimed_and_the_same_settings_go_on(tmp_path: Path) -> None:
    settings = FogSettings((250.0, 200.0, 150.0))
    for out in (tmp_path / "new" / "out", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        claim_folder(out, settings)
        note = (out / NOTE).read_text()
        assert json.loads(note) == settings.as_json()
        (out / "image.png").touch()
        claim_folder(out, FogSettings((250.0, 200.0, 150.0)))
        assert (out / NOTE).read_text() == note


def test_other_settings_are_refused(tmp_path: Path) -> None:
    claim_folder(tmp_path / "out", FogSettings())
    with pytest.raises(InputError) as error:
        claim_folder(tmp_path / "out", FogSettings((1.0, 2.0, 3.0), "nearest"))
    assert str(error.value) == (
        f"'{tmp_path}/out' holds images in fog of other settings (atmospheric_light estimated, "
        "holes far instead of atmospheric_light [1.0, 2.0, 3.0], holes nearest): choose another "
        "folder or remove it"
    )


@pytest.mark.parametrize("text", ["null", "[]", "5", '"far"'])
def test_a_note_that_says_something_else(tmp_path: Path, text: str) -> None:
    (tmp_path / NOTE).write_text(text)
    with pytest.raises(InputError) as error:
        claim_folder(tmp_path, FogSettings())
    assert str(error.value) == (
        f"'{tmp_path}' holds images in fog of other settings (a note that says "
        f"{json.loads(text)!r} instead of atmospheric_light estimated, holes far): choose another "
        "folder or remove it"
    )


@pytest.mark.parametrize("text", [b"{", b"\xff", b"[" * 100000])
def test_a_note_that_cannot_be_read(tmp_path: Path, text: bytes) -> None:
    (tmp_path / NOTE).write_bytes(text)
    with pytest.raises(InputError, match=f"^'{tmp_path}/{NOTE}' cannot be read: "):
        claim_folder(tmp_path, FogSettings())


def test_what_others_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError) as error:
            claim_folder(out, FogSettings())
        assert str(error.value) == (
            f"'{out}' must be free or hold images that this tool made, found other files"
        )
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_images_of_another_origin_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    claim_folder(out, FogSettings(), dict(depth_scale=0.01))
    claim_folder(out, FogSettings(), dict(depth_scale=0.01))
    with pytest.raises(InputError, match="depth_scale 0.01 instead of .*depth_scale 0.001"):
        claim_folder(out, FogSettings(), dict(depth_scale=0.001))
