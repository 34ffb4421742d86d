"""`audit`: a book examined as a whole."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dsl.diagnostics import Diagnostic, Label
from dsl.model import AnyOrder, Place
from whereas.commands.shared import FINDINGS, OK, as_data, coloured, the_book, write, write_json
from whereas.options import Settings, book_path, chosen_among, days_between
from whereas.phrases import Language
from whereas.scripts import in_script, spoken

if TYPE_CHECKING:
    from dsl.model import Book
    from solver.audit import Audit
    from solver.examination import Finding


def audit(given: Settings, place: str | None, first: str | None, last: str | None, words: Sequence[str] = ()) -> int:
    """Findings about a book as a whole or about the categories named, for applications filed within a range of days."""
    from solver.audit import audit as examined
    from solver.compiled import at, compile_book
    from whereas.examples import people_of

    begin, end = days_between(first, last, given.argv)
    book = the_book(given, book_path(place, given.argv))  # with its examples, which `the_compiled` is without
    compiled = compile_book(book)
    chosen = chosen_among(given, book, words, "audit")
    found = examined(at(compiled, given.as_known_on), begin, end, given.limit, chosen, people_of(book))
    diagnostics = [_diagnostic(book, f, given.lang) for f in found.findings]
    if given.json:
        write_json(_data(book, found, diagnostics, given.lang))
    else:
        write("".join(_text(book, found, diagnostics, given.lang)))
    return FINDINGS if found.findings or not found.complete else OK


def _diagnostic(book: Book, f: Finding, lang: Language) -> Diagnostic:
    """A finding as every other finding about a book is shown."""
    places = [Label(p, in_script(words, lang)) for p, words in f.places]
    primary = places[0] if places else Label(_first_line(book))
    advice = in_script(f.advice, lang) if f.advice else None
    return Diagnostic(f.code, in_script(f.words, lang), primary, tuple(places[1:]), help=advice)


def _first_line(book: Book) -> Place:
    """Where the book says its name: for what is about all of it."""
    for file, text in book.texts.items():
        for word in ("book", "規則書"):
            if found := re.search(rf"^{word}[ \t]+{re.escape(book.id)}\b.*$", text, re.MULTILINE):
                return Place(file, found.start(), found.end())
    return Place(next(iter(book.texts), "book"), 0, 0)


def _text(book: Book, found: Audit, diagnostics: list[Diagnostic], lang: Language) -> Iterator[str]:
    from dsl.render import render_all
    from dsl.writecase import case_text

    say = spoken(lang)
    for finding, diagnostic in zip(found.findings, diagnostics, strict=True):
        yield render_all([diagnostic], book.texts, colour=coloured(sys.stdout)) + "\n"
        if finding.exception is not None:
            yield f"  {say('audit_exception')}\n"
            yield "".join(f"    {line}\n" for line in finding.exception.splitlines())
        if (shown := finding.shown) is not None:
            words = in_script(shown.words, lang)
            yield f"  {say('audit_person', words=words, category=shown.category, verdict=say(shown.verdict.value))}\n"
            yield "".join(f"    {line}\n" for line in case_text(shown.case, book).splitlines())
        yield "\n"
    yield from _closing(found, lang)


def _closing(found: Audit, lang: Language) -> Iterator[str]:
    """What was looked at, what was answered and what was left out."""
    say = spoken(lang)
    yield say("audit_counted", n=len(found.findings), answered=len(found.answered)) + "\n"
    if found.categories:
        yield say("audit_only", names=", ".join(found.categories)) + "\n"
    else:
        yield say("audit_totals") + "\n"
    yield say("audit_looked", days=len(found.days), first=found.days[0], last=found.days[-1]) + "\n"
    counts = ", ".join(f"{name} {n}" for name, n in found.room.items() if n)
    if counts:
        yield say("elements_tried", counts=counts) + "\n"
    of_order = [p.id for p in found.kept if isinstance(p, AnyOrder)]
    for word, names in (("audit_kept", [p.id for p in found.kept if p.id not in of_order]), ("audit_order", of_order)):
        if names:
            yield say(word, names=", ".join(names)) + "\n"
    if not found.complete:
        yield say("audit_cut_short") + "\n"
    if found.left_out:
        yield say("audit_left", names=", ".join(found.left_out)) + "\n"


def _data(book: Book, found: Audit, diagnostics: list[Diagnostic], lang: Language) -> dict[str, object]:
    """The same as data."""
    from dsl.writecase import case_text

    items = [
        {
            **said,
            "subject": f.subject,
            "category": f.shown.category if f.shown else None,
            "verdict": f.shown.verdict.value if f.shown else None,
            "shows": {"en": f.shown.words.en, "zh": f.shown.words.zh} if f.shown else None,
            "words": {"en": f.words.en, "zh": f.words.zh},
            "exception": f.exception,
            "person": case_text(f.shown.case, book) if f.shown else None,
        }
        for f, said in zip(found.findings, as_data(diagnostics, book.texts), strict=True)
    ]
    return {
        "version": 1,
        "lang": lang,
        "findings": items,
        "answered": [{"code": f.code, "subject": f.subject} for f in found.answered],
        "categories": list(found.categories),
        "days": [d.isoformat() for d in found.days],
        "elements": dict(found.room),
        "complete": found.complete,
        "left_out": list(found.left_out),
        "kept": [p.id for p in found.kept],
    }
