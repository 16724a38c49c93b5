"""Runs of every method over the rendered streets: trainings, a table and a sheet of pictures."""
