"""Errors that a user can mend."""

__all__ = ["InputError"]


class InputError(ValueError):
    """Something the user can mend, told in one sentence.

    The sentence names the thing, what was allowed and what came. The command lines print it without
    a traceback and leave nothing written.
    """
