"""A segmentor as one file for other runtimes: TorchScript, or ONNX for onnxruntime."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from torch import Tensor, nn

from mmadvent.engine.parts import build_part, told_of
from mmadvent.errors import InputError
from mmadvent.export.plain import plain_model
from mmadvent.export.segmentor import MMSEG
from mmadvent.io.checkpoints import load_network_weights, read_checkpoint, stored_dataset_meta
from mmadvent.io.outputs import check_file_to_write
from mmadvent.io.writing import write_bytes

TOLERANCE = 1e-4
INPUT, OUTPUT = "image", "logits"
OPSET = 18
# Of the image that the export follows, and those that the file is then checked with.
EXAMPLE, CHECKED = (2, 3, 96, 128), ((1, 3, 97, 161), (2, 3, 64, 80))


class OneFileSegmentor(nn.Module):
    """A segmentor's network with what goes before and after it, as plain tensors.

    Shape: ``image``, (N, 3, H, W) float32, RGB in [0, 255] -> ``logits``, (N, C, H, W) float32,
    before softmax. Any H and W that the network takes, the same for all images of a batch; to
    resize as the config's test pipeline does is left to the caller.

    Args:
        model: an ``EncoderDecoder``.

    Raises:
        InputError: if its preprocessor does not normalize or pads tests, if it tests in windows, or
            if it has other logits than one a class.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        before: Any = model.data_preprocessor
        if not hasattr(before, "mean"):
            raise InputError("a model in one file needs mean and std in its data_preprocessor")
        padding = getattr(before, "test_cfg", None)
        if padding:
            raise InputError(
                "a model in one file does not pad, got data_preprocessor.test_cfg="
                f"{dict(padding)}: export with --cfg-options model.data_preprocessor.test_cfg=None"
            )
        if model.out_channels != model.num_classes:
            raise InputError(
                "a model in one file gives a logit for each class, got "
                f"{model.out_channels} channels for {model.num_classes} classes"
            )
        mode = (model.test_cfg or {}).get("mode", "whole")
        if mode != "whole":
            raise InputError(
                f"a model in one file takes whole images, got test_cfg.mode='{mode}': export with "
                "--cfg-options model.test_cfg.mode=whole"
            )
        model.auxiliary_head = None  # predicts nothing
        self.model = model
        # Its own channels' order is that of the config's images, mmcv's BGR.
        self.flip = not before.channel_conversion
        self.register_buffer("mean", before.mean.clone())
        self.register_buffer("std", before.std.clone())

    def forward(self, image: Tensor) -> Tensor:
        """Class logits at the image's size."""
        logits = self.model(self._normalized(image), mode="tensor")
        return F.interpolate(
            logits[0] if isinstance(logits, tuple) else logits,  # EncHead's also say what is there
            size=(image.shape[2], image.shape[3]),
            mode="bilinear",
            align_corners=self.model.align_corners,
        )

    def mmsegs(self, image: Tensor) -> Tensor:
        """The same by mmseg's own prediction, which torch's exporters cannot follow."""
        metas = [dict(img_shape=tuple(image.shape[2:]))] * len(image)
        return self.model.encode_decode(self._normalized(image), metas)

    def _normalized(self, image: Tensor) -> Tensor:
        return (image.flip(1) if self.flip else image).sub(self.mean).div(self.std)


def export_one_file(config: Config, checkpoint_path: str, out: Path, form: str) -> float:
    """Write a segmentor as one file, once it gives the logits that torch gives.

    The file names its classes and their colors: ONNX in its metadata, TorchScript in an extra file,
    both under ``dataset_meta``.

    Args:
        config: of the training.
        checkpoint_path: of the training.
        out: the file.
        form: ``torchscript`` or ``onnx``.

    Returns:
        The greatest difference of a logit, over images of other sizes than the example's.

    Raises:
        InputError: if the checkpoint is not of the config's model, if the file does not run with
            images of other sizes, if a logit differs by more than 1e-4, relative to the largest, or
            if onnx is not installed. Nothing is written then.
    """
    check_file_to_write(out, "the model's place")
    checkpoint = read_checkpoint(checkpoint_path)
    init_default_scope(config.get("default_scope", "mmseg"))
    model = build_part(MODELS, plain_model(config, MMSEG), "model")
    load_network_weights(model, checkpoint, checkpoint_path)
    if not hasattr(model, "encode_decode"):
        raise InputError(
            f"a model in one file must be a segmentor of mmseg's, got {type(model).__name__}"
        )
    whole = OneFileSegmentor(model).eval()
    meta = json.dumps(stored_dataset_meta(checkpoint))
    with quiet_exporters(), torch.no_grad():
        with told_of("the model cannot be one file, as its heads do not run one after the other"):
            whole(_example(EXAMPLE))
        with told_of("the model cannot be one file that takes images of any size"):
            content = to_onnx(whole, meta) if form == "onnx" else to_torchscript(whole, meta)
            difference = max(_difference(whole, content, form, size) for size in CHECKED)
    if not difference <= TOLERANCE:
        raise InputError(
            f"the exported model's logits must be torch's to {TOLERANCE:g}, got a difference of "
            f"{difference:.2g}"
        )
    write_bytes(out, content)
    return difference


@contextmanager
def quiet_exporters() -> Iterator[None]:
    """Within it torch's exporters do not warn of themselves and of packages that are not needed."""
    before = logging.root.manager.disable
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            logging.disable(logging.WARNING)
            yield
    finally:
        logging.disable(before)


def to_torchscript(whole: nn.Module, meta: str) -> bytes:
    """What :func:`torch.jit.load` reads."""
    buffer = io.BytesIO()
    traced = torch.jit.trace(whole, _example(EXAMPLE), check_trace=False)
    torch.jit.save(traced, buffer, _extra_files={"dataset_meta": meta})
    return buffer.getvalue()


def to_onnx(whole: nn.Module, meta: str) -> bytes:
    """What onnxruntime reads, with its weights.

    Raises:
        InputError: if a package is missing.
    """
    for name in ("onnx", "onnxscript", "onnxruntime"):
        try:
            __import__(name)
        except ImportError as error:
            raise InputError(
                f"--format onnx needs the package {name}: pip install 'mmadvent[onnx]'"
            ) from error
    program = torch.onnx.export(
        whole,
        (_example(EXAMPLE),),
        dynamo=True,
        opset_version=OPSET,
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes=(dict.fromkeys((0, 2, 3), torch.export.Dim.DYNAMIC),),
        verbose=False,
    )
    proto = program.model_proto
    proto.metadata_props.add(key="dataset_meta", value=meta)
    return proto.SerializeToString()


def _difference(whole: OneFileSegmentor, content: bytes, form: str, size: tuple[int, ...]) -> float:
    image = _example(size)
    expected = whole.mmsegs(image).numpy()
    if form == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        (found,) = session.run([OUTPUT], {INPUT: image.numpy()})
    else:
        found = torch.jit.load(io.BytesIO(content))(image).numpy()
    if found.shape != expected.shape:
        return float("inf")
    return float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))


def _example(size: tuple[int, ...]) -> Tensor:
    """A random image, the same at each call."""
    return torch.rand(size, generator=torch.Generator().manual_seed(0)) * 255
