"""Sweeping the day of filing is the same as trying every day: on generated books and people, and on the whole book."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from dsl import model as m
from dsl.calendar import FIRST, LAST, add_months, months_and_days
from dsl.case import Case
from dsl.casefile import read_case
from solver.assess import assess, compile_book
from solver.check import check_case
from solver.compiled import Compiled
from solver.when import Stretch, Sweep, filing, sweep
from tests.strategies.books import books
from tests.strategies.people import complete, incomplete, population
from whereas.driver import load_book

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


@laws
@given(st.data())
def test_what_stretches_hang_on(data: st.DataObject) -> None:
    """On the first, the last and a middle day of each stretch it hangs on what the case filed that day hangs on."""
    book = data.draw(books())
    note(f"{book}")
    compiled = compile_book(book)
    told = data.draw(incomplete(population(book, 80)))
    if told is None:
        return
    note(f"{told.case}")
    first, last = span(data, book, 100)
    found = sweep(compiled, told.case, first, last)
    event("by a few values" if hung(compiled, told.case, found) else "by all values")


def hung(compiled: Compiled, case: Case, found: Sweep) -> int:
    """Compare what stretches hang on with the long way; how often a few values of open facts showed it."""
    for category in compiled.book.categories:
        for s in found.stretches(category):
            if s.outcome is not m.Verdict.DEPENDS:
                continue
            for day in {s.first, s.first + (s.last - s.first) // 2, s.last}:
                answer = assess(compiled, filing(compiled.book, case).on(day), categories=[category])
                (result,) = answer.results
                assert (day, s.hinges) == (day, result.hinges)
    return sum(v is not None for v in found.few.values())


# ---------------------------------------------------------------------------------------- the rule book and its people

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
TODAY = dt.date(2026, 11, 27)


@cache
def whole_book() -> Compiled:
    book = load_book(None).value
    assert book is not None
    return compile_book(book)


def people(path: Path) -> tuple[Case, ...]:
    read = read_case(path.read_text("utf-8"), path.name, whole_book().book, today=TODAY)
    assert read.value is not None
    return read.value


def compare_on(case: Case, first: dt.date, last: dt.date, every: int) -> None:
    """Compare on every so manieth day, and on all days about the begin of a stretch."""
    compiled = whole_book()
    found = swept(compiled, case, first, last)
    near = {s.first + n * DAY for stretches in found.values() for s in stretches for n in (-2, -1, 0, 1)}
    chosen = [d for i, d in enumerate(days(first, last)) if i % every == 0 or d in near]
    wrong = []
    for day in chosen:
        expected = outcomes(compiled, case, day)
        for category, stretches in found.items():
            here = next(str(s.outcome) for s in stretches if s.first <= day <= s.last)
            if here != expected[category]:
                wrong.append((category, str(day), here, expected[category]))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_the_people_of_the_examples(path: Path) -> None:
    """A few days over ten years, others for everybody, and all about the days on which something turns."""
    for n, case in enumerate(people(path)):
        offset = (len(path.stem) + n) % 7
        compare_on(case, TODAY + offset * DAY, TODAY.replace(year=TODAY.year + 10), 199)


@pytest.mark.deep
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_the_people_of_the_examples_on_every_day(path: Path) -> None:
    for case in people(path):
        compare_on(case, TODAY, TODAY.replace(year=TODAY.year + 10), 1)


# ----------------------------------------------------------------------------------------------- what skipping rests on


@given(st.integers(0, 900), st.integers(1, 1500), st.booleans())
@settings(max_examples=400)
def test_a_run_counted_in_months_changes_little_when_it_grows_by_a_day(at: int, length: int, leap: bool) -> None:
    """Thirty days to a month, a run that grows by a day at either end grows by nought to four days."""
    first = dt.date(2023 if leap else 2025, 1, 1) + at * DAY
    end = first + length * DAY

    def thirties(a: dt.date, b: dt.date) -> int:
        months, rest = months_and_days(a, b)
        return 30 * months + rest

    assert 0 <= thirties(first, end + DAY) - thirties(first, end) <= 4
    assert 0 <= thirties(first, end) - thirties(first + DAY, end) <= 4


@given(st.integers(0, 1500), st.integers(-200, 200))
def test_a_day_counted_in_months_moves_on_by_four_days_at_most(at: int, months: int) -> None:
    day = dt.date(2023, 1, 1) + at * DAY
    assert 0 <= (add_months(day + DAY, months) - add_months(day, months)).days <= 4
