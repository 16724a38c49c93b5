"""Checks of a config before a run writes anything."""
