"""Upstream's own scripts on our configs and checkpoints, as docs/tools.md lists them."""

import json
import os
import re
import runpy
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from mmadvent import compat
from tests.tools.commands import ToyRun, upstream_tools

WORKS = "works"


@dataclass(frozen=True)
class Script:
    """A script of mmseg's or mmdet's.

    Attributes:
        library: whose.
        path: below its ``.mim/tools``.
        words: its arguments; names in braces are those of :func:`places`.
        defect: what its failure says, if upstream is at fault; a regular expression.
        stand_in: what to call then.
    """

    library: str
    path: str
    words: str
    defect: str = ""
    stand_in: str = ""


SEGMENTATION = (
    Script("mmseg", "train.py", "{config} --work-dir {out} --cfg-options train_cfg.max_iters=1"),
    Script("mmseg", "test.py", "{config} {checkpoint} --work-dir {out}"),
    Script(
        "mmseg",
        "test.py",
        "{config} {checkpoint} --work-dir {out} --out {out}/maps",
        "list indices must be integers",
        "`mmadvent test --out`: upstream's takes a single metric, not a list",
    ),
    Script("mmseg", "analysis_tools/analyze_logs.py", "{log} --keys mIoU --out {out}/curve.png"),
    Script("mmseg", "analysis_tools/benchmark.py", "{long} {checkpoint} --work-dir {out}"),
    Script(
        "mmseg",
        "analysis_tools/browse_dataset.py",
        "{config} --not-show --output-dir {out}",
        "Expected Ptr<cv::UMat>|Layout of the output array",
        "`mmadvent browse-dataset`",
    ),
    Script(
        "mmseg",
        "analysis_tools/confusion_matrix.py",
        "{config} {maps} {out}",
        "Is a directory",
        "`mmadvent confusion-matrix`: upstream's reads no sub-folders, which Cityscapes has, and "
        "its 8-bit sums overflow with more than 16 classes",
    ),
    Script(
        "mmseg",
        "analysis_tools/get_flops.py",
        "{config} --shape 64 64",
        "cannot be both set",
        "`mmadvent get-flops`",
    ),
    Script(
        "mmseg",
        "analysis_tools/visualization_cam.py",
        "{image} {config} {checkpoint} --out-file {out}/cam.png --cam-file {out}/cam.png "
        "--target-layers backbone.layer4[1] --category-index 0 --device cpu",
        "No module named 'pytorch_grad_cam'",
        "needs the package `grad-cam`",
    ),
    Script(
        "mmseg",
        "deployment/pytorch2torchscript.py",
        "{config} --checkpoint {checkpoint} --output-file {out}/a.pt --shape 64 64",
        "test_cfg specified in both",
        "`mmadvent export`: upstream's script is of an older mmseg",
    ),
    Script(
        "mmseg",
        "misc/browse_dataset.py",
        "{config} --not-show --output-dir {out}",
        "Expected Ptr<cv::UMat>|Layout of the output array",
        "`mmadvent browse-dataset`",
    ),
    Script("mmseg", "misc/print_config.py", "{config}"),
    Script("mmseg", "misc/publish_model.py", "{checkpoint} {out}/published.pth"),
    Script(
        "mmseg",
        "torchserve/mmseg2torchserve.py",
        "{config} {checkpoint} --output-folder {out}",
        "torch-model-archiver",
        "needs the package `torch-model-archiver`",
    ),
)
DETECTION = (
    Script("mmdet", "train.py", "{config} --work-dir {out} --cfg-options train_cfg.max_iters=1"),
    Script("mmdet", "test.py", "{config} {checkpoint} --work-dir {out} --out {out}/all.pkl"),
    Script(
        "mmdet",
        "analysis_tools/analyze_logs.py",
        "plot_curve {log} --keys loss --out {out}/curve.png",
    ),
    Script("mmdet", "analysis_tools/analyze_results.py", "{config} {detections} {out} --topk 1"),
    Script(
        "mmdet",
        "analysis_tools/benchmark.py",
        "{config} --checkpoint {checkpoint} --task inference --repeat-num 1 --max-iter 2 "
        "--num-warmup 1 --work-dir {out}",
        "not compiled with CUDA|CUDA",
        "needs a GPU",
    ),
    Script("mmdet", "analysis_tools/browse_dataset.py", "{config} --not-show --output-dir {out}"),
    Script("mmdet", "analysis_tools/coco_error_analysis.py", "{results} {out} --ann {annotations}"),
    Script(
        "mmdet",
        "analysis_tools/coco_occluded_separated_recall.py",
        "{detections} --ann {annotations}",
        "must be predicted by instance segmentation model",
        "none: it measures masks",
    ),
    Script("mmdet", "analysis_tools/confusion_matrix.py", "{config} {detections} {out}"),
    Script(
        "mmdet",
        "analysis_tools/eval_metric.py",
        "{config} {detections}",
        "'gt_instances'",
        "`mmadvent test`: the file of detections lacks the boxes that VOC's measures compare with",
    ),
    Script(
        "mmdet",
        "analysis_tools/fuse_results.py",
        "{results} {results} --annotation {annotations}",
        "no attribute 'models_name'",
        "none: upstream's script reads an option that it does not have",
    ),
    Script("mmdet", "analysis_tools/get_flops.py", "{config} --num-images 1"),
    Script(
        "mmdet",
        "analysis_tools/optimize_anchors.py",
        "{config} --device cpu --output-dir {out}",
        "Only support optimize YOLOAnchor",
        "none: it knows YOLO's anchors alone",
    ),
    Script(
        "mmdet",
        "analysis_tools/test_robustness.py",
        "{config} {checkpoint} --out {out}/r.pkl",
        "No module named 'tools.analysis_tools'",
        "needs mmdet's checkout, from which alone it can be called",
    ),
    Script(
        "mmdet",
        "deployment/mmdet2torchserve.py",
        "{config} {checkpoint} --output-folder {out}",
        "torch-model-archiver",
        "needs the package `torch-model-archiver`",
    ),
    Script(
        "mmdet",
        "misc/get_image_metas.py",
        "{config} --out {out}/metas.pkl",
        "no attribute 'data_prefix'",
        "none: it reads csv and txt files of boxes alone; COCO's name the sizes",
    ),
    Script("mmdet", "misc/print_config.py", "{config}"),
    Script("mmdet", "model_converters/publish_model.py", "{checkpoint} {out}/published.pth"),
)
# The folders and scripts that take no config or checkpoint of a segmentor or detector.
OTHERS = """\
`dataset_converters/` and the other `model_converters/` read other data sets and other projects'
weights, not ours; `mot/`, `test_tracking.py` and the grounding, panoptic and ODVG scripts are of
other tasks. `dist_train.sh`, `dist_test.sh` and the `slurm_*.sh` call `train.py` and `test.py`."""
HEAD = """# Which of upstream's scripts work

mmsegmentation's and mmdetection's own command lines (`PACKAGE/.mim/tools`), unmodified, on a config
and a checkpoint of ours:

    mmadvent upstream-tool mmdet analysis_tools/confusion_matrix.py CONFIG DETECTIONS.pkl OUT_DIR

runs one after what is broken upstream was mended. With an mmcv that has its compiled operators,
`python SCRIPT ...` and `mim` do as well. `make test-all` runs all of them and compares.
"""


