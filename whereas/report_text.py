"""Reports as text: a line a category for `assess`, a tree for `explain`; colour only where it is asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from dsl.model import Verdict
from whereas.phrases import Lang, say
from whereas.report import CaseView, Mark, ResultView, Row
from whereas.scripts import simplified

WIDTH = 100
"""Columns of a report that goes to a file or a pipe."""

_MARKS: dict[Mark, str] = {"met": "✔", "not_met": "✘", "open": "?"}
_VERDICT_MARKS: dict[Verdict, Mark] = {
    Verdict.QUALIFIES: "met",
    Verdict.DEPENDS: "open",
    Verdict.DOES_NOT_QUALIFY: "not_met",
}
_COLOURS: dict[Mark, str] = {"met": "32", "not_met": "31", "open": "33"}
_NO_BREAK_BEFORE = "，。；：、！？）】」』》”’,.;:)]"
_MOST_REASONS = 4


class _Page:
    """Lines written so far; knows the width and whether to paint."""

    def __init__(self, *, width: int, colour: bool, lang: str) -> None:
        self.width, self.colour, self.lang = max(width, 40), colour, lang
        self.lines: list[str] = []

    def say(self, key: str, **holes: object) -> str:
        words: Lang = "en" if self.lang == "en" else "zh"
        said = say(key, words, **holes)
        return simplified(said) if self.lang == "zh-Hans" else said

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def put(self, first: str, text: str, rest: str | None = None, *, style: str = "") -> None:
        """Text after a lead, wrapped; the lines that follow begin with `rest` (default: spaces as wide as the lead)."""
        rest = " " * cells(first) if rest is None else rest
        lead = first
        for line in wrapped(text, self.width - max(cells(first), cells(rest))):
            self.lines.append((lead + (self.paint(style, line) if style else line)).rstrip())
            lead = rest


def assess_text(view: CaseView, *, width: int = WIDTH, colour: bool = False) -> str:
    """All categories of a case, each with its verdict, what it rests on, what it grants and what it hangs on."""
    page = _Page(width=width, colour=colour, lang=view.lang)
    _head(page, view)
    scheme = None
    for result in view.results:
        page.lines.append("")
        if result.scheme != scheme:
            page.put("", result.scheme_label, style="4")
            scheme = result.scheme
        _title(page, result)
        _turns(page, result)
        _grants(page, result)
        _section(page, "sensitive", [f"{s.words} ({s.id})" for s in result.sensitive_to])
        _section(page, "weak", [f"{s.words} ({s.id})" for s in result.leans_on])
        _section(page, "routes", [f"{r.id} {r.words}" for r in result.routes_to])
    _foot(page, view, assumed=_assumed(view.results))
    return "\n".join(page.lines) + "\n"


def explain_text(view: CaseView, *, width: int = WIDTH, colour: bool = False) -> str:
    """One category (or several) of a case with every condition."""
    page = _Page(width=width, colour=colour, lang=view.lang)
    _head(page, view)
    for result in view.results:
        page.lines.append("")
        page.put("", result.scheme_label, style="4")
        _title(page, result)
        _rows(page, result.rows)
        page.lines.append("")
        if result.verdict is not Verdict.QUALIFIES:
            _turns(page, result)
        _grants(page, result)
        _section(page, "assumes", [a.words for a in result.assumes])
        _section(page, "sensitive", [f"{s.words} ({s.id})" for s in result.sensitive_to])
        _section(page, "weak", [f"{s.words} ({s.id})" for s in result.leans_on])
        if result.asks_for and result.verdict is not Verdict.DOES_NOT_QUALIFY:
            _section(page, "documents", ["; ".join(document.words for document in result.asks_for)])
        _section(page, "routes", [f"{r.id} {r.words}" for r in result.routes_to])
    sources = {s.id: s.words for result in view.results for s in result.sources}
    _foot(page, view, sources=[f"{id}: {words}" for id, words in sources.items()])
    return "\n".join(page.lines) + "\n"


# ---------------------------------------------------------------------------------------------------------- the parts


def _head(page: _Page, view: CaseView) -> None:
    page.put("", view.case if view.title is None else f"{view.case}: {view.title}", "  ", style="1")
    said = [view.filed, view.as_known_words, *view.chosen]
    for line in said:
        if line:
            page.put("", line, "  ", style="2")


def _title(page: _Page, result: ResultView) -> None:
    mark = _VERDICT_MARKS[result.verdict]
    said = result.verdict_words
    room = page.width - cells(said) - 4
    indent = cells(result.category) + 4
    lines = wrapped(result.label, room - indent)
    lead = f"{page.paint(_COLOURS[mark], _MARKS[mark])} {page.paint('1', result.category)}  "
    gap = " " * (room - indent - cells(lines[0]) + 4)
    page.lines.append(f"{lead}{page.paint('1', lines[0])}{gap}{page.paint(f'1;{_COLOURS[mark]}', said)}")
    page.lines.extend(" " * indent + page.paint("1", line) for line in lines[1:])


def _turns(page: _Page, result: ResultView) -> None:
    """What the verdict rests on, or hangs on."""
    if result.verdict is not Verdict.DEPENDS:
        _reasons(page, result)
    _section(page, "hangs_on", [hinge.words for hinge in result.hinges], mark="open")


def _grants(page: _Page, result: ResultView) -> None:
    if result.verdict is not Verdict.DOES_NOT_QUALIFY:
        _section(page, "grants", [grant.words for grant in result.grants])


def _assumed(results: Iterable[ResultView]) -> list[str]:
    """Each presumption with the categories whose verdict it carries."""
    carried: dict[str, list[str]] = {}
    for result in results:
        for item in result.assumes:
            carried.setdefault(item.words, []).append(result.category)
    return [f"{words} ({', '.join(categories)})" for words, categories in carried.items()]


def _reasons(page: _Page, result: ResultView) -> None:
    if not result.reasons:
        return
    yes = result.verdict is Verdict.QUALIFIES
    page.put("  ", page.say("why_yes" if yes else "why_no"), style="2")
    shown = result.reasons if not yes else result.reasons[:_MOST_REASONS]
    for row in shown:
        mark = page.paint(_COLOURS[row.mark], _MARKS[row.mark])
        name = f"{row.label}: " if row.label else ""
        page.lines.extend(_lead(page, f"    {mark} ", 6, f"{name}{row.words}{_cited(row)}"))
    if len(shown) < len(result.reasons):
        page.put("    · ", page.say("alternatives", n=len(result.reasons) - len(shown)), style="2")


def _lead(page: _Page, first: str, indent: int, text: str) -> Iterator[str]:
    lead = first
    for line in wrapped(text, page.width - indent):
        yield (lead + line).rstrip()
        lead = " " * indent


def _section(page: _Page, key: str, lines: Sequence[str], *, mark: Mark | None = None) -> None:
    if not lines:
        return
    page.put("  ", page.say(key), style="2")
    for line in lines:
        point = page.paint(_COLOURS[mark], _MARKS[mark]) if mark else "·"
        page.lines.extend(_lead(page, f"    {point} ", 6, line))


def _foot(page: _Page, view: CaseView, *, assumed: Sequence[str] = (), sources: Sequence[str] = ()) -> None:
    page.lines.append("")
    parts: list[tuple[str, Sequence[str]]] = [
        ("limit", [view.limit] if view.limit else []),
        ("assumes", assumed),
        ("lists", [item.words for item in view.lists]),
        ("unused", [f"{item.words} ({item.id})" for item in view.unused]),
        ("notices", [item.words for item in view.notices]),
        ("sources", sources),
    ]
    for key, lines in parts:
        if lines:
            page.put("", page.say(key), style="2")
            for line in lines:
                page.put("  · ", line)
    page.put("", page.say("shown_for", book=view.book.words, date=view.known), "  ", style="2")


# ----------------------------------------------------------------------------------------------------------- the tree


def _rows(page: _Page, rows: Sequence[Row], bars: str = "") -> None:
    """The rows of one level: labels in a column, sentence and citation wrapped beside it."""
    names = [row.label for row in rows]
    column = min(max((cells(name) for name in names), default=0), 24)
    for number, (row, name) in enumerate(zip(rows, names, strict=True)):
        last = number + 1 == len(rows)
        branch, trunk = ("└─ ", "   ") if last else ("├─ ", "│  ")
        mark = page.paint(_COLOURS[row.mark], _MARKS[row.mark])
        pad = " " * (column - cells(name) + 2) if column >= cells(name) else "  "
        bold = page.paint("1", name) if row.decisive and name else name
        head = f"{bars}{branch}{mark} {bold}{pad if name or column else ''}"
        indent = cells(bars) + 5 + max(column, cells(name)) + (2 if name or column else 0)
        below = bars + trunk + ("│ " if row.rows else "  ")
        rest = below + " " * max(indent - cells(below), 0)
        for line in wrapped(_said(row), page.width - indent):
            page.lines.append((head + line).rstrip())
            head = rest
        _rows(page, row.rows, bars + trunk)


def _said(row: Row) -> str:
    note = f" ({row.note})" if row.note else ""
    return f"{row.words}{note}{_cited(row)}"


def _cited(row: Row) -> str:
    return f" [{'; '.join(row.cites)}]" if row.cites else ""


# ------------------------------------------------------------------------------------------------------------- cells


def cells(text: str) -> int:
    """Cells the text takes on a terminal, escape sequences left out."""
    total, skipping = 0, False
    for char in text:
        if char == "\x1b":
            skipping = True
        elif skipping:
            skipping = char != "m"
        elif unicodedata.category(char) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return total


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; words stay whole, Chinese breaks anywhere but before a stop."""
    lines, line, used = [], "", 0
    for piece in _pieces(text):
        if line and used + cells(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0
        line, used = line + piece, used + cells(piece)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    """Runs that are not broken: a word with the space after it, or one wide character with the stops after it."""
    piece = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        ends = piece and (piece[-1] == " " or unicodedata.east_asian_width(piece[-1]) in "WF" or wide)
        if ends and char not in _NO_BREAK_BEFORE and char != " ":
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece
