"""Render street scenes as test data for domain adaptation; see docs/streets.md."""

import sys

from benchmarks.streets.command import main

if __name__ == "__main__":
    sys.exit(main())
