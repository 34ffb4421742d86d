"""`when`: on which days of filing each category is open."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from dsl.calendar import Duration, shift, today
from dsl.diagnostics import Diagnostic
from dsl.model import FILING, Book
from whereas import driver
from whereas.commands.shared import (
    BAD_INPUT,
    FINDINGS,
    OK,
    as_data,
    coloured,
    how,
    load_cases,
    one_report,
    show,
    the_compiled,
    width,
    write,
    write_json,
    write_to,
)
from whereas.options import Settings, chosen_categories, chosen_readings, days_between, refused

if TYPE_CHECKING:
    from dsl.case import Case
    from solver.answer import Answer
    from solver.compiled import Compiled
    from solver.situation import Readings
    from whereas.when_view import WhenView

_HORIZON = Duration(10, "years")


class Wanted(Struct, frozen=True):
    """What is asked of a case, as typed; svg, html: the files of a picture and of a page."""

    category: str | None = None
    since: str | None = None
    until: str | None = None
    svg: str | None = None
    html: str | None = None


def when(given: Settings, name: str, wanted: Wanted) -> int:
    """The windows of a category, of all of a scheme, or of all there are."""
    one_report(given, wanted.svg, wanted.html)
    first, last = days_between(wanted.since, wanted.until, given.argv)
    compiled = the_compiled(given)
    book = compiled.book
    if FILING not in book.givens:
        raise refused(
            given.argv, "U709", f"the book `{book.id}` has no day of filing", "when", "nothing to go through",
            help=f"use a book in which the day of filing is a date called `{FILING}`",
        )  # fmt: skip
    chosen_readings(given, book)
    names = None
    if wanted.category is not None:
        names = chosen_categories(given, book, wanted.category, name, command="when")
    loaded = load_cases(given, compiled, name, checked=False)
    diagnostics = list(loaded.diagnostics)
    views: list[WhenView] = []
    for case in loaded.cases:
        begin, end = _span(given, case, first, last, wanted.until)
        found = _swept(given, compiled, case, (begin, end), names)
        if isinstance(found, list):
            diagnostics += found
            continue
        views.append(found)
    if diagnostics and given.json and not views:
        write_json({"version": 1, "case": name, "diagnostics": as_data(diagnostics, loaded.texts)})
    elif diagnostics:
        show(diagnostics, loaded.texts)
    if views:
        _write(given, book, views, wanted)
    driver.keep_trees(compiled)
    if not views:
        return BAD_INPUT
    return FINDINGS if any(view.unsettled for view in views) else OK


def _span(
    given: Settings, case: Case, first: dt.date | None, last: dt.date | None, until: str | None
) -> tuple[dt.date, dt.date]:
    """From the case's own day of filing, or today, for ten years, where nothing else is asked."""
    told = case.root.facts.get(FILING)
    begin = first or (told if isinstance(told, dt.date) else today())
    end = last or shift(begin, _HORIZON)
    if end < begin:
        raise refused(
            given.argv, "U709", f"`--until {until}` comes before the day of filing, {begin}", str(until), "too early",
            help=f"write `--from {until}` too, or a later day",
        )  # fmt: skip
    return begin, end


def _swept(
    given: Settings, compiled: Compiled, case: Case, span: tuple[dt.date, dt.date], names: tuple[str, ...] | None
) -> WhenView | list[Diagnostic]:
    """The view of a case; or what is wrong with it, if it cannot be filed on any of the days."""
    from solver.ahead import ahead
    from solver.assess import assess
    from solver.check import check_case
    from solver.run import OutOfTime
    from solver.when import Stretch, contradicted, sweep
    from whereas.when_view import Swept, when_view

    book, asked = compiled.book, how(given, compiled.book, case)
    swept = sweep(compiled, case, *span, **asked, seconds=given.seconds)
    if not any(fits for _, _, fits in swept.fitting):
        return list(check_case(compiled, swept.filing.on(span[0])))
    stretches: dict[str, tuple[Stretch, ...]] = {}
    wanted = names if names is not None else tuple(book.categories)
    try:
        for category in wanted:
            stretches[category] = tuple(swept.stretches(category))
    except OutOfTime:
        pass

    def explained(category: str, day: dt.date) -> Answer:
        return assess(compiled, swept.filing.on(day), **asked, categories=[category])

    found = Swept(
        swept.filing,
        *span,
        stretches,
        tuple(c for c in wanted if c not in stretches),
        ahead(swept, stretches),
        lambda day: contradicted(swept, day),
    )
    return when_view(book, case, found, explained, given.lang, options_words(given, book, asked["readings"]))


def options_words(given: Settings, book: Book, readings: Readings) -> tuple[str, ...]:
    """Where it is not answered as the book itself chooses."""
    from whereas.labels import reading_label
    from whereas.phrases import say, words_language
    from whereas.report import as_known_words
    from whereas.sentences import reading_words

    lang = words_language(given.lang)
    out = [as_known_words(book, given.as_known_on, lang)] if given.as_known_on else []
    out += [say("readings_open", lang)] if readings == "all" else []
    out += [
        say("reading_is", lang, reading=reading_label(book, id, lang), value=reading_words(book, id, value, lang))
        for id, value in (readings.items() if readings != "all" else ())
        if id in book.readings and value != book.readings[id].default
    ]
    return (*out, *([say("judgements_open", lang)] if given.judgements == "open" else []))


def _write(given: Settings, book: Book, views: list[WhenView], wanted: Wanted) -> None:
    from whereas.when_html import when_html
    from whereas.when_json import when_json
    from whereas.when_svg import when_svg
    from whereas.when_text import when_text

    if wanted.svg is not None:
        write_to(given, wanted.svg, when_svg(*views))
    if wanted.html is not None:
        write_to(given, wanted.html, when_html(views))
    if given.json:
        out = [when_json(view, driver.edition(book), judgements=given.judgements) for view in views]
        write_json(out[0] if len(out) == 1 else out)
    elif wanted.svg is None and wanted.html is None:
        texts = [when_text(view, width=width(), colour=coloured(sys.stdout)) for view in views]
        write("\n".join(texts))
