"""A text and its positions: the one place that counts lines, columns and UTF-16 units.

Offsets are code points into the text, as in `dsl.model.Place`. Lines end at LF, CR LF or a lone CR and at nothing else,
so that a line here is a line in every editor; columns start at 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from msgspec import Struct

_LINE_END = re.compile(r"\r\n|\r|\n")


class SourceFile(Struct, frozen=True, dict=True):
    """A text under the name it was asked for."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin; an empty text has one line."""
        return (0, *(m.end() for m in _LINE_END.finditer(self.text)))

    def line_column(self, offset: int) -> tuple[int, int]:
        """1-based line and column, in code points. An offset outside the text counts as its nearest end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_start(self, line: int) -> int:
        """The offset at which a 1-based line begins."""
        return self.line_starts[line - 1]

    def line_text(self, line: int) -> str:
        """A 1-based line without its end."""
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[line - 1] : end].rstrip("\r\n")
