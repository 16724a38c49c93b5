"""tools/test.py with a detector, mmdet's own script and mmdet's interfaces: the same detections."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from mmdet.apis import DetInferencer, inference_detector, init_detector
from mmengine.structures import InstanceData
from PIL import Image

from tests.tools.commands import TOOLS, ToyRun, run_python, upstream_tools
from tests.tools.toy_detection import HEIGHT, WIDTH

# One command line an argument, one interpreter: importing mmdet takes longer than all of them.
# mmcv-lite has no compiled operators: mmadvent comes before mmdet, whose script imports them.
RUN = """
import json, runpy, sys
import mmadvent
for command in sys.argv[1:]:
    sys.argv = json.loads(command)
    runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def tested(detection_run: ToyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what mmdet's script and ours write."""
    folder = tmp_path_factory.mktemp("tested")
    run = [str(detection_run.config), str(detection_run.checkpoint), "--work-dir"]
    ours = str(TOOLS / "test.py")
    commands = [
        [str(upstream_tools("mmdet") / "test.py"), *run, "upstream", "--out", "upstream.pkl"],
        [ours, *run, "ours", "--out", "new/ours.pkl", "--show-dir", "show"],
        [ours, *run, "tta", "--tta", "--out", "tta.pkl"],
    ]
    done = run_python("-W", "ignore", "-c", RUN, *map(json.dumps, commands), cwd=folder)
    assert "DetTTAModel" in done.stdout + done.stderr
    return folder


def measures(folder: Path) -> dict[str, float]:
    (file,) = folder.glob("*/*.json")
    return json.loads(file.read_text())


def detections(file: Path) -> list[InstanceData]:
    """The detections of a pickle, in the order of the test set."""
    return [InstanceData(**sample["pred_instances"]) for sample in pickle.loads(file.read_bytes())]


def assert_same(ours: InstanceData, other: InstanceData) -> None:
    assert len(ours) > 0
    for key in ("bboxes", "scores", "labels"):
        assert torch.equal(ours[key], other[key]), key


def test_measures_are_those_of_the_validation_after_training(
    detection_run: ToyRun, tested: Path
) -> None:
    (log,) = detection_run.work_dir.glob("*/vis_data/scalars.json")
    validation = json.loads(log.read_text().splitlines()[-1])
    names = [name for name in validation if "AP" in name]
    assert len(names) > 20
    for folder in ("ours", "upstream"):
        logged = measures(tested / folder)
        assert np.array_equal(
            [logged[name] for name in names], [validation[name] for name in names], equal_nan=True
        )


def test_pickle_is_that_of_upstreams_script(tested: Path) -> None:
    ours, upstream = detections(tested / "new/ours.pkl"), detections(tested / "upstream.pkl")
    assert len(ours) == len(upstream) == 2
    for one, other in zip(ours, upstream, strict=True):
        assert_same(one, other)


def test_show_dir_holds_a_picture_of_each_image(tested: Path) -> None:
    pictures = sorted((tested / "show/aachen").iterdir())
    assert [path.name[:13] for path in pictures] == ["aachen_000000", "aachen_000001"]
    assert Image.open(pictures[0]).size == (2 * WIDTH, HEIGHT)  # boxes and detections side by side


def test_tta_looks_at_the_mirror_image_too(tested: Path) -> None:
    assert measures(tested / "tta").keys() >= {"voc07_11points/mAP", "coco/bbox_mAP"}
    single, both = detections(tested / "new/ours.pkl"), detections(tested / "tta.pkl")
    assert not torch.equal(single[0].scores, both[0].scores)
    # What one view is sure of, two are: nothing but overlapping boxes is taken away.
    assert both[0].scores.max() >= single[0].scores.max()


def test_inferencers_detect_the_same(detection_run: ToyRun, tested: Path) -> None:
    torch.set_num_threads(1)  # as the other process
    files = str(detection_run.config), str(detection_run.checkpoint)
    images = sorted((detection_run.folder / "data/leftImg8bit_foggy/val").rglob("*.png"))
    model = init_detector(*files, device="cpu")
    assert model.dataset_meta["classes"][0] == "person"
    inferencer = DetInferencer(*files, device="cpu", show_progress=False)
    for image, expected in zip(images, detections(tested / "new/ours.pkl"), strict=True):
        assert_same(inference_detector(model, str(image)).pred_instances, expected)
        (found,) = inferencer(str(image), return_datasamples=True)["predictions"]
        assert_same(found.pred_instances, expected)
