"""Optimizers, and how the parameters are grouped for them."""
