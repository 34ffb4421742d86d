"""Reports drawn in lines: text that flows, grids without rules, trees of both. rich measures how wide words are.

rich could draw all of it, and did: importing what draws and drawing took a fifth of a cold answer (decision 0005).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol, Self

from rich.cells import cell_len, chop_cells

Span = tuple[str, str]
"""Words and how they are painted: words of `_CODES`, or nothing."""

Line = list[Span]

REST = 0
"""The width of a column that takes what the others leave; several share it."""

FIT = -1
"""The width of a column as wide as the widest of its cells."""

RIGHT = -2
"""The same, its cells at the right."""

_NARROWEST = 40
_LEAST = 4
"""With less room for words than this, the cells of a row stand below one another."""

_CODES = {"bold": 1, "dim": 2, "underline": 4, "red": 31, "green": 32, "yellow": 33, "magenta": 35}
_UNSHOWN = dict.fromkeys((7, 8, 11, 12, 13))
"""Characters that move the cursor of a terminal."""


class Block(Protocol):
    """Something that is drawn."""

    def lines(self, width: int) -> list[Line]:
        """Its lines, none wider than so many cells."""
        ...


class Flowing:
    """Text that is broken between words, and between Chinese characters."""

    def __init__(self, words: str = "", style: str = "") -> None:
        """Words painted in one way."""
        self.spans: Line = [(words.translate(_UNSHOWN), style)]

    @classmethod
    def assemble(cls, *parts: str | Span | Flowing) -> Self:
        """Words, words with how they are painted, and other texts, behind one another."""
        made = cls()
        for part in parts:
            one = part if isinstance(part, Flowing) else cls(part) if isinstance(part, str) else cls(*part)
            made.spans = [*made.spans, *one.spans]
        return made

    @property
    def plain(self) -> str:
        """The words alone."""
        return "".join([words for words, _ in self.spans])

    def lines(self, width: int) -> list[Line]:
        """The text in lines."""
        begins = breaks(self.plain, width)
        if not begins:
            return [self.spans]
        ends = [*begins, len(self.plain)]
        return [_stripped(_cut(self.spans, begin, end)) for begin, end in zip([0, *begins], ends, strict=True)]


class Fixed(Flowing):
    """Text that stays on one line."""

    def lines(self, width: int) -> list[Line]:  # noqa: ARG002
        """The one line."""
        return [self.spans]


class Stack:
    """Blocks below one another."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        """From top to bottom."""
        self.blocks = list(blocks)

    def lines(self, width: int) -> list[Line]:
        """The lines of each."""
        return [line for block in self.blocks for line in block.lines(width)]


class Grid:
    """Rows of cells in columns, without rules."""

    def __init__(self, *columns: int, gap: int = 1) -> None:
        """The width of each column, and how many blanks stand between two."""
        self.columns = columns
        self.gap = gap
        self.rows: list[list[Block]] = []

    def add_row(self, *cells: str | Block) -> None:
        """A cell for each column."""
        self.rows.append([Flowing(cell) if isinstance(cell, str) else cell for cell in cells])

    def lines(self, width: int) -> list[Line]:
        """The rows, each as high as the highest of its cells."""
        fitting = [self._fitting(i) if column < 0 else column for i, column in enumerate(self.columns)]
        left = width - sum(fitting) - self.gap * (len(fitting) - 1)
        shares = self.columns.count(REST)
        if shares and left < _LEAST * shares:
            return Stack(cell for row in self.rows for cell in row).lines(width)
        widths = [left // shares if column == REST else fitting[i] for i, column in enumerate(self.columns)]
        return [line for row in self.rows for line in self._row(row, widths)]

    def _fitting(self, column: int) -> int:
        texts = (row[column] for row in self.rows)
        return max((cell_len(text.plain) for text in texts if isinstance(text, Flowing)), default=0)

    def _row(self, row: Sequence[Block], widths: Sequence[int]) -> Iterator[Line]:
        cells = [cell.lines(width) for cell, width in zip(row, widths, strict=True)]
        for n in range(max(map(len, cells))):
            line: Line = []
            for i, cell in enumerate(cells):
                spans = cell[n] if n < len(cell) else []
                blank = (" " * (widths[i] - sum(cell_len(words) for words, _ in spans)), "")
                line += [blank, *spans] if self.columns[i] == RIGHT else [*spans, blank]
                line.append((" " * self.gap, ""))
            yield line


class Branches:
    """A block with others below it, on a tree; `block` None: the tree itself."""

    def __init__(self, block: Block | None = None) -> None:
        """With nothing below it yet."""
        self.block = block
        self.below: list[Branches] = []

    def add(self, block: Block) -> Branches:
        """One more branch, to which branches can be added."""
        self.below.append(Branches(block))
        return self.below[-1]

    def lines(self, width: int) -> list[Line]:
        """The block and below it, behind guides, what hangs from it."""
        out = self.block.lines(width) if self.block else []
        for branch in self.below:
            if self.block is None:
                out += branch.lines(width)
                continue
            first, then = ("└── ", "    ") if branch is self.below[-1] else ("├── ", "│   ")
            lines = branch.lines(width - len(first))
            out += [[(first if n == 0 else then, "dim"), *line] for n, line in enumerate(lines)]
        return out


_PIECE = re.compile(r"[（「『《【]*(?:[^\x00-\u2e7f]|(?:(?=[\x00-\u2e7f])\S)+)?[，。；：、！？）】」』》,.;:)\]]*\s*")
"""What is not broken: a word, or one Chinese character, with the brackets before it and the stops behind it.

Wide characters are said by those they are not: a class that goes on beyond \\uffff takes 3 ms to compile.
"""


def breaks(text: str, width: int) -> list[int]:
    """Where lines begin; a word longer than a line is cut."""
    found: list[int] = []
    if cell_len(text) <= width:
        return found
    at, used = 0, 0
    for piece in _PIECE.findall(text):
        bare, rest = piece.rstrip(), piece
        if used and used + cell_len(bare) > width:
            found.append(at)
            used = 0
        for part in chop_cells(bare, width)[:-1] if cell_len(bare) > width else ():
            at, rest = at + len(part), rest[len(part) :]
            found.append(at)
        at, used = at + len(rest), used + cell_len(rest)
    return [at for at in found if at < len(text)]


def _cut(line: Line, begin: int, end: int) -> Line:
    """The words of a line between two places in it."""
    out: Line = []
    at = 0
    for words, style in line:
        if part := words[max(begin - at, 0) : max(end - at, 0)]:
            out.append((part, style))
        at += len(words)
    return out


def _stripped(line: Line) -> Line:
    """A line without the blanks at its end."""
    while line and not line[-1][0].rstrip():
        line = line[:-1]
    return [*line[:-1], (line[-1][0].rstrip(), line[-1][1])] if line else line


def drawn(parts: Iterable[Block], width: int, *, colour: bool) -> str:
    """The parts below one another, without blanks at the ends of lines."""
    lines = Stack(parts).lines(max(width, _NARROWEST))
    text = "".join([f"{_painted(line) if colour else ''.join([words for words, _ in line])}\n" for line in lines])
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _painted(line: Line) -> str:
    """A line for a terminal with colours."""
    out = []
    said = [span for span in _stripped(line) if span[0]]
    for style, spans in groupby(said, key=lambda span: span[1]):
        words = "".join([words for words, _ in spans])
        codes = ";".join(str(_CODES[word]) for word in style.split())
        out.append(f"\x1b[{codes}m{words}\x1b[0m" if codes else words)
    return "".join(out)
