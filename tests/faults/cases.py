"""All cases of the sweep, and a share of them."""

import zlib

from tests.faults import (
    cases_of_notes,
    cases_of_options,
    cases_of_paths,
    cases_of_pictures,
    cases_of_sections,
    cases_of_settings,
    cases_of_weights,
)
from tests.faults.case import Case

TABLES = (
    cases_of_paths,
    cases_of_settings,
    cases_of_sections,
    cases_of_notes,
    cases_of_pictures,
    cases_of_weights,
    cases_of_options,
)


def all_cases() -> list[Case]:
    """Those of every table."""
    return [case for table in TABLES for case in table.cases()]


def share_of(cases: list[Case], part: int) -> list[Case]:
    """One of ``part`` cases, drawn by their own text: the same ones each time, well mixed."""

    def draw(case: Case) -> int:
        return zlib.crc32(str(case).encode())

    return sorted((case for case in cases if draw(case) % part == 0), key=draw)
