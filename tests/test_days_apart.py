"""The days on which alone two editions can differ."""

from __future__ import annotations

import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Record
from dsl.edits import Edit, edits
from solver.apart import told_apart
from solver.assess import assess, compile_book
from solver.check import check_case
from solver.days_apart import days_apart
from solver.run import Deadline
from tests import ready
from tests.strategies.books import books
from tests.strategies.people import complete, population
from tests.test_agreement import BUDGET, few
from tests.test_codes import files_of

FLOOR = """
parameter floor : whole by submitted_on
  en "floor"  zh "下限"
  from 2022-12-28 3  cites guide "1"
  from 2024-10-16 4  cites guide "1"
  from 2025-10-16 4  cites guide "1"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [open] submitted_on on or after 2022-12-28  cites guide "1"
    [floor] applicant.children at least floor  cites guide "1"
"""


def book_of(block: str) -> m.Book:
    return ready.book(files_of(block))


def edit_of(book: m.Book, words: str) -> Edit:
    (found,) = [e for e in edits(book) if e.words == words]
    return found


def test_a_row_that_is_moved_by_a_day_makes_that_day_differ() -> None:
    book = book_of(FLOOR)
    later = edit_of(book, "from 2024-10-16 → from 2024-10-17")
    assert days_apart(book, later.book) == ("submitted_on", (dt.date(2024, 10, 16),))
    sooner = edit_of(book, "from 2024-10-16 → from 2024-10-15")
    assert days_apart(book, sooner.book) == ("submitted_on", (dt.date(2024, 10, 15),))


def test_a_row_that_says_what_the_row_before_it_says_makes_no_day_differ() -> None:
    book = book_of(FLOOR)
    for words in ("from 2025-10-16 → from 2025-10-17", "from 2025-10-16 4 → ∅"):
        edited = edit_of(book, words).book
        assert days_apart(book, edited) == ("submitted_on", ())
        assert told_apart(book, edited, ["small.a"], Deadline(20)).proved


def test_more_days_or_other_things_are_not_told() -> None:
    book = book_of(FLOOR)
    for words in (
        "3 → 2",  # from 2022-12-28 to 2024-10-15
        "all of → any of",
    ):
        assert days_apart(book, edit_of(book, words).book) is None, words
    assert days_apart(book, book) is None
    both = edit_of(book, "from 2024-10-16 → from 2024-10-17").book
    assert days_apart(book, replace(both, known=both.known + dt.timedelta(days=1))) is None


def test_the_one_day_decides_whether_somebody_is_told_apart() -> None:
    book = book_of(FLOOR)
    # Whoever files on 2024-10-16 with three children is under a floor of three for one day more.
    found = told_apart(book, edit_of(book, "from 2024-10-16 → from 2024-10-17").book, ["small.a"], Deadline(20))
    assert found.person is not None
    assert found.person.root.facts["submitted_on"] == dt.date(2024, 10, 16)
    # Before 2022-12-28 nobody qualifies, whatever floor is in force on the day before.
    found = told_apart(book, edit_of(book, "from 2022-12-28 → from 2022-12-27").book, ["small.a"], Deadline(20))
    assert found.proved


@few
@given(st.data())
def test_on_any_other_day_the_editions_answer_alike(data: st.DataObject) -> None:
    book = data.draw(books())
    told = [(e, a) for e in edits(book, kinds=["date"]) if (a := days_apart(book, e.book)) is not None and a[1]]
    assume(told)
    edit, (event, days) = data.draw(st.sampled_from(told))
    person = data.draw(complete(population(book, BUDGET)))
    assume(person is not None)
    assert person is not None
    near = [d + n * dt.timedelta(days=1) for d in days for n in (-2, -1, 1, 2)]
    day = data.draw(st.sampled_from([d for d in near if d not in days]))
    case = replace(person.case, root=Record({**person.case.root.facts, event: day}))
    both = [compile_book(book), compile_book(edit.book)]
    assume(not any(check_case(c, case) for c in both))
    answers = [{r.category: r.verdict for r in assess(c, case, reasons=False).results} for c in both]
    assert answers[0] == answers[1]
