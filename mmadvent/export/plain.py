"""Exports of a trained model for the upstream library alone, with no mmadvent installed."""

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import MODELS, TRANSFORMS, init_default_scope

from mmadvent.engine.parts import build_part
from mmadvent.engine.sections import check_dict, section, type_name
from mmadvent.errors import InputError
from mmadvent.export.own_classes import PACKAGE, own_classes
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, stored_dataset_meta
from mmadvent.io.load_image import BACKEND
from mmadvent.io.outputs import check_folder_to_write, named_output

# Of the model's config: what only training needs.
TRAINING_KEYS = (
    "adaptation",
    "channels_last",
    "level_weights",
    "min_objectness",
    "pretrained",
)
LABEL_LOADERS = ("LoadLabelIds", "LoadAnnotations")


@dataclass(frozen=True)
class Library:
    """What differs between exports to mmseg and to mmdet.

    Attributes:
        name: of the package, which is also its registries' scope.
        models: for each of this package's models the upstream one that it predicts as.
        dataset: the upstream data set that only carries the classes.
        visualizer: the upstream visualizer.
        module: the model's config as it is exported and the source of a Python module with what
            the library lacks, empty if nothing is lacking.
    """

    name: str
    models: dict[str, str]
    dataset: str
    visualizer: str
    module: Callable[[dict[str, Any]], tuple[dict[str, Any], str]]


def export(
    library: Library, config: Config, name: str, checkpoint_path: str, out_dir: Path
) -> None:
    """Write a checkpoint of the network alone, a config for inference and, if needed, a module.

    Args:
        library: that shall load them.
        config: of the training.
        name: of the files.
        checkpoint_path: of the training.
        out_dir: for the files.

    Raises:
        InputError: if the checkpoint is not of the config's model, or if the config has no test
            pipeline of upstream's transforms. Nothing is written then.
    """
    check_folder_to_write(out_dir, "the export")
    checkpoint = read_checkpoint(checkpoint_path)
    init_default_scope(config.get("default_scope", library.name))
    model = plain_model(config, library)
    weights = load_network_weights(build_part(MODELS, model, "model"), checkpoint, checkpoint_path)
    model, module = library.module(model)
    dataset_meta = stored_dataset_meta(checkpoint)
    module_name = module_name_of(name) if module else None
    files: dict[str, str | dict] = {
        f"{name}.py": plain_config(config, model, dataset_meta, library, module_name),
        f"{name}.pth": dict(meta=dict(dataset_meta=dataset_meta), state_dict=weights),
    }
    if module_name:
        files[f"{module_name}.py"] = module
    write_files(out_dir, files)
    print(f"wrote {', '.join(files)} to {out_dir}")


def module_name_of(name: str) -> str:
    """The model's own: a folder may hold several exports, and a process imports a name once."""
    return re.sub(r"\W", "_", name) + "_modules"


def plain_model(config: Config, library: Library) -> dict[str, Any]:
    """The model's config without what only training with this package needs."""
    model = section(config, "model").to_dict()
    model["type"] = library.models.get(type_name(model), model.get("type"))
    for key in TRAINING_KEYS:
        model.pop(key, None)
    # The checkpoint holds all weights.
    model["init_cfg"] = None
    if isinstance(model.get("backbone"), dict):
        model["backbone"]["init_cfg"] = None
    return model


def plain_steps(pipeline: list) -> list:
    """A pipeline, nested ones included, without the steps that read labels, of plain decoders.

    Raises:
        InputError: if images are read as upstream cannot.
    """
    steps = []
    for step in pipeline:
        if isinstance(step, list):
            step = plain_steps(step)
        elif type_name(step) in LABEL_LOADERS:
            continue
        elif "transforms" in step:
            step = dict(step, transforms=plain_steps(step["transforms"]))
        elif type_name(step) == "LoadImageFromFile":
            step = _plain_loader(step)
        if step:
            steps.append(step)
    return steps


def _plain_loader(step: dict) -> dict:
    if step.get("max_value") is not None:
        raise InputError(
            "the test pipeline's LoadImageFromFile must have no max_value, which upstream's lacks "
            f"(it takes 65535 for white), got {step['max_value']}"
        )
    step = {name: value for name, value in step.items() if name != "max_value"}
    if step.get("imdecode_backend") == BACKEND:
        step["imdecode_backend"] = "cv2"  # the same pixels
    return step


def inference_pipeline(config: Config, library: str) -> list:
    """The test pipeline of a config, without labels.

    Raises:
        InputError: if there is none, or if upstream lacks one of its transforms.
    """
    dataset = config.get("test_dataloader") or {}
    for key in ("test_dataloader", "test_dataloader.dataset"):
        check_dict(dataset, key)
        dataset = dataset.get("dataset", {}) if key == "test_dataloader" else dataset
    evaluated = dataset.get("pipeline")
    pipeline = evaluated or config.get("test_pipeline")
    if not pipeline:
        raise InputError("an export needs test_dataloader or test_pipeline in the config, got none")
    steps = plain_steps(Config(dict(steps=pipeline)).to_dict()["steps"])
    own = own_classes(steps, TRANSFORMS)
    if own:
        raise InputError(
            f"the test pipeline must be of {library}'s transforms, got {own[0].__name__}"
        )
    return steps


def plain_config(
    config: Config, model: dict, dataset_meta: dict, library: Library, module_name: str | None
) -> str:
    """Text of a config for inference, which imports the module beside it, if there is one."""
    pipeline = inference_pipeline(config, library.name)
    custom = dict(config.get("custom_imports") or {})
    imports = custom.get("imports", [])
    imports = [imports] if isinstance(imports, str) else imports
    imports = [name for name in imports if name.partition(".")[0] != PACKAGE]
    lines = [f"# An exported model, for inference with {library.name}."]
    if module_name:
        imports.append(module_name)
        # mmengine puts the config's own folder here: the module lies beside it.
        lines += ["import sys", "", 'sys.path.append("{{ fileDirname }}")', ""]
    settings: dict[str, Any] = dict(default_scope=config.get("default_scope", library.name))
    if imports:
        settings["custom_imports"] = custom | dict(imports=imports)
    dataset = dict(type=library.dataset, metainfo=dataset_meta, pipeline=pipeline)
    settings |= dict(
        model=model,
        test_pipeline=pipeline,
        test_dataloader=dict(batch_size=1, num_workers=0, dataset=dataset),
        visualizer=dict(
            type=library.visualizer,
            vis_backends=[dict(type="LocalVisBackend")],
            name="visualizer",
        ),
    )
    return "\n".join(lines) + "\n" + Config(settings).pretty_text


def write_files(folder: Path, files: dict[str, str | dict]) -> None:
    """Write texts and checkpoints into ``folder``, each all or not at all."""
    with named_output(folder, "the files"):
        _write_files(folder, files)


def _write_files(folder: Path, files: dict[str, str | dict]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as unfinished:
        for name, content in files.items():
            path = os.path.join(unfinished, name)
            if isinstance(content, str):
                Path(path).write_text(content, encoding="utf-8")
            else:
                # Not into the file itself: torch has an error of its own for a full disk.
                torch.save(content, buffer := BytesIO())
                Path(path).write_bytes(buffer.getvalue())
        for name in files:
            os.replace(os.path.join(unfinished, name), folder / name)
