"""The last day of filing of a yes: worked out by hand, and found on no day that is not."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from dsl.casefile import read_case
from dsl.model import Verdict
from solver.assess import assess
from solver.compiled import Compiled, compile_book
from tests import ready
from whereas.closing import LastDay, last_days

BOOK = """\
book tiny
  en "A tiny book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2026-01-01
  en "A guide"  zh "指引"

given submitted_on : date default today
  en "day of filing"  zh "遞交日期"

given approved_on : date
  en "day of approval"  zh "批准日期"

given applicant : person
  en "applicant"  zh "申請人"

invariant submitted_on on or before approved_on

entity person
  en "person"  zh "人"
  born_on : date  en "date of birth"  zh "出生日期"
  graduated_on : date  en "day of graduation"  zh "畢業日期"
  open_ended : truth  en "has leave to file late"  zh "可延後遞交"
  jobs : list of job  en "jobs"  zh "工作"

entity job
  en "job"  zh "工作"
  spell began to ended
  began : date  en "first day"  zh "首日"
  ended : date  en "last day"  zh "末日"
  paid : truth  en "paid"  zh "受薪"

parameter rule : truth by submitted_on
  en "rule"  zh "規則"
  from 2020-01-01 true  cites guide "1"
  from 2027-07-01 unknown known 2026-01-01  cites guide "1"

scheme small  en "Small scheme"  zh "小計劃"

category small.window
  en "Within six months"  zh "六個月內"  cites guide "1"
  needs submitted_on within 6 months after applicant.graduated_on  cites guide "1"

category small.either
  en "Within six months, or late by leave"  zh "六個月內或獲准延後"  cites guide "1"
  needs any of
    [window] submitted_on within 6 months after applicant.graduated_on  cites guide "1"
    [late] submitted_on on or before applicant.graduated_on plus 1 year  cites guide "1"

category small.leave
  en "By leave at any time"  zh "可隨時遞交"  cites guide "1"
  needs any of
    [window] submitted_on within 6 months after applicant.graduated_on  cites guide "1"
    [late] applicant.open_ended  cites guide "1"

category small.young
  en "Under 30"  zh "未滿30歲"  cites guide "1"
  needs age of applicant.born_on on submitted_on less than 30  cites guide "1"

category small.worker
  en "A year of work in the last two"  zh "最近兩年內有一年工作"  cites guide "1"
  needs months of j in applicant.jobs such that (j.paid), within 2 years before submitted_on at least 12 months
    cites guide "1"

category small.ruled
  en "While the rule is known"  zh "規則已知期間"  cites guide "1"
  needs rule is true  cites guide "1"
"""

PERSON = """\
submitted_on: 2026-11-21
approved_on: 2026-12-18
applicant:
  born_on: 1997-03-10
  graduated_on: 2026-08-31
  open_ended: true
  jobs:
    - {began: 2024-01-01, ended: 2026-03-31, paid: true}
"""


@cache
def compiled() -> Compiled:
    return compile_book(ready.book(BOOK))


def closing(person: str = PERSON) -> dict[str, LastDay]:
    read = read_case(person, "case.yaml", compiled().book, today=dt.date(2026, 11, 21))
    assert read.value is not None, [d.message for d in read.diagnostics]
    (case,) = read.value
    return last_days(compiled(), case, assess(compiled(), case, whole=False))


NO, DEPENDS = Verdict.DOES_NOT_QUALIFY, Verdict.DEPENDS


@pytest.mark.parametrize(
    ("category", "day", "then"),
    [
        # Six months from 31 August end on the last day of February.
        ("small.window", dt.date(2027, 2, 28), NO),
        # The second way is open for a year, and takes over from the first.
        ("small.either", dt.date(2027, 8, 31), NO),
        # Thirty on 10 March 2027; the day before is the last on which twenty-nine.
        ("small.young", dt.date(2027, 3, 9), NO),
        # Work ended on 31 March 2026. Filed on 2 April 2027, what counts begins on 2 April 2025: eleven months to
        # 1 March, and thirty days, which make the twelfth. A day later twenty-nine days are left over.
        ("small.worker", dt.date(2027, 4, 2), NO),
        # From 1 July 2027 nothing is known of the rule.
        ("small.ruled", dt.date(2027, 6, 30), DEPENDS),
    ],
)
def test_the_last_day(category: str, day: dt.date, then: Verdict) -> None:
    assert closing()[category] == LastDay(day, then)


def test_what_has_another_way_for_good_does_not_close() -> None:
    assert "small.leave" not in closing()
    without = PERSON.replace("open_ended: true", "open_ended: false")
    assert closing(without)["small.leave"] == LastDay(dt.date(2027, 2, 28), NO)


def test_every_day_from_filing_to_the_last_is_a_yes() -> None:
    for category, last in closing().items():
        day = dt.date(2026, 11, 21)
        while day <= last.day + dt.timedelta(days=1):
            text = PERSON.replace("submitted_on: 2026-11-21", f"submitted_on: {day}").replace(
                "approved_on: 2026-12-18\n", ""
            )
            case = read_case(text, "case.yaml", compiled().book, today=day).value
            assert case is not None
            (result,) = assess(compiled(), case[0], reasons=False, categories=[category]).results
            assert (result.verdict is Verdict.QUALIFIES) is (day <= last.day), (category, day)
            day += dt.timedelta(days=1)


def test_a_day_of_filing_that_is_not_told_has_no_last_day() -> None:
    text = PERSON.replace("submitted_on: 2026-11-21", "submitted_on: unknown").replace("approved_on: 2026-12-18\n", "")
    assert closing(text) == {}
