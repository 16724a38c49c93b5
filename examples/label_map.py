"""Read a picture and write its label map with onnxruntime, without torch.

mmadvent export CONFIG CHECKPOINT model.onnx --format onnx
pip install onnxruntime pillow
python examples/label_map.py model.onnx picture.jpg labels.png
"""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image

model, picture, out = sys.argv[1:]
session = onnxruntime.InferenceSession(model)
meta = json.loads(session.get_modelmeta().custom_metadata_map["dataset_meta"])
pixels = np.asarray(Image.open(picture).convert("RGB"), dtype=np.float32)
(logits,) = session.run(["logits"], {"image": pixels.transpose(2, 0, 1)[None]})
labels = Image.fromarray(logits[0].argmax(axis=0).astype(np.uint8))
labels.putpalette(np.array(meta["palette"], dtype=np.uint8).tobytes())
labels.save(out)  # a class index a pixel, in the class's color
