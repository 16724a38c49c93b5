"""Cityscapes as it is unpacked, in both formats of its labels."""

import numpy as np

IDS = np.array([[7, 8], [0, 33]], np.uint8)
