"""Diagnostics as text with carets, and as plain data.

Wide characters take two cells and combining ones none; tabs go to stops of four; characters that would move or hide
others on a terminal are shown by number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from msgspec import Struct

from dsl.codes import CODES
from dsl.diagnostics import OPTION, Diagnostic, InternalError, Label, Severity
from dsl.source import SourceFile

TAB = 4
WINDOW = 100
"""Cells of a line that are shown when the line is longer."""

_MARGIN = 30
_RED, _YELLOW, _BLUE, _BOLD, _RESET = "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"


def glyph(char: str, at: int) -> tuple[str, int]:
    """What stands for a character that begins at cell `at`, and the cells it takes."""
    if char == "\t":
        width = TAB - at % TAB
        return " " * width, width
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Zl", "Zp", "Co") or (category == "Cf" and char not in "\u200c\u200d"):
        shown = f"<U+{ord(char):04X}>"
        return shown, len(shown)
    if category in ("Mn", "Me", "Cf"):
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


def safe(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return "".join(glyph(c, 0)[0] if c != "\t" else " " for c in text)


def render(diagnostic: Diagnostic, texts: Mapping[str, str], *, colour: bool = False) -> str:
    """The diagnostic as lines of text, without a final line end."""
    try:
        severity = CODES[diagnostic.code].severity
    except KeyError:
        raise InternalError("diagnostics", f"no code {diagnostic.code}") from None
    files: dict[str, list[tuple[Label, bool]]] = {}
    for label, primary in [(diagnostic.primary, True), *((label, False) for label in diagnostic.secondary)]:
        files.setdefault(label.place.file, []).append((label, primary))
    sources = {file: SourceFile(file, texts[file]) for file in files if file in texts}
    numbers = [_line(source, label) for file, source in sources.items() for label, _ in files[file]]
    pen = _Pen(colour, _RED if severity is Severity.ERROR else _YELLOW, len(str(max(numbers, default=1))))
    lines = [
        pen.paint(pen.strong, f"{severity}[{diagnostic.code}]") + pen.paint(_BOLD, f": {safe(diagnostic.message)}")
    ]
    for n, (file, marks) in enumerate(files.items()):
        source = sources.get(file)
        if file != OPTION:
            where = safe(file) + (":{}:{}".format(*source.line_column(marks[0][0].place.start)) if source else "")
            lines.append(pen.margin(":::" if n else "-->") + f" {where}")
        if n == 0 and diagnostic.cites:
            lines.append(pen.margin(" =") + f" cites: {safe(diagnostic.cites)}")
        if source is None:
            lines += [f"{pen.bar()} {safe(label.text)}" for label, _ in marks if label.text]
        else:
            lines += [pen.bar(), *_shown(source, marks, pen)]
    footer = [("note", note) for note in diagnostic.notes]
    footer += [("help", diagnostic.help)] if diagnostic.help else []
    if footer:
        lines.append(pen.bar())
        lines += [f"{pen.margin(' =')} {pen.paint(_BOLD, kind)}: {safe(text)}" for kind, text in footer]
    return "\n".join(lines)


class _Pen(Struct, frozen=True):
    """How lines are drawn: in colour or not, in which for the main mark, and how wide line numbers are."""

    colour: bool
    strong: str
    gutter: int

    def paint(self, style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if self.colour and text else text

    def margin(self, sign: str) -> str:
        return " " * self.gutter + self.paint(_BLUE, sign)

    def bar(self) -> str:
        return self.paint(_BLUE, " " * self.gutter + " |")


def _line(source: SourceFile, label: Label) -> int:
    return source.line_column(label.place.start)[0]


def _shown(source: SourceFile, marks: list[tuple[Label, bool]], pen: _Pen) -> Iterator[str]:
    """The lines of a file that are marked, each with its marks below."""
    previous = None
    for number, group in groupby(_in_order(marks, source), key=lambda m: _line(source, m[0])):
        if previous is not None and number > previous + 1:
            yield "..."
        previous = number
        here = list(group)
        text, spans = _drawn(source, number, [label for label, _ in here])
        count = " " * pen.gutter if source.name == OPTION else f"{number:>{pen.gutter}}"
        yield f"{pen.paint(_BLUE, count + ' |')} {text}".rstrip()
        for (label, primary), (start, width) in zip(here, spans, strict=True):
            mark = ("^" if primary else "-") * width + (f" {safe(label.text)}" if label.text else "")
            yield f"{pen.bar()} {' ' * start}{pen.paint(pen.strong if primary else _BLUE, mark)}"


def render_all(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], *, colour: bool = False) -> str:
    """Several diagnostics with an empty line between."""
    return "\n\n".join(render(d, texts, colour=colour) for d in diagnostics)


def as_json(diagnostic: Diagnostic, texts: Mapping[str, str]) -> dict[str, object]:
    """The diagnostic as plain data, positions in code points and in lines and columns."""
    code = CODES[diagnostic.code]
    labels = [(diagnostic.primary, True), *((label, False) for label in diagnostic.secondary)]
    return {
        "code": code.id,
        "slug": code.slug,
        "severity": str(code.severity),
        "message": diagnostic.message,
        "labels": [_label_json(label, texts) | {"primary": primary} for label, primary in labels],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
        "cites": diagnostic.cites,
    }


def _label_json(label: Label, texts: Mapping[str, str]) -> dict[str, object]:
    place = label.place
    data: dict[str, object] = {"file": place.file, "start": place.start, "end": place.end}
    if place.file in texts:
        data["line"], data["column"] = SourceFile(place.file, texts[place.file]).line_column(place.start)
    return data | {"text": label.text}


def _in_order(marks: list[tuple[Label, bool]], source: SourceFile) -> list[tuple[Label, bool]]:
    size = len(source.text)
    return sorted(marks, key=lambda m: (min(m[0].place.start, size), m[0].place.end, not m[1]))


def _drawn(source: SourceFile, number: int, labels: list[Label]) -> tuple[str, list[tuple[int, int]]]:
    """A line as shown, and for each label the cell where its mark begins and the cells it takes."""
    text, begin = source.line_text(number), source.line_start(number)
    shown: list[str] = []
    cells = [0]
    for char in text:
        drawn, width = glyph(char, cells[-1])
        shown.append(drawn)
        cells.append(cells[-1] + width)
    size = len(text)
    spans = []
    for label in labels:
        first = min(max(label.place.start - begin, 0), size)
        last = min(max(label.place.end - begin, first), size)
        spans.append((cells[first], max(cells[last] - cells[first], 1)))
    if cells[-1] <= WINDOW:
        return "".join(shown), spans
    # A long line is cut to a window around the first mark; marks outside it are shown at its nearest edge.
    left = next(i for i in range(size + 1) if cells[i] >= max(0, min(spans[0][0] - _MARGIN, cells[-1] - WINDOW)))
    right = max(i for i in range(left, size + 1) if cells[i] - cells[left] <= WINDOW)
    before, after = "... " if left else "", " ..." if right < size else ""
    low, high = cells[left], cells[right]
    cut = []
    for start, width in spans:
        a, b = min(max(start, low), high), min(max(start + width, low), high)
        cut.append((a - low + len(before), max(b - a, 1)))
    return before + "".join(shown[left:right]) + after, cut
