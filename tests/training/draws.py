"""What a step finds in the process's generators."""

import random

import numpy as np
import torch
from mmengine.hooks import Hook


class Draws(Hook):
    """Keep a number of Python's, numpy's and torch's generator from before each step."""

    def __init__(self) -> None:
        self.numbers: list[tuple[float, float, float]] = []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self.numbers.append((random.random(), np.random.random(), torch.rand(1).item()))
