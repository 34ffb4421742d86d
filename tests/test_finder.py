"""Finding people: what is found is real, and what is not found is not there, by brute force on small books."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, note
from hypothesis import strategies as st

from dsl import model as m
from dsl.case import Case
from solver.assess import assess
from solver.check import check_case
from solver.finder import Finder, Found, Wanted, finder
from solver.run import Deadline
from tests.agreement import Asked, expected
from tests.strategies.books import books
from tests.strategies.people import population
from tests.test_agreement import BUDGET, compiled_of, few, somebody

PLAIN = Asked({}, "presumed")


def silent(book: m.Book) -> bool:
    """Whether the law leaves something open somewhere: then a completion can be lawful in one way only."""
    gaps = any(row.value is None for p in book.parameters.values() for row in p.values)
    return gaps or any(c.kind == "gappy" or c.start or c.end for t in book.tables.values() for c in t.coverage)


def found(compiled: Any, case: Case, category: str, truth: bool) -> tuple[Finder, Found | None]:
    """A completion under which a category holds or does not."""
    search = finder(compiled, case)
    wanted = Wanted(search.copy(), compiled.program.categories[category], truth)
    return search, search.find([wanted], Deadline(None))


@few
@given(st.data())
def test_a_found_person_is_real_and_nobody_is_missed(data: st.DataObject) -> None:
    book = data.draw(books())
    compiled = compiled_of(book)
    for told in somebody(data, book, wholly=False, people=3):
        right = expected(book, told.case, PLAIN)
        if right is None:
            continue
        for category in book.categories:
            for truth, never in ((True, m.Verdict.DOES_NOT_QUALIFY), (False, m.Verdict.QUALIFIES)):
                search, someone = found(compiled, told.case, category, truth)
                note(f"{category} {truth}: {someone}, left out {search.left_out}")
                if right[category].verdict is never:
                    assert someone is None
                elif someone is None:
                    event("nobody, the law being silent" if silent(book) else "nobody")
                    assert silent(book) or search.left_out
                else:
                    event("somebody")
                    confirm(compiled, book, someone, category, truth)


def confirm(compiled: Any, book: m.Book, someone: Found, category: str, truth: bool) -> None:
    """The solver and brute force say of the person found what was asked for."""
    assert check_case(compiled, someone.case) == ()
    wanted = m.Verdict.QUALIFIES if truth else m.Verdict.DOES_NOT_QUALIFY
    # Who would do only under one answer of the law is marked: the verdict then waits for that answer.
    fitting = {wanted, m.Verdict.DEPENDS} if someone.law else {wanted}
    (result,) = assess(compiled, someone.case, reasons=False, categories=[category]).results
    assert result.verdict in fitting
    right = expected(book, someone.case, PLAIN)
    assert right is None or right[category].verdict in fitting


@few
@given(st.data())
def test_a_forced_clause_is_as_if_the_book_said_always(data: st.DataObject) -> None:
    """Somebody for whom a category holds, but would not if its needs failed: everybody for whom it holds."""
    book = data.draw(books())
    compiled = compiled_of(book)
    assert population(book, BUDGET).book is book
    for told in somebody(data, book, wholly=False, people=2):
        for category, gate in compiled.program.categories.items():
            search = finder(compiled, told.case)
            needs = compiled.program.roots[category][0]
            plain, forced = search.copy(), search.copy({needs: False})
            both = search.find([Wanted(plain, gate, True), Wanted(forced, gate, False)], Deadline(None))
            alone = search.find([Wanted(plain, gate, True)], Deadline(None))
            assert (both is None) == (alone is None) or search.left_out
