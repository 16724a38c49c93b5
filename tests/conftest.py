"""Shared by all tests: upstream is mended before any test module imports it."""

import mmadvent  # noqa: F401
