"""The former name of ``tools/export.py``, for one more version."""

from mmadvent.cli.main import run_command

if __name__ == "__main__":
    run_command("export")
