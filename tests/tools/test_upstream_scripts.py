"""Upstream's scripts do on our configs what docs/tools.md says."""

import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.commands import ROOT, ToyRun, run_tool
from tests.tools.toy_config import write_child
from tests.tools.upstream_scripts import DETECTION, SEGMENTATION, WORKS, Script, page


def test_the_page_is_that_of_the_scripts() -> None:
    """If this fails: python -m tests.tools.upstream_scripts > docs/tools.md."""
    assert (ROOT / "docs" / "tools.md").read_text() == page()


@pytest.fixture(autouse=True)
def official(line: str) -> None:
    """The table is that of the official line; the onedl line has mended some."""
    if line != "openmmlab":
        pytest.skip("docs/tools.md is about the official line")


def check(library: str, scripts: tuple[Script, ...], run: ToyRun, folder: Path) -> None:
    """Run all of them, and compare each verdict with the table's."""
    words = [library, run.config, run.work_dir, folder]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.tools.upstream_scripts", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('["')]
    assert [path for path, _ in found] == [script.path for script in scripts], done.stderr[-3000:]
    wrong = [
        (script.path, verdict)
        for script, (_, verdict) in zip(scripts, found, strict=True)
        if (not re.search(script.defect, verdict) if script.defect else verdict != WORKS)
    ]
    assert wrong == []


@pytest.mark.slow
def test_mmsegs(toy_run: ToyRun, tmp_path: Path) -> None:
    write_child(
        tmp_path,
        "test_dataloader = dict(dataset=dict("
        "_delete_=True, type='RepeatDataset', times=100, dataset=_base_.test_dataloader.dataset))",
        base=str(toy_run.config),
        name="long.py",
    )
    maps = tmp_path / "maps"
    out = ["--work-dir", tmp_path / "test", "--out", maps]
    run_tool("test", toy_run.config, toy_run.checkpoint, *out, cwd=tmp_path)
    check("mmseg", SEGMENTATION, toy_run, tmp_path)


@pytest.mark.slow
def test_mmdets(detection_run: ToyRun, tmp_path: Path) -> None:
    file = tmp_path / "detections.pkl"
    out = ["--work-dir", tmp_path / "test", "--out", file]
    run_tool("test", detection_run.config, detection_run.checkpoint, *out, cwd=tmp_path)
    rows = []
    for image in pickle.loads(file.read_bytes()):
        found = image["pred_instances"]
        columns = (found[key].tolist() for key in ("bboxes", "scores", "labels"))
        for (x1, y1, x2, y2), score, label in zip(*columns, strict=True):
            box = dict(bbox=[x1, y1, x2 - x1, y2 - y1], score=score, category_id=label + 1)
            rows.append(dict(box, image_id=image["img_id"]))
    (tmp_path / "results.bbox.json").write_text(json.dumps(rows))
    check("mmdet", DETECTION, detection_run, tmp_path)
