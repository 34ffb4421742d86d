"""What a report says of a condition that has an exception: what it is by itself, and whether the exception decides."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from dsl.casefile import read_case
from solver.assess import assess, compile_book
from solver.compiled import Compiled
from tests import ready
from whereas.examples import run_examples
from whereas.report import view
from whereas.views import Row

TEXT = """\
book grants
  en "Grants"  zh "津貼"
  known 2026-09-01
source leaflet
  rank 2
  en "Leaflet"  zh "單張"
given submitted_on : date
  en "day of filing"  zh "提交申請當日"
given pupil : pupil
  en "pupil"  zh "學生"
entity pupil
  en "pupil"  zh "學生"
  enrolled : truth  en "enrolled"  zh "就讀"
  orphan : truth  en "orphan"  zh "孤兒"
  in_need : truth  en "in need"  zh "有需要"
  grants : list of grant  en "grants received"  zh "已領津貼"
entity grant
  en "grant"  zh "津貼"
  paid_on : date  en "day of payment"  zh "發放日"
scheme grants  en "Grants"  zh "津貼"
category grants.books
  en "Book grant"  zh "書簿津貼"
  cites leaflet "1"
  needs all of
    [school] pupil.enrolled  cites leaflet "1"
  barred by
    [again] some g in pupil.grants such that g.paid_on within 12 months before submitted_on  cites leaflet "5"
  except [orphan] pupil.orphan  cites leaflet "6"
    overrides [school] as met
  except [need] pupil.in_need  cites leaflet "6"
    overrides [again] as met
"""
PAID = {True: "2026-01-01", False: "2020-01-01", None: "unknown"}
SAID = {True: "true", False: "false", None: "unknown"}
TRUTHS = (True, False, None)
PAIRS = [*itertools.product(TRUTHS, repeat=2)]

DECIDED, MAY = "(decided by the exception “{x}”)", "(the exception “{x}” may decide)"


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_book(ready.book(TEXT))


def told(
    compiled: Compiled, enrolled: bool | None, orphan: bool | None, paid: bool | None, need: bool | None, *, chain: bool
) -> dict[str, Row]:
    """The conditions of the category by label: all of them with what is under them, or its reasons alone."""
    text = f"""\
submitted_on: 2026-09-01
pupil:
  enrolled: {SAID[enrolled]}
  orphan: {SAID[orphan]}
  in_need: {SAID[need]}
  grants: [{{paid_on: {PAID[paid]}}}]
"""
    read = read_case(text, "case.yaml", compiled.book, today=dt.date(2026, 9, 1))
    assert read.value is not None, read.diagnostics
    answer = assess(compiled, read.value[0], whole=chain)
    (result,) = view(compiled.book, read.value[0], answer, "en", chain=chain).results
    return {row.label: row for row in (result.rows if chain else result.reasons)}


def excepted(alone: bool | None, exception: bool | None, *, met: bool) -> bool | None:
    """What is left of a condition that holds, fails or is open, under an exception that makes it `met` or not."""
    outcomes = {
        met if applies else own
        for own, applies in itertools.product(
            [alone] if alone is not None else [True, False], [exception] if exception is not None else [True, False]
        )
    }
    return outcomes.pop() if len(outcomes) == 1 else None


def note(alone: bool | None, exception: bool | None, label: str, *, met: bool) -> str:
    """What must be said of the exception, worked out from what the condition is with it and without it."""
    both = excepted(alone, exception, met=met)
    if exception is False or both is alone is not None:
        return ""
    return " " + (MAY if both is None else DECIDED).format(x=label)


@pytest.mark.parametrize(("alone", "exception"), PAIRS)
def test_a_need_is_told_as_it_is_by_itself(compiled: Compiled, alone: bool | None, exception: bool | None) -> None:
    """`not met: enrolled (decided by the exception)` beside a tick: never `enrolled`, which is not so."""
    row = told(compiled, alone, exception, False, False, chain=True)["school"]
    words = {True: "enrolled", False: "not: enrolled", None: "not told: enrolled"}[alone]
    assert row.words == words.replace("not told", "unknown") + note(alone, exception, "orphan", met=True)
    assert row.mark == {True: "met", False: "not_met", None: "open"}[excepted(alone, exception, met=True)]


@pytest.mark.parametrize(("alone", "exception"), PAIRS)
def test_a_bar_is_told_as_it_is_by_itself(compiled: Compiled, alone: bool | None, exception: bool | None) -> None:
    row = told(compiled, True, False, alone, exception, chain=True)["again"]
    words = "no grant meets all of this" if alone is False else "a grant that meets all of this"
    assert row.words == words + note(alone, exception, "need", met=False)
    assert row.mark == {True: "not_met", False: "met", None: "open"}[excepted(alone, exception, met=False)]
    ((grant,),) = [[below for element in row.rows for below in element.rows]]
    day = {True: "1 January 2026", False: "1 January 2020", None: None}[alone]
    assert day is None or grant.words.startswith(f"the day of payment: {day}")
    assert "; what counts against: " in grant.words


@pytest.mark.parametrize(("enrolled", "orphan", "paid", "need"), [*itertools.product(TRUTHS, repeat=4)])
def test_no_reason_says_that_a_list_is_empty_or_that_all_is_well(
    compiled: Compiled, enrolled: bool | None, orphan: bool | None, paid: bool | None, need: bool | None
) -> None:
    """The list has a grant; and what an exception decides is not told as if it were so by itself."""
    reasons = told(compiled, enrolled, orphan, paid, need, chain=False)
    for row in reasons.values():
        assert "tells of no" not in row.words
    if enrolled is False and "school" in reasons:
        assert reasons["school"].words.startswith("not: enrolled")
        assert reasons["school"].mark == "not_met" or "the exception “orphan”" in reasons["school"].words


SAVED = """
example saved
  facts
    submitted_on: 2026-09-01
    pupil: {enrolled: false, orphan: true, grants: []}
  expect grants.books qualifies
"""


def test_a_person_whom_an_exception_saves_decides_nothing_of_the_condition() -> None:
    """The need fails and counts as met: no example shows it to hold, and none is refused for it."""
    missing = {u.path: u.missing for u in run_examples(ready.book(TEXT + SAVED)).undecided}
    assert missing["grants.books/school"] == ("holds", "fails")
    plainly = SAVED.replace("enrolled: false", "enrolled: true")
    missing = {u.path: u.missing for u in run_examples(ready.book(TEXT + plainly)).undecided}
    assert missing["grants.books/school"] == ("fails",)
