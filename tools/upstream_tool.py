"""``mmadvent upstream-tool``, in a checkout."""

from mmadvent.cli.main import run_command

if __name__ == "__main__":
    run_command("upstream-tool")
