"""The command lines as functions, and what they share."""
