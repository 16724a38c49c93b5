"""The table of a benchmark's methods, in Markdown."""

from collections.abc import Sequence

from mmadvent.results.result_pages import markdown_table
from mmadvent.results.results_table import results_table
from mmadvent.results.table_layout import TableLayout, TableRow


def method_table(rows: Sequence[TableRow], layout: TableLayout, oracle: str | None = None) -> str:
    """A Markdown table, in percent: a row a method.

    With several seeds each figure is their mean, and the means over classes carry the standard
    deviation over the seeds. The last columns are the gaps of those to the row named ``oracle``.

    Raises:
        InputError: as :func:`mmadvent.results.results_table.results_table`.
    """
    return markdown_table(results_table(rows, layout, oracle))
