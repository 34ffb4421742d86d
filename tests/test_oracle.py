"""The independent evaluator against answers worked out by hand; the reasoning stands beside each."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl import model as m
from dsl.calendar import Duration
from dsl.case import Absent, Case, Known, Listed, Record
from tests.oracle import days
from tests.oracle.completion import ContradictionError, Domains, Found, assess
from tests.oracle.domains import domains_for, sums_told
from tests.oracle.meaning import category_holds
from tests.strategies.books import (
    CITES,
    COLOURS,
    DATE,
    DURATION,
    LEVELS,
    MONEY,
    TRUTH,
    WHOLE,
    blank,
    clause,
    fact,
    words,
)

NO = Absent.UNKNOWN
D = dt.date
FILED, BORN = D(2024, 3, 1), D(1990, 1, 1)


def date(day: dt.date) -> m.Const:
    """A literal date."""
    return m.Const(day, DATE)


def number(n: int) -> m.Const:
    """A literal number."""
    return m.Const(n, WHOLE)


def months(n: int) -> Duration:
    """So many months."""
    return Duration(n, "months")


def at(path: str) -> m.Path:
    """A path as the language writes it."""
    base, *steps = path.split(".")
    return m.Path(base, tuple(steps))


def category(needs: m.Cond, bars: m.Cond | None = None, *overrides: m.Override) -> m.Category:
    """The category `t.a`."""
    barred = None if bars is None else clause(m.AnyOf((clause(bars, "bar"),)))
    return m.Category("t.a", words("a"), clause(m.All((clause(needs, "need"),))), barred, overrides)


def small(needs: m.Cond, bars: m.Cond | None = None, *overrides: m.Override, **parts: object) -> m.Book:
    """A book of one category over a person with a number, an amount, a truth, two lists and two dates."""
    job = (fact("began", DATE), fact("ended", DATE), fact("pay", MONEY), fact("counted", TRUTH))
    study = (fact("level", m.EnumOf("level")), fact("school", m.KeyOf("listed")))
    lists = (fact("jobs", m.ListOf("job")), fact("studies", m.ListOf("study")))
    person = (fact("score", WHOLE), fact("honest", TRUTH), fact("born", DATE), *lists)
    entities = {
        "job": m.Entity("job", words("job"), job, ("began", "ended")),
        "study": m.Entity("study", words("study"), study),
        "person": m.Entity("person", words("person"), person),
    }
    givens = [fact("submitted_on", DATE), fact("applicant", m.EntityOf("person"))]
    made: dict[str, object] = {
        "tables": table(m.Coverage("closed", None, None)),
        "enumerations": {"level": LEVELS, "colour": COLOURS},
        "entities": entities,
        "givens": {it.id: it for it in givens},
        "categories": {"t.a": category(needs, bars, *overrides)},
    }
    return blank(**(made | parts))


def job(began: dt.date, ended: dt.date, pay: int = 0, counted: bool = True) -> Record:
    """A job told in full."""
    return Record({"began": began, "ended": ended, "pay": pay, "counted": counted})


def person(
    *,
    filed: Known = FILED,
    score: Known = 0,
    honest: Known = True,
    born: Known = BORN,
    jobs: tuple[Record, ...] | Listed = (),
    studies: tuple[Record, ...] | Listed = (),
    **more: Known,
) -> Case:
    """A case of `small`."""
    lists = {name: it if isinstance(it, Listed) else Listed(it) for name, it in (("jobs", jobs), ("studies", studies))}
    applicant = Record({"score": score, "honest": honest, "born": born, **lists})
    return Case("case", Record({"submitted_on": filed, "applicant": applicant, **more}))


def holds(book: m.Book, case: Case, readings: Mapping[str, str] | None = None) -> bool:
    """Whether `t.a` holds of somebody of whom everything is known and of whom the law is clear."""

    def plain(it: Known) -> object:
        match it:
            case Record(facts):
                return {name: plain(value) for name, value in facts.items()}
            case Listed(items):
                return tuple(plain(item) for item in items)
            case _:
                return it

    def clear(question: object) -> bool:
        raise AssertionError(question)

    root = {name: plain(it) for name, it in case.root.facts.items()}
    return category_holds(book, "t.a", root, readings or {}, clear)


def found(book: m.Book, case: Case, **how: Any) -> Found:
    """The answer on `t.a`."""
    return assess(book, case, domains_for(book, case), **how)["t.a"]


# ------------------------------------------------------------------------------------------------------------ counting


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        # The corresponding day, or the last of a shorter month.
        (D(2020, 8, 31), 6, "months", D(2021, 2, 28)),
        (D(2019, 8, 31), 6, "months", D(2020, 2, 29)),
        (D(2020, 6, 30), 6, "months", D(2020, 12, 30)),
        (D(2021, 3, 31), -1, "months", D(2021, 2, 28)),
        (D(2020, 2, 29), 1, "years", D(2021, 2, 28)),
        (D(2020, 1, 15), -1, "months", D(2019, 12, 15)),
        (D(2020, 2, 28), 2, "days", D(2020, 3, 1)),
        (D(2020, 2, 28), -2, "weeks", D(2020, 2, 14)),
        # Kept inside the calendar; `ongoing` does not move.
        (D(2199, 12, 1), 2, "months", D(2199, 12, 31)),
        (D(1900, 1, 5), -1, "weeks", D(1900, 1, 1)),
        (days.ONGOING, -3, "years", days.ONGOING),
    ],
)
def test_moved(start: dt.date, count: int, unit: str, end: dt.date) -> None:
    assert days.moved(start, count, unit) == end


def test_months_are_counted_from_the_first_day_and_not_from_a_moved_one() -> None:
    # Twelve months from 31 August in one go come back to 31 August; two times six are cut to the 28th on the way.
    assert days.moved(D(2020, 8, 31), 12, "months") == D(2021, 8, 31)
    assert days.moved(days.moved(D(2020, 8, 31), 6, "months"), 6, "months") == D(2021, 8, 28)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (D(1990, 3, 1), D(2020, 3, 1), 30),
        (D(1990, 3, 1), D(2020, 2, 29), 29),
        # Born on a leap day: in a common year the corresponding date is 28 February.
        (D(1988, 2, 29), D(2018, 2, 28), 30),
        (D(1988, 2, 29), D(2018, 2, 27), 29),
        (D(1988, 2, 29), D(2020, 2, 28), 31),
        # Before birth the greatest n is below zero: b - 1 year is 28 Feb 2019, which is not after 28 Feb 2019.
        (D(2020, 2, 29), D(2019, 2, 28), -1),
        (D(2020, 2, 29), D(2019, 2, 27), -2),
    ],
)
def test_age(born: dt.date, on: dt.date, years: int) -> None:
    assert days.age(born, on) == years


@pytest.mark.parametrize(
    ("spells", "total"),
    [
        # One whole month, both ends inside: 1 to 31 January is a month and not a day more.
        ([(D(2020, 1, 1), D(2020, 1, 31))], (1, 0, 31)),
        ([(D(2020, 1, 1), D(2020, 1, 29))], (0, 29, 29)),
        # Thirty days left over make a month, even if the calendar's own month is longer.
        ([(D(2020, 1, 1), D(2020, 1, 30))], (1, 0, 30)),
        # 31 January + 1 month is 29 February, the day after the last: a month.
        ([(D(2020, 1, 31), D(2020, 2, 28))], (1, 0, 29)),
        # Touching spells make one run: 15 January to 14 March is two months, not 0 months 17 days and so on.
        ([(D(2020, 1, 15), D(2020, 1, 31)), (D(2020, 2, 1), D(2020, 3, 14))], (2, 0, 60)),
        # Overlaps count once.
        ([(D(2020, 1, 1), D(2020, 1, 20)), (D(2020, 1, 10), D(2020, 1, 31))], (1, 0, 31)),
        # A day apart: two runs, 16 and 15 days; thirty of the 31 make a month.
        ([(D(2020, 1, 1), D(2020, 1, 16)), (D(2020, 1, 18), D(2020, 2, 1))], (1, 1, 31)),
        # A spell that ends before it begins gives nothing, and joins nothing.
        ([(D(2020, 1, 10), D(2020, 1, 9)), (D(2020, 1, 1), D(2020, 1, 9))], (0, 9, 9)),
        ([], (0, 0, 0)),
    ],
)
def test_total(spells: list[days.Spell], total: tuple[int, int, int]) -> None:
    assert days.total(spells) == total


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-3, 20)), max_size=6))
def test_runs_cover_the_same_days_and_never_touch(spells: list[tuple[int, int]]) -> None:
    start = D(2020, 2, 1)
    told = [(start + a * days.DAY, start + (a + n) * days.DAY) for a, n in spells]
    covered = {a + n for a, length in spells for n in range(length + 1)}
    runs = sorted(days.runs(told))
    assert {(first - start).days + n for first, last in runs for n in range((last - first).days + 1)} == covered
    assert all(later - last > days.DAY for (_, last), (later, _) in itertools.pairwise(runs))


# ---------------------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(("filed", "inside"), [(D(2024, 2, 28), False), (D(2024, 2, 29), True), (D(2024, 8, 31), True)])
def test_within_after_has_both_its_ends_inside(filed: dt.date, inside: bool) -> None:
    # 31 March is day 31, 30 April day 61, 31 May day 92, 30 June day 122, 31 July day 153, 31 August day 184.
    window = m.Window(at("submitted_on"), Duration(184, "days"), "after", date(D(2024, 2, 29)))
    assert holds(small(window), person(filed=filed)) is inside
    assert not holds(small(window), person(filed=D(2024, 9, 1)))


@pytest.mark.parametrize(("filed", "inside"), [(D(2024, 2, 28), False), (D(2024, 2, 29), True), (D(2024, 8, 30), True)])
def test_within_before_leaves_out_the_anchor(filed: dt.date, inside: bool) -> None:
    # 31 August 2024 - 6 months is 29 February.
    window = m.Window(at("submitted_on"), months(6), "before", date(D(2024, 8, 31)))
    assert holds(small(window), person(filed=filed)) is inside
    assert not holds(small(window), person(filed=D(2024, 8, 31)))


def test_ordered_enumerations_compare_by_their_order() -> None:
    # By the alphabet `high` comes before `low`; by the enumeration it is the greatest.
    body = clause(m.Compare("gt", at("s.level"), m.Const("low", m.EnumOf("level")), "level"))
    book = small(m.Quantified("some", "s", at("applicant.studies"), "study", body))
    assert holds(book, person(studies=(Record({"level": "high", "school": "other"}),)))
    assert not holds(book, person(studies=(Record({"level": "low", "school": "other"}),)))


@pytest.mark.parametrize(("kind", "empty", "mixed"), [("some", False, True), ("every", True, False)])
def test_quantifiers(kind: str, empty: bool, mixed: bool) -> None:
    body = clause(m.Truth(at("j.counted")))
    book = small(m.Quantified("every" if kind == "every" else "some", "j", at("applicant.jobs"), "job", body))
    jobs = (job(D(2020, 1, 1), D(2020, 2, 1)), job(D(2020, 1, 1), D(2020, 2, 1), counted=False))
    assert holds(book, person()) is empty
    assert holds(book, person(jobs=jobs)) is mixed
    assert holds(book, person(jobs=jobs[:1]))


@pytest.mark.parametrize(("n", "told"), [(0, True), (1, True), (2, True), (3, False)])
def test_at_least(n: int, told: bool) -> None:
    items = (
        clause(m.Always(), "x"),
        clause(m.Not(clause(m.Always())), "y"),
        clause(m.Truth(at("applicant.honest")), "z"),
    )
    assert holds(small(m.AtLeast(n, items)), person()) is told


def test_groups_of_nothing() -> None:
    assert holds(small(m.All(())), person())
    assert not holds(small(m.AnyOf(())), person())


def work(limit: Duration, **how: Any) -> m.Cond:
    """At least so much counted work."""
    total = m.Aggregate("months", "j", at("applicant.jobs"), "job", m.Truth(at("j.counted")), **how)
    return m.Compare("ge", total, m.Const(limit, DURATION))


def test_months_in_a_window_before_filing() -> None:
    # Filed 1 March 2024: the window of two months is 1 January to 29 February, the day of filing left out.
    book = small(work(months(2), before=at("submitted_on"), within=months(2)))
    assert holds(book, person(jobs=(job(D(2023, 1, 1), D(2024, 2, 29)),)))
    assert not holds(book, person(jobs=(job(D(2024, 1, 2), days.ONGOING),)))
    assert not holds(book, person(jobs=(job(D(2023, 1, 1), D(2024, 2, 28)),)))
    assert not holds(book, person(jobs=(job(D(2023, 1, 1), D(2024, 2, 29), counted=False),)))


def test_months_against_days() -> None:
    # February 2024 is one month and 29 days: enough for a month, not for 30 days; January is 31 days.
    february, january = (job(D(2024, 2, 1), D(2024, 2, 29)),), (job(D(2024, 1, 1), D(2024, 1, 31)),)
    assert holds(small(work(months(1))), person(jobs=february))
    assert not holds(small(work(Duration(30, "days"))), person(jobs=february))
    assert holds(small(work(Duration(30, "days"))), person(jobs=january))
    assert not holds(small(work(Duration(5, "weeks"))), person(jobs=january))


def test_months_after_a_date() -> None:
    # The day itself counts: from 15 February to 14 March is a month; one day later to begin, and it is 28 days.
    jobs = (job(D(2023, 1, 1), D(2024, 3, 14)),)
    assert holds(small(work(months(1), after=date(D(2024, 2, 15)))), person(jobs=jobs))
    assert not holds(small(work(months(1), after=date(D(2024, 2, 16)))), person(jobs=jobs))


def test_count_and_sum_over_those_that_pass() -> None:
    jobs = (job(D(2020, 1, 1), D(2020, 2, 1), 70), job(D(2020, 1, 1), D(2020, 2, 1), 50, counted=False))
    counted = m.Truth(at("j.counted"))
    total = m.Aggregate("sum", "j", at("applicant.jobs"), "job", counted, at("j.pay"))
    count = m.Aggregate("count", "j", at("applicant.jobs"), "job", counted)
    assert holds(small(m.Compare("is", total, m.Const(70, MONEY))), person(jobs=jobs))
    assert holds(small(m.Compare("is", count, number(1))), person(jobs=jobs))


def test_ongoing_is_later_than_every_date_and_year() -> None:
    body = clause(m.Compare("gt", at("j.ended"), date(days.LAST)))
    year = clause(m.Compare("gt", m.YearOf(at("j.ended")), number(10**15)))
    inside = clause(m.All((body, year)))
    book = small(m.Quantified("some", "j", at("applicant.jobs"), "job", inside))
    assert holds(book, person(jobs=(job(D(2020, 1, 1), days.ONGOING),)))
    assert not holds(book, person(jobs=(job(D(2020, 1, 1), days.LAST),)))


def parameter(*rows: tuple[dt.date, int | None]) -> dict[str, m.Parameter]:
    """A parameter chosen by the filing date."""
    dated = tuple(m.Dated(start, value, CITES, start) for start, value in rows)
    return {"floor": m.Parameter("floor", words("floor"), WHOLE, "submitted_on", dated)}


def test_a_parameter_has_the_value_of_its_last_row_begun() -> None:
    rows = parameter((D(2024, 1, 1), 5), (D(2024, 3, 1), 9))
    book = small(m.Compare("ge", at("applicant.score"), m.Param("floor")), parameters=rows)
    assert holds(book, person(filed=D(2024, 2, 29), score=5))
    assert not holds(book, person(filed=D(2024, 3, 1), score=5))
    assert holds(book, person(filed=D(2024, 3, 1), score=9))


@pytest.mark.parametrize("op", ["is", "is_not", "lt", "le", "gt", "ge"])
def test_no_comparison_holds_before_the_first_row(op: m.Operator) -> None:
    rows = parameter((D(2024, 1, 1), 5))
    book = small(m.Compare(op, at("applicant.score"), m.Param("floor")), parameters=rows)
    assert not any(holds(book, person(filed=D(2023, 12, 31), score=n)) for n in (0, 5, 9))


def test_readings_terms_and_bars() -> None:
    reading = m.Reading("how", words("how"), (("wide", words("wide")), ("strict", words("strict"))), "wide")
    honest, scored = m.Truth(at("p.honest")), m.Compare("ge", at("p.score"), number(3))
    both = clause(m.ByReading("how", (("wide", clause(honest)), ("strict", clause(scored)))))
    term = m.Term("fine", words("fine"), (("p", "person"),), both)
    bar = m.Compare("gt", at("submitted_on"), date(D(2024, 3, 1)))
    book = small(m.Call("fine", (at("applicant"),)), bar, readings={"how": reading}, terms={"fine": term})
    assert holds(book, person(), {"how": "wide"})
    assert not holds(book, person(), {"how": "strict"})
    assert not holds(book, person(filed=D(2024, 3, 2)), {"how": "wide"})
    # Score 0: the default reading is met and the other is not, so the verdict is sensitive to it.
    answer = found(book, person())
    assert answer == Found(m.Verdict.QUALIFIES, frozenset(), frozenset(), frozenset({"how"}))
    assert found(book, person(), readings="all").hinges == {("reading", "how")}
    assert found(book, person(score=3)).sensitive == set()


def exception(label: str, target: str, effect: str, when: m.Cond, *over: str) -> m.Override:
    """An exception to a clause of `t.a`."""
    return m.Override(label, (target,), "met" if effect == "met" else "unmet", clause(when), over)


def test_exceptions() -> None:
    never = m.Not(clause(m.Always()))
    honest, rich = m.Truth(at("applicant.honest")), m.Compare("ge", at("applicant.score"), number(9))
    # A need that fails counts as met; a bar that applies counts as met, that is: does not apply.
    assert holds(small(never, None, exception("x", "need", "met", honest)), person())
    assert not holds(small(never, None, exception("x", "need", "met", honest)), person(honest=False))
    assert holds(small(m.Always(), m.Always(), exception("x", "bar", "met", honest)), person())
    assert not holds(small(m.Always(), never, exception("x", "bar", "unmet", honest)), person())
    # The one that prevails sets the other aside, only while its own condition holds.
    pair = (exception("x", "need", "unmet", honest), exception("y", "need", "met", rich, "x"))
    assert not holds(small(m.Always(), None, *pair), person(score=8))
    assert holds(small(m.Always(), None, *pair), person(score=9))


# ----------------------------------------------------------------------------------------------- the law, the unknown


def table(*coverage: m.Coverage) -> dict[str, m.Table]:
    """A table that names `alpha` in January and February 2024."""
    row = m.Row("alpha", D(2024, 1, 1), D(2024, 2, 29), (("scheme", "x"),))
    return {"listed": m.Table("listed", words("listed"), (row,), coverage, CITES, m.KeyOf("listed"))}


def listed(kind: str, **how: Any) -> m.Book:
    """A book that wants some study at a listed school; the table is closed or gappy for the first quarter."""
    cover = m.Coverage("closed" if kind == "closed" else "gappy", D(2024, 1, 1), D(2024, 3, 31))
    body = clause(m.Member(at("s.school"), "listed", at("submitted_on"), **how))
    return small(m.Quantified("some", "s", at("applicant.studies"), "study", body), tables=table(cover))


Q, X, N = m.Verdict.QUALIFIES, m.Verdict.DEPENDS, m.Verdict.DOES_NOT_QUALIFY


@pytest.mark.parametrize(
    ("kind", "school", "filed", "verdict"),
    [
        ("closed", "alpha", D(2024, 2, 29), Q),  # the last day of the row is inside
        ("closed", "alpha", D(2024, 3, 1), N),  # no row, and the table is closed
        ("closed", "other", D(2024, 2, 1), N),
        ("closed", "alpha", D(2024, 4, 1), X),  # past the coverage nothing is known
        ("closed", "alpha", D(2023, 12, 31), X),
        ("gappy", "alpha", D(2024, 2, 29), Q),
        ("gappy", "alpha", D(2024, 3, 1), X),  # missing from a gappy table
        ("gappy", "other", D(2024, 2, 1), X),
    ],
)
def test_tables(kind: str, school: str, filed: dt.date, verdict: m.Verdict) -> None:
    case = person(filed=filed, studies=(Record({"level": "low", "school": school}),))
    answer = found(listed(kind), case)
    assert answer.verdict is verdict
    assert answer.hinges == ({("law", f"listed:{school}")} if verdict is X else set())


def test_rows_wanted_by_column() -> None:
    case = person(filed=D(2024, 2, 1), studies=(Record({"level": "low", "school": "alpha"}),))
    assert found(listed("closed", rows=(("scheme", "x"),)), case).verdict is Q
    assert found(listed("closed", rows=(("scheme", "y"),)), case).verdict is N


def test_an_unknown_parameter_value_is_one_question_for_each_comparison() -> None:
    enough = m.Compare("ge", at("applicant.score"), m.Param("floor"))
    rows = parameter((D(2024, 1, 1), None))
    assert found(small(enough, parameters=rows), person()).hinges == {("law", "floor")}
    # The same comparison on both sides is one question: one of the two holds, whatever the law is.
    either = m.AnyOf((clause(enough), clause(m.Not(clause(enough)))))
    assert found(small(either, parameters=rows), person()).verdict is Q


def test_an_unknown_fact_is_a_hinge_only_if_the_verdict_turns_on_it() -> None:
    enough = m.Compare("ge", at("applicant.score"), number(5))
    book = small(m.AnyOf((clause(enough), clause(m.Truth(at("applicant.honest"))))))
    assert found(book, person(score=NO, honest=False)).hinges == {("fact", "applicant.score")}
    assert found(book, person(score=NO, honest=True)) == Found(Q, frozenset())
    both = {("fact", "applicant.score"), ("fact", "applicant.honest")}
    assert found(book, person(score=NO, honest=NO)).hinges == both
    # A number below zero does not exist: at least 0 holds whatever the fact is.
    assert found(small(m.Compare("ge", at("applicant.score"), number(0))), person(score=NO)).verdict is Q


def test_an_open_list_is_never_a_no() -> None:
    book = small(
        m.Compare("ge", m.Aggregate("count", "s", at("applicant.studies"), "study"), number(1)), tables=table()
    )
    assert found(book, person()).verdict is N
    answer = found(book, person(studies=Listed((), open=True)))
    assert answer == Found(X, frozenset({("fact", "applicant.studies")}))
    one = Record({"level": NO, "school": NO})
    assert found(book, person(studies=Listed((one,), open=True))).verdict is Q


def test_judgements() -> None:
    judgement = m.Judgement("sound", words("sound"), "presumed")
    givens = {"submitted_on": fact("submitted_on", DATE), "applicant": fact("applicant", m.EntityOf("person"))}
    givens["sound"] = fact("sound", TRUTH, "sound")
    book = small(m.Truth(at("sound")), givens=givens, judgements={"sound": judgement})
    assert found(book, person(sound=NO)) == Found(Q, frozenset(), frozenset({"sound"}))
    assert found(book, person(sound=NO), judgements_open=True) == Found(X, frozenset({("judgement", "sound")}))
    # Recorded: a known fact, and nothing is assumed.
    assert found(book, person(sound=False)) == Found(N, frozenset())
    # The presumption carries nothing where another need fails.
    hopeless = small(
        m.All((clause(m.Truth(at("sound"))), clause(m.AnyOf(())))), givens=givens, judgements=book.judgements
    )
    assert found(hopeless, person(sound=NO)) == Found(N, frozenset())


def test_facts_tied_by_an_invariant_are_hinges_together() -> None:
    # Honest if and only if born in or after 2000: neither can change alone, and the verdict reads only the one.
    young = m.Compare("ge", at("applicant.born"), date(D(2000, 1, 1)))
    honest = m.Truth(at("applicant.honest"))
    same = m.AnyOf(
        (
            clause(m.All((clause(young), clause(honest)))),
            clause(m.Not(clause(m.AnyOf((clause(young), clause(honest)))))),
        )
    )
    book = small(honest, invariants=(clause(same),))
    tied = {("fact", "applicant.honest"), ("fact", "applicant.born")}
    assert found(book, person(honest=NO, born=NO)).hinges == tied
    assert found(book, person(honest=NO, born=D(2000, 1, 1))) == Found(Q, frozenset())
    with pytest.raises(ContradictionError):
        found(book, person(honest=True, born=D(1999, 12, 31)))


def test_an_absent_end_of_a_spell_may_be_ongoing() -> None:
    # From 1 January 2024 on, at least two months before 1 March: only if it lasted to 29 February or goes on.
    book = small(work(months(2), before=at("submitted_on")))
    case = person(jobs=(Record({"began": D(2024, 1, 1), "ended": NO, "pay": 0, "counted": True}),))
    ends: tuple[object, ...] = (D(2024, 2, 28), days.ONGOING)
    domains = domains_for(book, case)
    only = Domains({**domains.values, ("job", "ended"): ends}, {})
    assert assess(book, case, only)["t.a"] == Found(X, frozenset({("fact", "applicant.jobs[0].ended")}))
    never = Domains({**domains.values, ("job", "ended"): ends[:1]}, {})
    assert assess(book, case, never)["t.a"].verdict is N


def test_what_completes_a_total_is_among_the_numbers_tried() -> None:
    """Pays of 8 and 3 and one untold: `more than 200` beside `less than 200` turns at 189 (seed 132144)."""
    jobs = Listed((Record({"pay": 8}), Record({"pay": 3}), Record({"pay": Absent.UNKNOWN})))
    assert sums_told(Record({"applicant": Record({"income": 102, "jobs": jobs})})) == {0, 3, 8, 11}