def page() -> str:
    """docs/tools.md."""
    parts = [HEAD]
    for title, scripts in (("mmsegmentation", SEGMENTATION), ("mmdetection", DETECTION)):
        rows = [f"| `{one.path}`{_options(one)} | {_result(one)} |" for one in scripts]
        parts.append(f"## {title}\n\n| script | |\n|:--|:--|\n" + "\n".join(rows) + "\n")
    return "\n".join([*parts, "## The others\n", OTHERS, ""])


def _options(script: Script) -> str:
    return " `--out`" if script.path == "test.py" and " --out" in script.words else ""


def _result(script: Script) -> str:
    if not script.stand_in or script.stand_in.startswith("needs "):
        return script.stand_in or WORKS
    if script.stand_in.startswith("none: "):
        return f"fails: {script.stand_in.removeprefix('none: ')}"
    return f"fails; instead: {script.stand_in}"


def places(run: ToyRun, folder: Path) -> dict[str, str]:
    """What the scripts get: the files of a toy run and what its test wrote.

    Args:
        run: of either half.
        folder: with ``maps`` or ``detections.pkl`` and ``results.bbox.json``, and ``long.py``.
    """
    (log,) = run.work_dir.glob("*/vis_data/scalars.json")
    image = min((run.folder / "data").rglob("val/**/*.png"))
    return dict(
        config=str(run.config),
        checkpoint=str(run.checkpoint),
        log=str(log),
        image=str(image),
        long=str(folder / "long.py"),
        maps=str(folder / "maps"),
        detections=str(folder / "detections.pkl"),
        results=str(folder / "results.bbox.json"),
        annotations=str(run.folder / "data/annotations/instances_val.json"),
    )


def verdicts(scripts: tuple[Script, ...], words: dict[str, str], folder: Path) -> Iterator[str]:
    """What each script does: ``works``, or the last line that it says of its failure.

    Each runs in a process of its own that has upstream imported already.
    """
    for number, script in enumerate(scripts):
        out = folder / f"{number}"
        out.mkdir()
        path = upstream_tools(script.library) / script.path
        arguments = script.words.format(out=out, **words).split()
        log = out / "log.txt"
        child = os.fork()
        if child == 0:
            _run([str(path), *arguments], out, log)
        _, status = os.waitpid(child, 0)
        said = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        code = os.waitstatus_to_exitcode(status)
        yield WORKS if code == 0 else re.sub(r"\x1b\[[0-9;]*m", "", said[-1] if said else str(code))


def _run(command: list[str], out: Path, log: Path) -> None:
    """Be the script, and end the process."""
    code = 1
    file = os.open(log, os.O_CREAT | os.O_WRONLY)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.chdir(out)
    sys.argv = command
    try:
        runpy.run_path(command[0], run_name="__main__")
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    # Alone it prints the page; with mmseg|mmdet CONFIG WORK_DIR FOLDER it runs that library's.
    if len(sys.argv) == 1:
        print(page(), end="")
        sys.exit()
    library, config, work_dir, folder = sys.argv[1:]
    compat.apply()  # before mmdet is imported, as `mmadvent upstream-tool` does
    import_module(f"{library}.apis")
    run = ToyRun(Path(config).parent, Path(config), Path(work_dir))
    scripts = SEGMENTATION if library == "mmseg" else DETECTION
    words = places(run, Path(folder))
    scratch = Path(folder) / "scratch"
    scratch.mkdir()
    for script, verdict in zip(scripts, verdicts(scripts, words, scratch), strict=True):
        print(json.dumps([script.path, verdict]), flush=True)
