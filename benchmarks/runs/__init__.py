"""Runs of every method of a benchmark: trainings, a table and a sheet of pictures."""
