"""Days of filing on which two editions are one law for a category: whoever files then has one verdict in both."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from hypothesis import event, given, note
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.edits import edits
from solver.diff_dates import known_on
from solver.diff_days import filed
from tests import ready
from tests.agreement import Asked, expected
from tests.strategies.books import books
from tests.test_agreement import laws, somebody

DAY = dt.timedelta(days=1)
TODAY: dict[str, Literal["today"]] = {"submitted_on": "today"}


@st.composite
def editions(draw: st.DrawFn) -> tuple[m.Book, m.Book]:
    """Two editions: a book with an edit, or as known on two days."""
    book = draw(books())
    book = replace(book, givens={n: replace(f, default=TODAY.get(n)) for n, f in book.givens.items()})
    made = list(edits(book, parts={"verdict"}))
    if draw(st.booleans()) and made:
        dated = [e for e in made if e.book.categories == book.categories and e.book.terms == book.terms]
        return book, draw(st.sampled_from(dated or made)).book
    since: set[dt.date | None] = {row.known for p in book.parameters.values() for row in p.values}
    since |= {c.known or c.start for t in book.tables.values() for c in t.coverage}
    days = sorted({day - n * DAY for day in (*since, book.known) if day is not None for n in (0, 1)})
    old, new = sorted((draw(st.sampled_from(days)), draw(st.sampled_from(days))))
    return known_on(book, old), known_on(book, new)


@laws
@given(st.data())
def test_whoever_files_while_the_law_is_alike_has_one_verdict(data: st.DataObject) -> None:
    """By the independent evaluator; and a day on which it is not alike lies in a stretch whose first day is told."""
    old, new = data.draw(editions())
    laws_of = {c: filed(old, new, c, c) for c in old.categories}
    note(f"{laws_of}")
    for told in somebody(data, old, wholly=True, people=6):
        day = told.root["submitted_on"]
        assert isinstance(day, dt.date)
        before, after = (expected(book, told.case, Asked({}, "presumed")) for book in (old, new))
        if before is None or after is None:  # one edition refuses such a person
            continue
        for c, law in laws_of.items():
            if law is None:
                continue
            if law.alike(day):
                event("a person under one law")
                assert before[c].verdict is after[c].verdict
            else:
                event("a person under two laws")
                first = max(d for d in law.parting if d <= day)
                assert not any(law.alike(first + n * (day - first) // 4) for n in range(5))


def test_the_pattern_of_stays_before_28_december_2022() -> None:
    """Known a day later: whoever filed before is under the same law, and the others are not."""
    hk = ready.hk()
    day = dt.date(2022, 12, 28)
    old, new = known_on(hk, day - DAY), known_on(hk, day)
    law = filed(old, new, "iang.extension", "iang.extension")
    assert law is not None
    assert [a.id for a, _ in law.parameters] == ["iang_pattern"]
    assert law.parting == (day,)
    assert law.alike(day - DAY)
    assert not law.alike(hk.known)
    assert filed(old, new, "iang.recent", "iang.recent") is None  # the day of approval chooses as well
