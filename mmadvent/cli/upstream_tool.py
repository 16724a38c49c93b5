"""Run a script of mmseg's or mmdet's own, unmodified, after what is broken upstream was mended.

    mmadvent upstream-tool mmdet analysis_tools/eval_metric.py CONFIG DETECTIONS.pkl

Without it mmdet's scripts fail on their first line where mmcv has no compiled operators, and what
loads a checkpoint of a training fails on current torch. docs/tools.md lists what works.
"""

import runpy
import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from importlib.util import find_spec
from pathlib import Path

from mmadvent.compat import apply
from mmadvent.errors import InputError


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("library", help="mmseg or mmdet")
    parser.add_argument("script", help="its path in the library's tools")
    parser.add_argument("words", nargs=REMAINDER, help="what the script takes")


def run(args: Namespace) -> None:
    script = script_of(args.library, args.script)
    apply()
    sys.argv = [str(script), *args.words]
    runpy.run_path(str(script), run_name="__main__")


def script_of(library: str, name: str) -> Path:
    """The path of a script that comes with a library, which is not imported.

    Raises:
        InputError: if there is no such library or script.
    """
    spec = find_spec(library) if library in ("mmseg", "mmdet") else None
    if spec is None or spec.origin is None:
        raise InputError(f"the library must be mmseg or mmdet, and installed, got '{library}'")
    folder = Path(spec.origin).parent / ".mim" / "tools"
    script = folder / name
    if not script.is_file() or not script.resolve().is_relative_to(folder.resolve()):
        found = folder.rglob(Path(name).name) if name.endswith(".py") else ()
        known = sorted(str(path.relative_to(folder)) for path in found)
        near = f"; there is {', '.join(known)}" if known else ""
        raise InputError(f"{library} has no script '{name}' in {folder}{near}")
    return script
