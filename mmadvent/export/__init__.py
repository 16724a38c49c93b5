"""Trained models for the upstream libraries alone, with no mmadvent installed."""
