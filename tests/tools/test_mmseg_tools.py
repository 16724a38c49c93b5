"""mmseg's own tools that fail on the official line; tools/ has ours in their place."""

import json
from collections.abc import Callable
from pathlib import Path

import mmseg
import numpy as np
import pytest
from PIL import Image

TOOLS = Path(mmseg.__file__).parent / ".mim" / "tools" / "analysis_tools"
# Every argument is one tool's command line; one interpreter, since importing mmseg takes long.
RUN = """
import json, runpy, sys, traceback
import mmadvent
for command in sys.argv[1:]:
    sys.argv = json.loads(command)
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except Exception:
        print(traceback.format_exc())
    print("-- end of tool --")
"""
MODEL = """
model = dict(
    type="EncoderDecoder",
    data_preprocessor=dict(type="SegDataPreProcessor", size=(32, 32)),
    backbone=dict(type="FastSCNN"),
    decode_head=dict(
        type="FCNHead", in_channels=128, in_index=-1, channels=128, num_convs=0, num_classes=2
    ),
    test_cfg=dict(mode="whole"),
)
"""
DATA = """
train_dataloader = dict(dataset=dict(
    type="BaseSegDataset",
    metainfo=dict(classes=("left", "right"), palette=[[255, 0, 0], [0, 0, 255]]),
    data_root={root!r},
    data_prefix=dict(img_path="images", seg_map_path="labels"),
    pipeline=[
        dict(type="LoadImageFromFile"), dict(type="LoadAnnotations"), dict(type="PackSegInputs")
    ],
))
visualizer = dict(type="SegLocalVisualizer", vis_backends=[], name="visualizer")
default_scope = "mmseg"
"""


@pytest.fixture(scope="module")
def printed(
    tmp_path_factory: pytest.TempPathFactory, fresh_python: Callable[..., str]
) -> dict[str, str]:
    """What the tools print, and the names of what browse_dataset drew."""
    folder = tmp_path_factory.mktemp("tools")
    for name in ("images", "labels", "drawn"):
        (folder / name).mkdir()
    label = np.zeros((30, 40), np.uint8)
    label[:, 20:] = 1
    Image.fromarray(label).save(folder / "labels" / "one.png")
    Image.fromarray(np.stack([label * 100] * 3, axis=-1)).save(folder / "images" / "one.jpg")
    (folder / "model.py").write_text(MODEL)
    (folder / "data.py").write_text(DATA.format(root=str(folder)))

    flops = [str(TOOLS / "get_flops.py"), str(folder / "model.py"), "--shape", "32", "32"]
    output = f"--output-dir={folder / 'drawn'}"
    browse = [str(TOOLS / "browse_dataset.py"), str(folder / "data.py"), output, "--not-show"]
    texts = fresh_python(RUN, json.dumps(flops), json.dumps(browse)).split("-- end of tool --")
    drawn = sorted(file.name for file in (folder / "drawn").iterdir())
    return {"flops": texts[0], "browse": texts[1], "drawn": " ".join(drawn)}


def test_get_flops_counts_on_one_line_only(line: str, printed: dict[str, str]) -> None:
    text = printed["flops"]
    failure = '"input_shape" and "inputs" cannot be both set'
    expected = {"openmmlab": (True, False), "onedl": (False, True)}[line]
    assert (failure in text, "Flops:" in text) == expected, text


def test_browse_dataset_draws_on_one_line_only(line: str, printed: dict[str, str]) -> None:
    text = printed["browse"]
    failure = "Layout of the output array img is incompatible"
    expected = {"openmmlab": (True, ""), "onedl": (False, "one.jpg")}[line]
    assert (failure in text, printed["drawn"]) == expected, text
