"""What the docstrings say in reStructuredText, as Markdown for the site."""

import re
import textwrap
from typing import Any

from griffe import Extension

MATH = re.compile(r"^( *)\.\. math::(.*(?:\n(?:\1 +\S.*| *$))*)", re.MULTILINE)
ROLE = re.compile(r":(?:class|func|meth|mod|data|attr|math):`~?([^`]+)`")


def markdown(text: str) -> str:
    """A formula becomes a block, a role plain code."""

    def block(found: re.Match) -> str:
        first, _, others = found[2].partition("\n")
        formula = "\n".join(filter(None, (first.strip(), textwrap.dedent(others).strip())))
        return textwrap.indent(f"```latex\n{formula}\n```\n", found[1])

    return ROLE.sub(r"`\1`", MATH.sub(block, text))


class ReStructuredText(Extension):
    """Rewrites the docstrings before they are parsed."""

    def on_instance(self, *, obj: Any, **_: Any) -> None:
        """One object's."""
        if obj.docstring:
            obj.docstring.value = markdown(obj.docstring.value)
