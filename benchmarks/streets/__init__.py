"""Rendered streets: a procedural test bench for domain adaptation. See docs/streets.md."""
