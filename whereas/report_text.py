"""Reports as text: for `assess` a few lines a category, for `explain` a tree of conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from rich.cells import cell_len

from dsl.model import Verdict
from whereas.drawing import FIT, REST, Block, Branches, Flowing, Grid, Stack, drawn
from whereas.entries import Counts, entry_lines
from whereas.order import Closed, Together, closed_words, in_brief, lasting, names, ordered
from whereas.phrases import Language, enumerated, listed
from whereas.scripts import Say, spoken
from whereas.standing import near_lines, reading_lines, told_in
from whereas.views import MARK_OF, CaseView, Mark, ResultView, Row

WIDTH = 100
"""Columns of a report that goes to a file or a pipe."""

NARROW = 64
"""Below this many columns what a line is about stands before or above its words, not in a column of its own."""

_KEY_WIDTH = 12
_LABEL_WIDTH = 24
_MARKS: Mapping[Mark, tuple[str, str]] = {"met": ("✔", "green"), "not_met": ("✘", "red"), "open": ("?", "yellow")}
_COUNTS: Mapping[Counts | None, tuple[str, str]] = {
    "counted": ("+", "green"), "left_out": ("−", "red"), "open": ("?", "yellow"), None: ("·", ""),
}  # fmt: skip

Part: TypeAlias = "tuple[str, Sequence[tuple[Mark | None, str]]]"
"""The key of a phrase, and lines under it with the mark before each."""


def assess_text(view: CaseView, *, width: int = WIDTH, colour: bool = False) -> str:
    """What is open to a person, then what depends and on what, then what is not open, each in one line."""
    say = spoken(view.lang)
    narrow = width < NARROW
    found = ordered(say, view)
    parts: list[Block] = list(_head(say, view))
    for result in found.yes:
        parts += [Flowing(), _title(result, result.scheme_label), below(say, _open(say, result, view), narrow=narrow)]
    for group in found.groups:
        parts += [Flowing(), *_group(say, group, view.lang, width)]
    if found.no:
        parts += [Flowing(), Flowing(say("not_open"), "underline")]
        if alone := [(closed.results[0], closed.reason) for closed in found.no if not closed.crowded]:
            parts.append(_lines("not_met", alone, say, width))
        for closed in (closed for closed in found.no if closed.crowded):
            parts += list(_told_once(say, closed, view.lang))
    assumed = ("assumes", plainly(_assumed(say, view.results, view.lang, full=False)))
    known_to = ("open_ended", plainly(lasting(say, view.results, view.lang, full=False)))
    more = [("more", plainly([say("not_shown")]))] if found.groups or found.no else []
    return drawn([*parts, Flowing(), *_foot(say, view, [assumed, known_to], more)], width, colour=colour)


def full_text(view: CaseView, *, width: int = WIDTH, colour: bool = False) -> str:
    """All categories of a case in the order of the book, each with all it rests on or hangs on, and what it grants."""
    say = spoken(view.lang)
    parts: list[Block] = list(_head(say, view))
    for label, results in groupby(view.results, key=lambda result: result.scheme_label):
        parts += [Flowing(), Flowing(label, "underline")]
        for result in results:
            parts += [_title(result), below(say, _in_short(say, result, view.lang), narrow=width < NARROW)]
    assumed = ("assumes", plainly(_assumed(say, view.results, view.lang, full=True)))
    known_to = ("open_ended", plainly(lasting(say, view.results, view.lang, full=True)))
    return drawn([*parts, Flowing(), *_foot(say, view, [assumed, known_to])], width, colour=colour)


def explain_text(view: CaseView, *, width: int = WIDTH, colour: bool = False) -> str:
    """One category (or several) of a case: the answer first, then every condition."""
    say = spoken(view.lang)
    narrow = width < NARROW
    parts: list[Block] = list(_head(say, view))
    for label, results in groupby(view.results, key=lambda result: result.scheme_label):
        parts += [Flowing(), Flowing(label, "underline")]
        for number, result in enumerate(results):
            parts += [Flowing()] if number else []
            parts += [_title(result), below(say, _in_full(say, result, view.lang), narrow=narrow)]
            tree = Branches()
            _grow(say, view.lang, tree, result.rows, narrow=narrow)
            parts += [Flowing(), Flowing(say("chain"), "dim"), tree] if result.rows else []
    named = (say("about", thing=source.id, what=source.words) for result in view.results for source in result.sources)
    sources = dict.fromkeys(named)
    return drawn([*parts, Flowing(), *_foot(say, view, [], [("sources", plainly(sources))])], width, colour=colour)


# ---------------------------------------------------------------------------------------------------------- the parts


def _head(say: Say, view: CaseView) -> Iterator[Block]:
    yield Flowing(view.case if view.title is None else f"{view.case}: {view.title}", "bold")
    yield from (Flowing(line, "dim") for line in (view.filed, view.as_known_words, *view.chosen) if line)
    for mark, words in view.summary:
        sign, colour = _MARKS[mark]
        yield Flowing(f"{sign} {words}", f"bold {colour}")
    if view.limit:
        yield Flowing(say("about", thing=say("limit"), what=view.limit), "bold yellow")


def _group(say: Say, group: Together, lang: Language, width: int) -> Iterator[Block]:
    """Categories that hang on the same: first on what, then each with what else it hangs on."""
    if group.shared:
        yield Flowing(say("hang_on_this", n=len(group.members)), "underline")
        table = Grid(1, REST)
        for line in group.shared:
            table.add_row(mark_of("open"), Flowing(line, "bold yellow"))
        yield table
    if group.crowded:
        yield _lines("open", [(member.result, in_brief(say, lang, member)) for member in group.members], say, width)
        return
    for result, lines, more, _ in group.members:
        yield _title(result, result.scheme_label)
        parts: list[Part] = [
            (
                "and_on" if group.shared else "hangs_on",
                [*(("open", line) for line in lines), *plainly([say("alternatives", n=more)] if more else [])],
            ),
            ("would_grant", _on_one_line([grant.words for grant in result.grants], lang)),
            *_asides(say, result),
        ]
        yield below(say, parts, narrow=width < NARROW)


def _told_once(say: Say, closed: Closed, lang: Language) -> Iterator[Block]:
    """The reason that closes many categories, and below it which."""
    title = Grid(1, REST)
    title.add_row(mark_of("not_met"), Flowing(closed_words(say, closed)))
    which = Grid(1, REST)
    which.add_row("", Flowing(enumerated((result.category for result in closed.results), lang), "bold"))
    yield title
    yield which


def _lines(mark: Mark, lines: Sequence[tuple[ResultView, str]], say: Say, width: int) -> Grid:
    """A line for each category, by its id; what it is called stands there too where that fits in."""
    column = min(max(cell_len(result.category) for result, _ in lines), max(width // 3, _LABEL_WIDTH)) + 1
    room = width - column - 4
    table = Grid(1, column, REST)
    for result, words in lines:
        named = say("about", thing=result.label, what=words) if words else result.label
        shown = named if not words or cell_len(named) <= room else words
        table.add_row(mark_of(mark), Flowing(result.category, "bold"), Flowing(shown))
    return table


def _title(result: ResultView, scheme: str = "") -> Grid:
    sign, colour = _MARKS[MARK_OF[result.verdict]]
    table = Grid(FIT, REST, FIT, gap=2)
    name = Flowing.assemble((sign, colour), " ", (result.category, "bold"))
    label = Flowing.assemble((result.label, "bold"), *([f" · {scheme}"] if scheme else []))
    table.add_row(name, label, Flowing(result.verdict_words, f"bold {colour}"))
    return table


def _open(say: Say, result: ResultView, view: CaseView) -> Iterator[Part]:
    """What `assess` says below a yes: what it gives, what to file and by when, and why."""
    yield "grants", _on_one_line([grant.words for grant in result.grants], view.lang)
    yield "file_by", plainly([result.closes.words] if result.closes else [])
    yield "documents", _on_one_line([document.words for document in result.asks_for], view.lang)
    yield "why_yes", _first(say, result, (row.words for row in result.reasons))
    yield from _asides(say, result)


def _in_short(say: Say, result: ResultView, lang: Language) -> Iterator[Part]:
    """What `assess` says below a verdict."""
    match result.verdict:
        case Verdict.QUALIFIES:
            yield "grants", _on_one_line([grant.words for grant in result.grants], lang)
            yield "file_by", plainly([result.closes.words] if result.closes else [])
            yield "documents", _on_one_line([document.words for document in result.asks_for], lang)
            yield "why_yes", _first(say, result, (row.words for row in result.reasons))
        case Verdict.DEPENDS:
            yield "hangs_on", [("open", hinge.words) for hinge in result.hinges]
            yield "would_grant", _on_one_line([grant.words for grant in result.grants], lang)
        case Verdict.DOES_NOT_QUALIFY:
            yield "why_no", _first(say, result, (f"{row.words}{cited(row)}" for row in result.reasons))
    yield from _asides(say, result)


def _in_full(say: Say, result: ResultView, lang: Language) -> Iterator[Part]:
    """What `explain` says below the tree, where the sources of a reason stand."""
    match result.verdict:
        case Verdict.DOES_NOT_QUALIFY:
            yield "why_no", [(row.mark, say("about", thing=row.label, what=row.words)) for row in result.reasons]
            yield "stands", list(told_in(say, lang, result.standing, yes=False)) if result.standing else []
        case _:
            yield "hangs_on", [("open", hinge.words) for hinge in result.hinges]
            grants = "grants" if result.verdict is Verdict.QUALIFIES else "would_grant"
            yield grants, _on_one_line([grant.words for grant in result.grants], lang)
            yield "file_by", plainly([result.closes.words] if result.closes else [])
            yield "presumes", plainly(item.words for item in result.assumes)
            yield "rests_on", list(told_in(say, lang, result.standing, yes=True)) if result.standing else []
            yield "documents", _on_one_line([document.words for document in result.asks_for], lang)
    yield "known_to", plainly(say("about", thing=rule.date, what=rule.words) for rule in result.open_ended)
    yield from _asides(say, result)


def _asides(say: Say, result: ResultView) -> Iterator[Part]:
    yield "sensitive", plainly(say("sensitive_words", what=item.words, id=item.id) for item in result.sensitive_to)
    yield "weak", plainly(say("noted", what=item.words, note=item.id) for item in result.leans_on)
    yield "routes", plainly(say("noted", what=item.words, note=item.id) for item in result.routes_to)


def _foot(say: Say, view: CaseView, before: Sequence[Part], after: Sequence[Part] = ()) -> Iterator[Block]:
    parts: list[Part] = [
        ("nearest", plainly(near_lines(say, view))),
        ("however_read", list(reading_lines(say, view))),
        *before,
        ("lists", _on_one_line([item.words for item in view.lists], view.lang)),
        ("none_told", _on_one_line([item.words for item in view.none_told], view.lang)),
        ("unused", plainly(say("noted", what=item.words, note=item.id) for item in view.unused)),
        ("notices", plainly(item.words for item in view.notices)),
        *after,
    ]
    for key, lines in parts:
        if lines:
            yield Flowing(say(key), "dim")
            yield bullets(lines)
    yield Flowing(say("shown_for", book=view.book.words, date=view.known), "dim")


def _assumed(say: Say, results: Iterable[ResultView], lang: Language, *, full: bool) -> Iterator[str]:
    """Presumptions, those that carry the same verdicts together, with the categories they carry."""
    carried: dict[str, list[str]] = {}
    for result in results:
        for item in result.assumes:
            carried.setdefault(item.words, []).append(result.category)
    together: dict[tuple[str, ...], list[str]] = {}
    for words, categories in carried.items():
        together.setdefault(tuple(categories), []).append(words)
    return (
        say("noted", what=listed(words, lang), note=names(say, lang, categories, full=full))
        for categories, words in together.items()
    )


def plainly(lines: Iterable[str]) -> list[tuple[Mark | None, str]]:
    """Lines without a mark."""
    return [(None, line) for line in lines]


def _on_one_line(words: Sequence[str], lang: Language) -> list[tuple[Mark | None, str]]:
    return plainly([listed(words, lang)] if words else [])


def _first(say: Say, result: ResultView, lines: Iterable[str]) -> list[tuple[Mark | None, str]]:
    """The reasons shown, and how many more there are."""
    shown = [(row.mark, line) for row, line in zip(result.reasons, lines, strict=True)]
    return [*dict.fromkeys(shown), *plainly([say("alternatives", n=result.more)] if result.more else [])]


def cited(row: Row) -> str:
    """The sources of a row, in brackets."""
    return f" [{'; '.join(row.cites)}]" if row.cites else ""


# ------------------------------------------------------------------------------------------------ tables and the tree


def below(say: Say, parts: Iterable[Part], *, narrow: bool) -> Block:
    """Lines below a title: what they are about, a mark, the words."""
    if narrow:
        return Stack(_stacked(say(key), lines) for key, lines in parts if lines)
    table = Grid(3, _KEY_WIDTH, 1, REST)
    for key, lines in parts:
        for number, (mark, line) in enumerate(lines):
            table.add_row("", Flowing("" if number else say(key), "dim"), mark_of(mark), Flowing(line))
    return table


def _stacked(about: str, lines: Iterable[tuple[Mark | None, str]]) -> Stack:
    table = Grid(3, 1, REST)
    for mark, line in lines:
        table.add_row("", mark_of(mark), Flowing(line))
    return Stack([Flowing(f"  {about}", "dim"), table])


def bullets(lines: Iterable[tuple[Mark | None, str]]) -> Grid:
    """Lines, each with its mark before it."""
    table = Grid(3, REST)
    for mark, line in lines:
        table.add_row(Flowing.assemble("  ", mark_of(mark)), Flowing(line))
    return table


def _grow(say: Say, lang: Language, tree: Branches, rows: Sequence[Row], *, narrow: bool) -> None:
    """The rows of one level, their labels in a column, and below each its own rows and what its totals are made of."""
    column = 0 if narrow else min(max((cell_len(row.label) for row in rows), default=0), _LABEL_WIDTH)
    for row in rows:
        words = say("noted", what=row.words, note=row.note) if row.note else row.words
        line = Grid(1, *([column + 1] if column else []), REST)
        style = "bold" if row.decisive else ""
        label = [Flowing(row.label, style)] if column else []
        ahead = [(say("about", thing=row.label, what=""), style)] if narrow and row.label else []
        line.add_row(mark_of(row.mark), *label, Flowing.assemble(*ahead, f"{words}{cited(row)}"))
        node = tree.add(line)
        _grow(say, lang, node, row.rows, narrow=narrow)
        for total in row.totals:
            above = node.add(Flowing(total.label)) if len(row.totals) > 1 else node
            for counts, words in entry_lines(say, lang, total):
                entry = Grid(1, REST)
                entry.add_row(Flowing(*_COUNTS[counts]), Flowing(words))
                above.add(entry)


def mark_of(mark: Mark | None) -> Flowing:
    """The sign of a mark."""
    return Flowing(*_MARKS[mark]) if mark else Flowing("·")
