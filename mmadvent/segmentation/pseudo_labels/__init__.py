"""Pseudo-labels of a target data set: made from a model's predictions, and handed to training."""
