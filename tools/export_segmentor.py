"""Export a trained segmentor so that plain mmseg loads it, with no mmadvent installed.

python tools/export_segmentor.py CONFIG CHECKPOINT OUT_DIR

OUT_DIR gets a checkpoint of the network alone, a config for inference and, if the model has classes
that mmseg lacks, one Python module with their source, which the config imports.
"""

import argparse
import ast
import inspect
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import MODELS, TRANSFORMS, init_default_scope

from mmadvent.engine.command_line import add_config_arguments, load_config, one_sentence_errors
from mmadvent.engine.preflight import read_checkpoint
from mmadvent.errors import InputError

PACKAGE = "mmadvent"
MODULES_NAME = "deeplab_v2_modules"
METHODS_PREFIX = "adaptation."
LABEL_LOADERS = ("LoadLabelIds", "LoadAnnotations")
REGISTRATION = "@MODELS.register_module()"
# So that the module can be imported beside mmadvent, which has the same classes.
FORCED_REGISTRATION = "@MODELS.register_module(force=True)"


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Export a trained segmentor so that plain mmseg loads it."
    )
    add_config_arguments(parser)
    parser.add_argument("checkpoint", help="path of a checkpoint")
    parser.add_argument("out_dir", help="folder for the exported files")
    return parser.parse_args()


def plain_model(config: Config) -> dict[str, Any]:
    """The model's config without what only training with mmadvent needs."""
    model = config.model.to_dict()
    if model["type"] == "DomainAdaptSegmentor":
        model["type"] = "EncoderDecoder"
    for key in ("adaptation", "level_weights", "pretrained"):
        model.pop(key, None)
    # The checkpoint holds all weights.
    model["init_cfg"] = None
    model["backbone"]["init_cfg"] = None
    return model


def classes_of(config: Any, registry: Any) -> Iterator[type]:
    """The registered classes that a config names, at any depth."""
    if isinstance(config, dict):
        kind = config.get("type")
        found = registry.get(kind) if isinstance(kind, str) else kind
        if inspect.isclass(found):
            yield found
    if isinstance(config, (dict, list, tuple)):
        for value in config.values() if isinstance(config, dict) else config:
            yield from classes_of(value, registry)


def own_classes(config: Any, registry: Any) -> list[type]:
    """Those of them that mmseg lacks, because they are of this package."""
    with registry.switch_scope_and_registry(None) as scoped:  # mmseg's, a child of mmengine's
        found = dict.fromkeys(classes_of(config, scoped))
    return [cls for cls in found if cls.__module__.partition(".")[0] == PACKAGE]


def modules_source(classes: list[type]) -> str:
    """One module with the source of ``classes`` and the imports of their modules.

    Raises:
        InputError: if a class needs more of this package than itself.
    """
    imports: dict[str, set[str]] = {}
    bodies = []
    for cls in classes:
        for node in ast.parse(inspect.getsource(sys.modules[cls.__module__])).body:
            if isinstance(node, ast.ImportFrom):
                names = {ast.unparse(name) for name in node.names}
                imports.setdefault(f"from {node.module} import", set()).update(names)
            elif isinstance(node, ast.Import):
                imports.setdefault("import", set()).update(ast.unparse(name) for name in node.names)
        body = inspect.getsource(cls).strip()
        bodies.append(body.replace(REGISTRATION, FORCED_REGISTRATION))
    lines = [f"{start} {', '.join(sorted(names))}" for start, names in sorted(imports.items())]
    if any(PACKAGE in line for line in lines):
        raise InputError(
            "a model can be exported if its classes need only torch and mmseg, got "
            + ", ".join(cls.__name__ for cls in classes)
        )
    header = '"""Classes of an exported model that mmseg lacks."""'
    return "\n\n\n".join([header + "\n\n" + "\n".join(lines), *bodies]) + "\n"


def without_labels(pipeline: list) -> list:
    """A pipeline, nested ones included, without the steps that read labels."""
    steps = []
    for step in pipeline:
        if isinstance(step, list):
            step = without_labels(step)
        elif step["type"] in LABEL_LOADERS:
            continue
        elif "transforms" in step:
            step = dict(step, transforms=without_labels(step["transforms"]))
        if step:
            steps.append(step)
    return steps


