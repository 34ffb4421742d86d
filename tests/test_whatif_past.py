"""Nothing is advised that the past would have to be otherwise for: docs/whatif.md, *A goal*."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dsl.casefile import read_case
from solver.compiled import Compiled, compile_book
from solver.repairs import Repair, goals
from tests import ready

NOW = dt.date(2026, 1, 10)

RULES = """\
book small
  en "s"  zh "s"
  known 2025-12-01

source law
  rank 1
  en "l"  zh "l"

given submitted_on : date changes with time  en "f"  zh "f"
given applicant : person  en "p"  zh "p"

entity course
  en "course"  zh "course"
  intake : whole cannot change  en "year of admission"  zh "year of admission"
  registered_on : date cannot change  en "day of registration"  zh "day of registration"
  passed_on : date cannot change  en "day it was passed"  zh "day it was passed"
  invariant it.intake at least year of it.registered_on
  invariant it.registered_on on or before it.passed_on

entity person
  en "p"  zh "p"
  asked_on : date {ways}  en "day of asking"  zh "day of asking"
  courses : list of course may grow  en "courses"  zh "courses"

scheme s
  en "s"  zh "s"

category s.a
  en "a"  zh "a"
  cites law "1"
  needs {needs}
"""


def found(needs: str, case: str, ways: str = "can change") -> tuple[Repair, ...]:
    book = RULES.format(needs=needs, ways=ways)
    compiled: Compiled = compile_book(ready.book(book))
    read = read_case(case, "case.yaml", compiled.book, today=NOW)
    assert read.value is not None, [d.message for d in read.diagnostics]
    out, _ = goals(compiled, read.value[0], "s.a")
    assert out.complete
    return out.repairs


def gained(repair: Repair) -> dict[str, Any]:
    """The facts of what is gained."""
    (added,) = (t.added for t in repair.touches if t.added is not None)
    return {name: one.after for name, one in added.items()}


def told(repair: Repair) -> dict[str, Any]:
    return {t.address.removeprefix("applicant."): t.after for t in repair.touches}


ASKED = "submitted_on: 2026-01-10\napplicant: {asked_on: 2025-06-01, courses: []}\n"
RECENT = 'applicant.asked_on within 3 months before submitted_on  cites law "1"'
SINCE = 'applicant.asked_on on or after 2025-09-01  cites law "1"'


def test_nobody_is_told_to_have_asked_last_month() -> None:
    """The three months end with the day before filing: asked today at the earliest, it is filed tomorrow."""
    (repair,) = found(RECENT, ASKED)
    assert told(repair) == {"asked_on": NOW, "submitted_on": dt.date(2026, 1, 11)}


def test_what_comes_with_time_comes_from_now_on() -> None:
    """A day in September would do, but that is over."""
    (repair,) = found(SINCE, ASKED, "changes with time")
    assert told(repair) == {"asked_on": NOW}
    assert (repair.touches[0].low, repair.touches[0].high) == (NOW, None)


def test_evidence_may_show_another_past() -> None:
    (repair,) = found(SINCE, ASKED, "settled by evidence")
    assert told(repair) == {"asked_on": dt.date(2025, 9, 1)}


def test_a_day_nobody_told_may_turn_out_to_be_past() -> None:
    """Asked the day before filing is nearest, 10 October the first that does: three months before."""
    (repair,) = found(RECENT, "submitted_on: 2026-01-10\napplicant: {courses: []}\n")
    assert told(repair) == {"asked_on": dt.date(2026, 1, 9)}
    assert (repair.touches[0].low, repair.touches[0].high) == (dt.date(2025, 10, 10), dt.date(2026, 1, 9))


def course(needs: str, filed: str = "2026-01-10") -> tuple[Repair, ...]:
    case = f"submitted_on: {filed}\napplicant: {{asked_on: 2025-06-01, courses: []}}\n"
    return found(f'some c in applicant.courses such that {needs}  cites law "1"', case, "cannot change")


def test_no_course_is_begun_in_a_year_gone_by() -> None:
    """The book ties the year of admission to the day of registration, and that day is yet to come."""
    assert course("c.intake is 2025") == ()


def test_a_year_of_admission_comes_with_its_day_of_registration() -> None:
    """The first year that is left, and never an earlier one beside it; the days it hangs on are told."""
    (repair,) = course("c.intake at least 2020")
    (touch,) = repair.touches
    assert touch.added is not None
    assert gained(repair) == {"intake": 2026, "registered_on": NOW, "passed_on": NOW}
    assert (touch.added["intake"].low, touch.added["intake"].high) == (2026, None)


def test_a_day_between_two_others_stays_where_one_of_them_needs_it() -> None:
    """Passed in 2027 it can be, registered in 2026 it must be, if the year of admission is 2026."""
    (repair,) = course("c.intake is 2026 and c.passed_on on or after 2027-03-01")
    added = gained(repair)
    assert added["registered_on"].year == 2026
    assert added["passed_on"] == dt.date(2027, 3, 1)


def test_without_a_day_of_filing_what_is_gained_comes_after_the_book_was_made() -> None:
    """Nothing says what day it is; it is not before 1 December 2025, to which the book is known."""
    (repair,) = course("c.passed_on on or after 2020-01-01", filed="unknown")
    assert gained(repair)["passed_on"] >= dt.date(2025, 12, 1)
    assert course("c.passed_on before 2025-12-01", filed="unknown") == ()
