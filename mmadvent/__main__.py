"""``python -m mmadvent`` is the console script ``mmadvent``."""

from mmadvent.cli.main import main

if __name__ == "__main__":
    main()
