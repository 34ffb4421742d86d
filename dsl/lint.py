"""Drafting that says what it means in a roundabout way, or not to everybody: warnings, seven of ten with a fix.

Two of the seven are in `dsl.lintwords`, three in `dsl.lintgroups`. A fix replaces stretches of the text and never
changes a verdict. Where that cannot be seen, or an author has to say what was meant (a later edition, a reading that
nothing turns on, a window that is too short), there is only the warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from dsl.calendar import Duration
from dsl.checks import clauses, roots
from dsl.diagnostics import Diagnostic, Label, Replacement
from dsl.inside import children, everything, found
from dsl.lintgroups import counted, of_one, repeated, without
from dsl.lintwords import of_words
from dsl.model import (
    Aggregate,
    Book,
    ByReading,
    Citation,
    Clause,
    Compare,
    Const,
    Place,
    Source,
    Window,
)
from dsl.scope import Names
from dsl.syntax import Line, Node, Token, within


def lint(book: Book, names: Names) -> list[Diagnostic]:
    """Every finding on the drafting of a book that has no errors."""
    lines = [(d.file, d.line) for kind in names.declared.values() for d in kind.values()]
    unique = {(file, line.start): (file, line) for file, line in lines}
    out: list[Diagnostic] = []
    for file, line in unique.values():
        out += _below(line, file, names)
    written = {(file, line.start): line for file, line in unique.values() for line in _within(line)}
    for root in roots(book):
        out += repeated(root, written, names.texts)
        out += _too_short(root)
    return [*out, *_never_cited(book, names), *_superseded(book), *_not_asked(book, names)]


def _below(line: Line, file: str, names: Names) -> Iterator[Diagnostic]:
    """The findings on a line as it is written, and on those below it."""
    yield from of_words(line, file)
    if line.head is not None:
        yield from counted(line, file)
        yield from of_one(line, file, names)
        yield from _denied(line.head, file, names)
    for inner in line.lines:
        yield from _below(inner, file, names)


def _within(line: Line) -> Iterator[Line]:
    yield line
    for inner in line.lines:
        yield from _within(inner)


# ------------------------------------------------------------------------------------------------------------ denials

_PLAIN = {"不是": "是", "不為": "為"}


def _denied(head: Node, file: str, names: Names) -> Iterator[Diagnostic]:
    """A denial of a denial."""
    for node in within(head):
        if node.kind != "not_":
            continue
        (inner,) = node.nodes()
        first = node.token(0)
        assert first is not None
        text = names.texts[file]
        fix: tuple[Replacement, ...] = ()
        if inner.kind == "not_":
            second = inner.token(0)
            assert second is not None
            fix = (_left_out(first, file, text), _left_out(second, file, text))
        elif inner.kind == "compare" and inner.nodes()[1].leaf(0).type == "IS_NOT":
            word = inner.nodes()[1].leaf(0)
            if all(_has_value(side, names) for side in (inner.nodes()[0], inner.nodes()[2])):
                plain = Replacement(Place(file, word.start, word.end), _PLAIN.get(word.text, "is"))
                fix = (_left_out(first, file, text), plain)
        else:
            continue
        yield Diagnostic(
            "L308",
            "a denial of a denial",
            Label(Place(file, node.start, node.end), "says what it would say without them"),
            help="leave both denials out" if fix else "say it without a denial, if there always is a value to compare",
            fix=fix,
        )


def _left_out(word: Token, file: str, text: str) -> Replacement:
    """A word left out with the blanks after it."""
    end = word.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return Replacement(Place(file, word.start, end), "")


def _has_value(side: Node, names: Names) -> bool:
    """Whether a side of a comparison always has a value: a comparison without one does not hold, nor its opposite."""
    if side.kind in ("name", "truth"):
        name = side.text(0)
        return name not in names.of("parameter") and name not in names.of("value")
    return side.kind in ("number", "money", "date", "duration")


# ------------------------------------------------------------------------------------------------------------ windows


def _too_short(root: Clause) -> Iterator[Diagnostic]:
    """Windows of time with no day in them, and those that are shorter than what is asked for within them."""
    for clause in clauses(root):
        if children(clause.cond) or clause.place is None:
            continue
        for part in everything(clause.cond):
            match part:
                case Window(duration=Duration(0), side="before"):
                    said = "no day lies within it"
                case Compare(left=Aggregate(within=Duration() as within), right=Const(Duration() as asked)) if (
                    _least_days(asked) > _most_days(within)
                ):
                    said = f"{asked} do not fit into {within}"
                case _:
                    continue
            yield Diagnostic(
                "L312",
                "a window of time that is too short",
                Label(clause.place, said),
                help="correct the number, or `days`, `weeks`, `months` or `years` after it",
            )


def _most_days(length: Duration) -> int:
    """As many days as a length of time can have."""
    return length.count * {"days": 1, "weeks": 7, "months": 31, "years": 366}[length.unit]


def _least_days(length: Duration) -> int:
    """So many days at least are a length of work: no month has fewer than 28, days left over count thirty to one."""
    return length.count * {"days": 1, "weeks": 7, "months": 28, "years": 12 * 28}[length.unit]


# ------------------------------------------------------------------------------------------------------------ sources


def _cited(thing: object) -> Iterator[Citation]:
    return found(thing, Citation)


def _never_cited(book: Book, names: Names) -> Iterator[Diagnostic]:
    """Sources that nothing rests on; the later edition of one that is cited stays until somebody looks at it."""
    parts = (book.entities, book.parameters, book.tables, book.judgements, book.readings, book.conflicts, book.terms)
    more = (book.documents, book.categories, book.notices)
    used = {c.source for part in (*parts, *more) for thing in part.values() for c in _cited(thing)}
    pages = {book.sources[id].address for id in used if id in book.sources and book.sources[id].edition}
    for source in book.sources.values():
        if source.id not in used and source.place:
            d = names.of("source")[source.id]
            later = source.edition is not None and source.address in pages
            yield Diagnostic(
                "A414",
                f"the source `{source.id}` is never cited",
                Label(source.place, "declared here"),
                help="delete it, or cite it where a rule rests on it",
                fix=() if later else without(d.line, d.file, names.texts[d.file]),
            )


def _superseded(book: Book) -> Iterator[Diagnostic]:
    """Conditions that cite an earlier edition of a document of which a later one is declared, and not that as well."""
    newest: dict[str, Source] = {}
    for source in book.sources.values():
        if source.edition and _is_page(source.address):
            best = newest.get(source.address or "")
            if best is None or best.edition is None or best.edition < source.edition:
                newest[source.address or ""] = source
    for root in roots(book):
        for clause in clauses(root):
            here = {c.source for c in clause.cites}
            for cite in clause.cites:
                source = book.sources[cite.source]
                last = newest.get(source.address or "")
                if last and source.edition and source is not last and last.id not in here and clause.place:
                    if source.edition == last.edition:
                        continue
                    yield Diagnostic(
                        "A415",
                        f"`{source.id}` has a later edition, `{last.id}`",
                        Label(clause.place, f"rests on the edition of {source.edition}"),
                        notes=(f"the later edition is of {last.edition}",),
                        help=f"cite `{last.id}` as well, if it says the same, or give the rule dates",
                    )


def _is_page(address: str | None) -> bool:
    """Whether an address is of one document and not of a whole site."""
    return address is not None and urlsplit(address).path.strip("/") != ""


def _not_asked(book: Book, names: Names) -> Iterator[Diagnostic]:
    """Readings on which no rule turns."""
    parts = (*book.terms.values(), *book.categories.values())
    used = {by.reading for by in found(tuple(parts), ByReading)}
    used |= {c.reading for c in book.conflicts.values() if c.reading}
    for name, d in names.of("reading").items():
        if name not in used:
            yield Diagnostic(
                "A418",
                f"no rule turns on the reading `{name}`",
                Label(Place(d.file, d.name.start, d.name.end), "declared here"),
                help=f"write `by reading {name}` where the text can be read in these ways, or delete it",
            )
