"""Measurements of mmadvent, which are not installed with it: rendered streets, runs, speed."""
