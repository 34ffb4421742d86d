"""`diff`: two editions of a book compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import chain

from dsl.model import Book
from whereas.commands.shared import FINDINGS, OK, the_book, write, write_json
from whereas.diff_inputs import Edition, edition
from whereas.diff_text import as_data, as_markdown, as_text
from whereas.options import Settings, option_day, refused


def diff(given: Settings, editions: Sequence[str], format_: str | None, *, known: bool, filed: bool) -> int:
    """Whose verdict changes, because of which edit; 1 if anything at all is different."""
    from solver.diff import diff as compared
    from whereas.examples import people_of

    form = _form(given, format_)
    if known and filed:
        raise refused(
            given.argv, "U709", "the two dates are of one kind", "--filed", "`--known` stands here too",
            help="leave out one of `--known` and `--filed`",
        )  # fmt: skip
    old, new = _on_days(given, editions, filed=filed) if known or filed else (edition(given, w) for w in editions)
    people = [people_of(e.book) for e in (new, old)]
    found = compared(old.book, new.book, given.seconds, lambda c: chain.from_iterable(p(c) for p in people))
    names = old.name, new.name
    if given.json or form == "json":
        write_json(as_data(found, names, given.lang))
    else:
        write("".join((as_markdown if form == "markdown" else as_text)(found, names, given.lang)))
    return OK if found.nothing else FINDINGS


_FORMS = ("text", "markdown", "json")


def _form(given: Settings, word: str | None) -> str:
    if word is None or word in _FORMS:
        return word or "text"
    raise refused(
        given.argv, "U709", f"a difference is not written as `{word}`", word, f"not one of {', '.join(_FORMS)}",
        help="write `--format markdown`",
    )  # fmt: skip


def _on_days(given: Settings, words: Sequence[str], *, filed: bool) -> tuple[Edition, Edition]:
    """One book on two days."""
    from solver.diff_dates import filed_on, known_on

    days: list[dt.date] = []
    for word in words:
        day = option_day(word, given.argv, f"--{'filed' if filed else 'known'} 2026-01-01 2026-11-21")
        assert day is not None
        days.append(day)
    book: Book = the_book(given, given.book)
    made = [(filed_on if filed else known_on)(book, day) for day in days]
    return Edition(words[0], made[0]), Edition(words[1], made[1])