def inference_pipeline(config: Config) -> list:
    """The test pipeline of a config, without labels.

    Raises:
        InputError: if there is none, or if mmseg lacks one of its transforms.
    """
    evaluated = config.get("test_dataloader", {}).get("dataset", {}).get("pipeline")
    pipeline = evaluated or config.get("test_pipeline")
    if not pipeline:
        raise InputError("an export needs test_dataloader or test_pipeline in the config, got none")
    steps = without_labels(Config(dict(steps=pipeline)).to_dict()["steps"])
    own = own_classes(steps, TRANSFORMS)
    if own:
        raise InputError(f"the test pipeline must be of mmseg's transforms, got {own[0].__name__}")
    return steps


def plain_config(config: Config, model: dict, dataset_meta: dict, with_modules: bool) -> str:
    """Text of a config for inference."""
    pipeline = inference_pipeline(config)
    imports = [
        name
        for name in config.get("custom_imports", {}).get("imports", [])
        if name.partition(".")[0] != PACKAGE
    ]
    lines = ["# A segmentor for inference with mmseg, exported by tools/export_segmentor.py."]
    if with_modules:
        imports.append(MODULES_NAME)
        # mmengine puts the config's own folder here: the module lies beside it.
        lines += ["import sys", "", 'sys.path.append("{{ fileDirname }}")', ""]
    settings: dict[str, Any] = dict(default_scope=config.get("default_scope", "mmseg"))
    if imports:
        settings["custom_imports"] = dict(imports=imports)
    dataset = dict(type="BaseSegDataset", metainfo=dataset_meta, pipeline=pipeline)
    settings |= dict(
        model=model,
        test_pipeline=pipeline,
        test_dataloader=dict(batch_size=1, num_workers=0, dataset=dataset),
        visualizer=dict(
            type="SegLocalVisualizer",
            vis_backends=[dict(type="LocalVisBackend")],
            name="visualizer",
        ),
    )
    return "\n".join(lines) + "\n" + Config(settings).pretty_text


def network_weights(checkpoint: dict, model: dict, path: str) -> dict[str, torch.Tensor]:
    """The checkpoint's weights of the network, which ``model`` loads strictly.

    Raises:
        InputError: if they are not those of ``model``.
    """
    weights = {
        name: value
        for name, value in checkpoint.get("state_dict", checkpoint).items()
        if not name.startswith(METHODS_PREFIX)
    }
    try:
        MODELS.build(model).load_state_dict(weights, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError(
            f"the checkpoint '{path}' is not of the config's model: {reason}"
        ) from error
    return weights


def write_files(folder: Path, files: dict[str, str | dict]) -> None:
    """Write texts and checkpoints into ``folder``, each all or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as unfinished:
        for name, content in files.items():
            path = os.path.join(unfinished, name)
            if isinstance(content, str):
                Path(path).write_text(content, encoding="utf-8")
            else:
                torch.save(content, path)
        for name in files:
            os.replace(os.path.join(unfinished, name), folder / name)


def main() -> None:
    args = parse_args()
    config = load_config(args.config, args.cfg_options)
    checkpoint = read_checkpoint(args.checkpoint)
    init_default_scope(config.get("default_scope", "mmseg"))
    model = plain_model(config)
    weights = network_weights(checkpoint, model, args.checkpoint)
    own = own_classes(model, MODELS)
    dataset_meta = checkpoint.get("meta", {}).get("dataset_meta") or {}
    name = Path(args.config).stem
    files: dict[str, str | dict] = {
        f"{name}.py": plain_config(config, model, dataset_meta, bool(own)),
        f"{name}.pth": dict(meta=dict(dataset_meta=dataset_meta), state_dict=weights),
    }
    if own:
        files[f"{MODULES_NAME}.py"] = modules_source(own)
    write_files(Path(args.out_dir), files)
    print(f"wrote {', '.join(files)} to {args.out_dir}")


if __name__ == "__main__":
    with one_sentence_errors():
        main()
