"""The example that needs no torch."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from PIL import Image

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/label_map.py"
WITHOUT = "import runpy, sys; sys.modules.update(dict.fromkeys(('torch', 'mmengine', 'mmadvent')))"


def test_the_label_map_is_the_greatest_logit(tmp_path: Path) -> None:
    """A model whose logits are the picture's channels."""
    size = ["n", 3, "h", "w"]
    tensors = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, size) for n in ("image", "logits")
    ]
    node = helper.make_node("Identity", ["image"], ["logits"])
    graph = helper.make_graph([node], "toy", tensors[:1], tensors[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    palette = [[9, 0, 0], [0, 9, 0], [0, 0, 9]]
    model.metadata_props.add(key="dataset_meta", value=json.dumps(dict(palette=palette)))
    onnx.save(model, tmp_path / "model.onnx")
    pixels = np.random.default_rng(0).permutation(256)[: 5 * 7 * 3].astype(np.uint8)
    pixels = pixels.reshape(5, 7, 3)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    words = [str(tmp_path / name) for name in ("model.onnx", "picture.png", "labels.png")]
    code = f"{WITHOUT}; sys.argv[1:] = {words}; runpy.run_path({str(EXAMPLE)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    labels = Image.open(tmp_path / "labels.png")
    np.testing.assert_array_equal(np.asarray(labels), pixels.argmax(axis=2))
    assert labels.getpalette()[:9] == [9, 0, 0, 0, 9, 0, 0, 0, 9]
