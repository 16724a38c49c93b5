"""Render street scenes as test data for domain adaptation; see docs/streets.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mmadvent.streets.command import main

if __name__ == "__main__":
    sys.exit(main())
