"""Sweeping the day of filing is the same as trying every day: on generated books and people, and on the whole book."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl import model as m
from dsl.calendar import FIRST, LAST
from dsl.case import Case
from solver.assess import assess, compile_book
from solver.check import check_case
from solver.compiled import Compiled
from solver.when import Stretch, filing, sweep
from tests.strategies.books import books
from tests.strategies.people import complete, incomplete, population

PROFILE = os.environ.get("WHEREAS_TESTS", "ci")
DAY = dt.timedelta(days=1)
laws = settings(
    max_examples={"dev": 10, "ci": 40, "deep": 1_000}[PROFILE],
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    derandomize=PROFILE == "ci",
)


def days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def outcomes(compiled: Compiled, case: Case, day: dt.date) -> dict[str, str]:
    """What each category is when the case is filed on one day: the long way."""
    filed = filing(compiled.book, case).on(day)
    if check_case(compiled, filed):
        return dict.fromkeys(compiled.book.categories, "contradiction")
    answer = assess(compiled, filed, reasons=False)
    return dict.fromkeys(answer.unsettled, "unsettled") | {r.category: r.verdict.value for r in answer.results}


def swept(compiled: Compiled, case: Case, first: dt.date, last: dt.date) -> dict[str, list[Stretch]]:
    found = sweep(compiled, case, first, last)
    return {c: list(found.stretches(c, reasons=False)) for c in compiled.book.categories}


def compare(compiled: Compiled, case: Case, first: dt.date, last: dt.date) -> None:
    found = swept(compiled, case, first, last)
    for stretches in found.values():
        assert stretches[0].first == first
        assert stretches[-1].last == last
        assert all(a.last + DAY == b.first and a.outcome != b.outcome for a, b in pairwise(stretches))
    at = dict.fromkeys(found, 0)
    wrong = []
    for day in days(first, last):
        expected = outcomes(compiled, case, day)
        for category, stretches in found.items():
            if day > stretches[at[category]].last:
                at[category] += 1
            if (here := str(stretches[at[category]].outcome)) != expected[category]:
                wrong.append((category, str(day), here, expected[category]))
    assert wrong == []


def span(data: st.DataObject, book: m.Book, length: int) -> tuple[dt.date, dt.date]:
    """A span about a day at which something in the book is likely to turn."""
    about = data.draw(st.sampled_from(population(book, 80).domains.values[None, "submitted_on"]))
    assert isinstance(about, dt.date)
    first = max(FIRST, min(about, LAST) - data.draw(st.integers(0, length)) * DAY)
    return first, min(first + length * DAY, LAST)


@laws
@given(st.data())
def test_complete_people(data: st.DataObject) -> None:
    book = data.draw(books())
    note(f"{book}")
    compiled = compile_book(book)
    of = population(book, 80)
    for _ in range(2):
        told = data.draw(complete(of))
        if told is not None:
            note(f"{told.case}")
            compare(compiled, told.case, *span(data, book, 3652 if PROFILE == "deep" else 400))


@laws
@given(st.data())
def test_incomplete_people(data: st.DataObject) -> None:
    book = data.draw(books())
    note(f"{book}")
    compiled = compile_book(book)
    of = population(book, 80)
    told = data.draw(incomplete(of))
    if told is not None:
        note(f"{told.case}")
        compare(compiled, told.case, *span(data, book, 1000 if PROFILE == "deep" else 100))
