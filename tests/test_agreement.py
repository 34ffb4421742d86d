"""The laws: clingo, the walk and the independent evaluator agree; and what means nothing changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Absent, Case, Listed, Record
from tests.agreement import (
    VAGUE,
    Asked,
    answered,
    completed,
    differences,
    expected,
    renamed,
    renamed_case,
    renamed_id,
    step_differences,
    turned,
    walk_differences,
)
from tests.laws import by_profile, tried
from tests.oracle.completion import Outcomes, TooLargeError, filled, outcomes, readings_of
from tests.oracle.domains import domains_for
from tests.strategies.books import DATE, blank, books, clause, fact, words
from tests.strategies.people import Told, complete, incomplete, known, population

BOOKS = by_profile(10, 60, 2_000)
BUDGET = 80

laws = tried(BOOKS)
few = settings(laws, max_examples=max(5, BOOKS // 4))


@st.composite
def questions(draw: st.DrawFn, book: m.Book) -> Asked:
    """Mostly as a caller asks without options."""
    kind = draw(st.sampled_from(("plain", "plain", "plain", "all", "open", "chosen")))
    every = {r.id: st.sampled_from([value for value, _ in r.values]) for r in book.readings.values()}
    if kind == "chosen":
        return Asked(draw(st.fixed_dictionaries({}, optional=every)), "presumed")
    return Asked("all" if kind == "all" else {}, "open" if kind == "open" else "presumed")


def somebody(data: st.DataObject, book: m.Book, wholly: bool, people: int) -> Iterator[Told]:
    """People for a book."""
    of = population(book, BUDGET)
    for _ in range(people):
        told = data.draw(complete(of) if wholly else incomplete(of))
        if told is not None:
            note(f"{told.case}")
            yield told


def compiled_of(book: m.Book) -> Any:
    """The book, ready to answer."""
    from solver.assess import compile_book

    note(f"{book}")
    return compile_book(book)


@laws
@given(st.data())
def test_complete_people(data: st.DataObject) -> None:
    """clingo, the walk and the oracle agree on everybody of whom everything is known."""
    book = data.draw(books())
    compiled = compiled_of(book)
    for told in somebody(data, book, wholly=True, people=12):
        asked = data.draw(questions(book))
        found = expected(book, told.case, asked)
        assert found is not None
        assert list(map(str, differences(book, answered(compiled, told.case, asked), found))) == []
        assert list(map(str, walk_differences(book, compiled, told))) == []
        steps = step_differences(book, answered(compiled, told.case, asked), told, asked)
        assert [str(it) for it in steps if not it.what.startswith(VAGUE)] == []


@laws
@given(st.data())
def test_incomplete_people(data: st.DataObject) -> None:
    """Verdicts, hinges, assumptions and sensitivity are those of trying every completion."""
    book = data.draw(books())
    compiled = compiled_of(book)
    for told in somebody(data, book, wholly=False, people=5):
        asked = data.draw(questions(book))
        found = expected(book, told.case, asked)
        if found is not None:
            assert list(map(str, differences(book, answered(compiled, told.case, asked), found))) == []


@few
@given(st.data())
def test_reasons_do_not_change_the_answer(data: st.DataObject) -> None:
    """Without reasons the verdicts are the same."""
    from solver.assess import assess

    book = data.draw(books())
    compiled = compiled_of(book)
    for told in somebody(data, book, wholly=False, people=3):
        with_, without = (assess(compiled, told.case, reasons=reasons) for reasons in (True, False))
        assert [(r.category, r.verdict) for r in with_.results] == [(r.category, r.verdict) for r in without.results]


@few
@given(st.data())
def test_order_means_nothing(data: st.DataObject) -> None:
    """Clauses, facts, rows and categories may stand in any order."""
    book = data.draw(books())
    one, two = compiled_of(book), compiled_of(turned(book))
    for told in somebody(data, book, wholly=False, people=3):
        asked = data.draw(questions(book))
        here, there = answered(one, told.case, asked), answered(two, told.case, asked)
        results = {r.category: r for r in there.results}
        for r in here.results:
            assert (r.verdict, set(r.hinges)) == (results[r.category].verdict, set(results[r.category].hinges))
            assert set(r.sensitive_to) == set(results[r.category].sensitive_to)


@few
@given(st.data())
def test_names_mean_nothing(data: st.DataObject) -> None:
    """Facts, variables, labels and terms may be called anything."""
    book = data.draw(books())
    one, two = compiled_of(book), compiled_of(renamed(book))
    for told in somebody(data, book, wholly=False, people=3):
        asked = data.draw(questions(book))
        here, there = answered(one, told.case, asked), answered(two, renamed_case(told.case), asked)
        for r, other in zip(here.results, there.results, strict=True):
            assert r.verdict is other.verdict
            assert {(h.kind, renamed_id(h.kind, h.id)) for h in r.hinges} == {(h.kind, h.id) for h in other.hinges}


@few
@given(st.data())
def test_one_person_does_not_colour_the_next(data: st.DataObject) -> None:
    """A book that has answered others answers as a fresh one does."""
    book = data.draw(books())
    used = compiled_of(book)
    asked = Asked({}, "presumed")
    for told in somebody(data, book, wholly=False, people=6):
        assert answered(used, told.case, asked).results == answered(compiled_of(book), told.case, asked).results


def test_what_ties_an_unknown_date_is_looked_at_for_each_person() -> None:
    """Filed after 2020-01-01? With a study finished in 2021 certainly, for nobody files before; without, who knows."""
    from solver.assess import compile_book

    filed, finished = m.Path("submitted_on"), m.Path("s", ("finished",))
    before_filing = clause(
        m.Quantified("every", "s", m.Path("studies"), "study", clause(m.Compare("le", finished, filed)))
    )
    late = clause(m.Compare("gt", filed, m.Const(dt.date(2020, 1, 1), DATE)), "late")
    book = blank(
        entities={"study": m.Entity("study", words("study"), (fact("finished", DATE),))},
        givens={"submitted_on": fact("submitted_on", DATE), "studies": fact("studies", m.ListOf("study"))},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((late,))), None)},
        invariants=(before_filing,),
    )
    compiled = compile_book(book)
    for studies, verdict in (((dt.date(2021, 5, 1),), m.Verdict.QUALIFIES), ((), m.Verdict.DEPENDS)):
        listed = Listed(tuple(Record({"finished": day}) for day in studies))
        case = Case("somebody", Record({"submitted_on": Absent.UNKNOWN, "studies": listed}))
        assert [r.verdict for r in answered(compiled, case, Asked({}, "presumed")).results] == [verdict]


def test_a_year_far_from_every_other_date_is_looked_at() -> None:
    """Filed in the year 2021, by a number of the book or of the case; no other date is near. Either may come to be."""
    from solver.assess import compile_book

    year = m.YearOf(m.Path("submitted_on"))
    whole = m.Scalar("whole")
    in_2021 = clause(m.Compare("is", year, m.Const(2021, whole)), "by_the_book")
    as_told = clause(m.Compare("is", year, m.Path("wanted")), "as_told")
    book = blank(
        givens={"submitted_on": fact("submitted_on", DATE), "wanted": fact("wanted", whole)},
        categories={
            "t.a": m.Category("t.a", words("a"), clause(m.All((in_2021,))), None),
            "t.b": m.Category("t.b", words("b"), clause(m.All((as_told,))), None),
        },
    )
    compiled = compile_book(book)
    told: tuple[tuple[Any, Any], ...] = (
        (Absent.UNKNOWN, 2050),
        (Absent.UNKNOWN, Absent.UNKNOWN),
        (dt.date(2021, 6, 1), Absent.UNKNOWN),
    )
    for (day, wanted), first in zip(told, ("depends", "depends", "qualifies"), strict=True):
        case = Case("somebody", Record({"submitted_on": day, "wanted": wanted}))
        found = [r.verdict for r in answered(compiled, case, Asked({}, "presumed")).results]
        assert found == [m.Verdict(first), m.Verdict.DEPENDS], (day, wanted)


def test_what_a_fact_is_compared_with_may_be_bounded_by_others() -> None:
    """Two numbers not told, one of 100 to 104; two countries not told, one of them Japan: what equals them is tried."""
    from solver.assess import compile_book

    whole, country = m.Scalar("whole"), m.Scalar("country")
    score, size, here, there = (m.Path(name) for name in ("score", "size", "here", "there"))
    beyond = m.Difference(score, size)
    near = (
        clause(m.Compare("le", beyond, m.Const(2, whole)), "at_most"),
        clause(m.Compare("ge", beyond, m.Const(1, whole)), "at_least"),
        *(clause(m.Compare("le", score, m.Const(n, whole)), f"up_to_{n}") for n in (10_000, 20_000, 30_000)),
    )
    same = (
        clause(m.Compare("is", here, there), "same"),
        *(clause(m.Compare("is_not", here, m.Const(key, country)), f"not_{key}") for key in ("NO", "KP")),
    )
    book = blank(
        givens={
            p.base: fact(p.base, kind) for p, kind in ((score, whole), (size, whole), (here, country), (there, country))
        },
        invariants=(
            clause(m.Compare("ge", size, m.Const(100, whole))),
            clause(m.Compare("le", size, m.Const(104, whole))),
            clause(m.Compare("is", there, m.Const("JP", country))),
        ),
        categories={
            "t.a": m.Category("t.a", words("a"), clause(m.All(near)), None),
            "t.b": m.Category("t.b", words("b"), clause(m.All(same)), None),
        },
    )
    case = Case("somebody", Record(dict.fromkeys(book.givens, Absent.UNKNOWN)))
    a, b = answered(compile_book(book), case, Asked({}, "presumed")).results
    assert (a.verdict, b.verdict) == (m.Verdict.DEPENDS, m.Verdict.DEPENDS)
    assert {h.id for h in a.hinges} == {"score", "size"}  # 100 and 101 do, 100 and 100 do not, nor 104 and 101
    assert {h.id for h in b.hinges} == {"here"}  # there is Japan whatever is not told


def test_a_limit_not_known_is_one_question_inside_a_total_and_outside() -> None:
    """The score reaches a limit nobody knows, or it does not, as asked for each of three jobs: one of the two holds."""
    from solver.assess import compile_book

    whole = m.Scalar("whole")
    rows = (m.Dated(dt.date(2020, 1, 1), None, (), dt.date(2020, 1, 1)),)
    reaches = clause(m.Compare("ge", m.Path("score"), m.Param("limit")), "reaches")
    total = m.Aggregate("count", "j", m.Path("jobs"), "job", m.Call("enough", (m.Path("j"),)))
    none = clause(m.Not(clause(m.Compare("gt", total, m.Const(2, whole)))), "none")
    book = blank(
        entities={"job": m.Entity("job", words("job"), (fact("paid", m.Scalar("truth")),))},
        givens={
            "submitted_on": fact("submitted_on", DATE),
            "score": fact("score", whole),
            "jobs": fact("jobs", m.ListOf("job")),
        },
        parameters={"limit": m.Parameter("limit", words("limit"), whole, "submitted_on", rows)},
        terms={"enough": m.Term("enough", words("enough"), (("x", "job"),), reaches)},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((clause(m.AnyOf((reaches, none))),))), None)},
    )
    jobs = Listed(tuple(Record({"paid": True}) for _ in range(3)), open=False)
    for day in (dt.date(2021, 1, 1), Absent.UNKNOWN):
        case = Case("somebody", Record({"submitted_on": day, "score": 3, "jobs": jobs}))
        (it,) = answered(compile_book(book), case, Asked({}, "presumed")).results
        # Filed before 2020 there is no limit, so none is reached: the second holds.
        assert it.verdict is m.Verdict.QUALIFIES, day


def test_a_limit_not_known_is_what_it_hangs_on_whatever_is_compared_with_it() -> None:
    """A score that nobody told reaches a limit nobody knows or not: no score is known to do better than another."""
    from solver.assess import compile_book

    whole = m.Scalar("whole")
    rows = (m.Dated(dt.date(2020, 1, 1), None, (), dt.date(2020, 1, 1)),)
    reaches = clause(m.Compare("ge", m.Path("score"), m.Param("limit")), "reaches")
    book = blank(
        givens={"submitted_on": fact("submitted_on", DATE), "score": fact("score", whole)},
        parameters={"limit": m.Parameter("limit", words("limit"), whole, "submitted_on", rows)},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((reaches,))), None)},
    )
    case = Case("somebody", Record({"submitted_on": dt.date(2021, 1, 1), "score": Absent.UNKNOWN}))
    (it,) = answered(compile_book(book), case, Asked({}, "presumed")).results
    assert it.verdict is m.Verdict.DEPENDS
    assert [(h.kind, h.id) for h in it.hinges] == [("law", "limit")]


def test_a_denial_in_a_line_of_points_tells_what_the_law_does_not_say() -> None:
    """Two points for a score that does not reach a limit nobody knows: the line is open, and names the limit."""
    from solver.assess import compile_book

    whole = m.Scalar("whole")
    rows = (m.Dated(dt.date(2020, 1, 1), None, (), dt.date(2020, 1, 1)),)
    reaches = clause(m.Compare("ge", m.Path("score"), m.Param("limit")), "reaches")
    line = m.Points(2, clause(m.Not(reaches), "line"), None, None)
    enough = clause(m.Compare("ge", m.Score("total", (line,), None, None), m.Const(2, whole)), "enough")
    book = blank(
        givens={"submitted_on": fact("submitted_on", DATE), "score": fact("score", whole)},
        parameters={"limit": m.Parameter("limit", words("limit"), whole, "submitted_on", rows)},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((enough,))), None)},
    )
    case = Case("somebody", Record({"submitted_on": dt.date(2021, 1, 1), "score": 3}))
    (it,) = answered(compile_book(book), case, Asked({}, "presumed")).results
    assert it.verdict is m.Verdict.DEPENDS
    found = [
        entry
        for step in it.steps
        for child in (step, *step.children)
        for total in child.totals
        for entry in total.entries
    ]
    assert found
    assert "limit" in repr(found)


def test_a_reading_inside_a_total_is_a_reading_all_the_same() -> None:
    """How many studies count? By one reading those finished after 2020, by the other all; there is one of 2019."""
    from solver.assess import compile_book

    late = m.Compare("gt", m.Path("s", ("finished",)), m.Const(dt.date(2020, 1, 1), DATE))
    counts = m.ByReading("r", (("late", clause(late, "late")), ("all", clause(m.Always(), "all"))))
    total = m.Aggregate("count", "s", m.Path("studies"), "study", m.Call("counts", (m.Path("s"),)))
    book = blank(
        entities={"study": m.Entity("study", words("study"), (fact("finished", DATE),))},
        givens={"studies": fact("studies", m.ListOf("study"))},
        terms={"counts": m.Term("counts", words("counts"), (("s", "study"),), clause(counts))},
        readings={"r": m.Reading("r", words("r"), (("late", words("late")), ("all", words("all"))), "late")},
        categories={
            "t.a": m.Category(
                "t.a",
                words("a"),
                clause(m.All((clause(m.Compare("ge", total, m.Const(1, m.Scalar("whole"))), "one"),))),
                None,
            )
        },
    )
    case = Case("somebody", Record({"studies": Listed((Record({"finished": dt.date(2019, 1, 1)}),))}))
    for asked in (Asked({}, "presumed"), Asked({"r": "all"}, "presumed"), Asked("all", "presumed")):
        found = expected(book, case, asked)
        assert found is not None
        assert [str(d) for d in differences(book, answered(compile_book(book), case, asked), found)] == []


def test_what_is_said_of_every_element_bounds_an_unknown_date() -> None:
    """Filed after everything was finished (4 February at the latest): under thirty until the birthday on 20 February.

    Before 4 February nobody files, so a day on which the age is still 29 has to be looked for from then on.
    """
    from solver.assess import compile_book

    filed, finished = m.Path("submitted_on"), m.Path("s", ("finished",))
    before_filing = clause(
        m.Quantified("every", "s", m.Path("studies"), "study", clause(m.Compare("le", finished, filed)))
    )
    last = clause(m.Compare("le", filed, m.Const(dt.date(2021, 2, 22), DATE)))
    first = clause(m.Compare("ge", filed, m.Const(dt.date(2021, 1, 29), DATE)))
    age = m.AgeOn(m.Const(dt.date(1991, 2, 20), DATE), filed)
    young = clause(m.Compare("lt", age, m.Const(30, m.Scalar("whole"))), "young")
    book = blank(
        entities={"study": m.Entity("study", words("study"), (fact("finished", DATE),))},
        givens={"submitted_on": fact("submitted_on", DATE), "studies": fact("studies", m.ListOf("study"))},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((young,))), None)},
        invariants=(first, last, before_filing),
    )
    studies = Listed((Record({"finished": dt.date(2021, 2, 4)}), Record({"finished": dt.date(2021, 1, 31)})))
    case = Case("somebody", Record({"submitted_on": Absent.UNKNOWN, "studies": studies}))
    assert verdict_of(compile_book(book), case) is m.Verdict.DEPENDS


def test_a_sum_that_just_reaches_a_limit() -> None:
    """Neither more nor less than 200: of two amounts one is told, 59, and the other could be 141."""
    from solver.assess import compile_book

    total = m.Aggregate("sum", "j", m.Path("jobs"), "job", of=m.Path("j", ("pay",)))
    limit = m.Const(200, m.Scalar("money"))
    just = (clause(m.Compare("ge", total, limit), "least"), clause(m.Compare("le", total, limit), "most"))
    book = blank(
        entities={"job": m.Entity("job", words("job"), (fact("pay", m.Scalar("money")),))},
        givens={"jobs": fact("jobs", m.ListOf("job"))},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All(just)), None)},
    )
    jobs = Listed((Record({"pay": 59}), Record({"pay": Absent.DECLINED})))
    assert verdict_of(compile_book(book), Case("somebody", Record({"jobs": jobs}))) is m.Verdict.DEPENDS


def test_words_of_other_types_are_no_keys() -> None:
    """A score looks at a school that is not told and at a level: `low` is a level and never a school."""
    from solver.landmarks import candidates, marks

    key = m.KeyOf("listed")
    table = m.Table("listed", words("listed"), (m.Row("alpha", None, None, ()),), (), (), key)
    listed = clause(m.Member(m.Path("school"), "listed", None, ()))
    low = clause(m.Compare("is", m.Path("level"), m.Const("low", m.EnumOf("level"))))
    score = m.Score("total", (m.Points(1, listed), m.Points(1, low)))
    book = blank(tables={"listed": table})
    found = marks(m.Compare("ge", score, m.Const(1, m.Scalar("whole"))), book)
    assert candidates(key, [found], ["low"], book) == ["alpha", m.OTHER]


def verdict_of(compiled: Any, case: Case) -> m.Verdict:
    """The verdict on the one category of a book."""
    (result,) = answered(compiled, case, Asked({}, "presumed")).results
    return result.verdict


def test_one_key_at_two_times_is_two_questions() -> None:
    """Is the school listed on the second day (it is not told which), and was alpha on the first (it is told)?

    The second can change the answer, whatever the first comes to; both are about alpha, and only the school is a hinge.
    """
    from solver.assess import compile_book

    first, second = dt.date(2020, 3, 1), dt.date(2020, 3, 2)
    key = m.KeyOf("listed")
    row = m.Row("alpha", first, first, (), words("alpha"))
    gappy = (m.Coverage("gappy", second, second),)
    table = m.Table("listed", words("listed"), (row,), gappy, (), key)
    now = clause(m.Member(m.Path("school"), "listed", m.Const(second, DATE), ()), "now")
    then = clause(m.Member(m.Path("former"), "listed", m.Const(first, DATE), ()), "then")
    either = m.AnyOf((clause(m.All((then, now)), "both"), clause(m.All((now,)), "one")))
    book = blank(
        givens={"school": fact("school", key), "former": fact("former", key)},
        tables={"listed": table},
        categories={"t.a": m.Category("t.a", words("a"), clause(either), None)},
    )
    case = Case("somebody", Record({"school": Absent.UNKNOWN, "former": "alpha"}))
    asked = Asked({}, "presumed")
    found = expected(book, case, asked)
    assert found is not None
    assert found["t.a"].hinges == {("fact", "school")}
    assert [str(d) for d in differences(book, answered(compile_book(book), case, asked), found)] == []


def test_a_question_is_told_by_a_comparison_that_is_decided() -> None:
    """The former school, alpha, is told; the list does not say what is to be on it.

    Both the present school and the answer of the law on alpha can change whether one of the two is on the list; that
    the former school is asked about where income is too low in any case does not matter to its being told.
    """
    from solver.assess import compile_book

    key, money = m.KeyOf("listed"), m.Scalar("money")
    table = m.Table("listed", words("listed"), (m.Row("alpha", None, None, (), words("alpha")),), (), (), key)
    now = clause(m.Member(m.Path("school"), "listed", None, ()), "now")
    then = clause(m.Member(m.Path("former"), "listed", None, ()), "then")
    rich = clause(m.Compare("ge", m.Path("income"), m.Const(100, money)), "rich")
    either = m.AnyOf((now, clause(m.All((rich, then)), "rich_then")))
    book = blank(
        givens={"school": fact("school", key), "former": fact("former", key), "income": fact("income", money)},
        tables={"listed": table},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((clause(either, "either"),))), None)},
    )
    case = Case("somebody", Record({"school": Absent.UNKNOWN, "former": "alpha", "income": 5}))
    asked = Asked({}, "presumed")
    found = expected(book, case, asked)
    assert found is not None
    assert found["t.a"].hinges == {("fact", "school"), ("law", "listed:alpha")}
    assert [str(d) for d in differences(book, answered(compile_book(book), case, asked), found)] == []


def test_a_value_not_known_yet_is_no_value_that_fails() -> None:
    """The only floor there is has been in force since March and known since June: in April the law is not known.

    Taking it for a time without any floor made the comparison fail, and the answer a no.
    """
    from solver.assess import compile_book

    money = m.Scalar("money")
    rows = (m.Dated(dt.date(2020, 3, 1), 100, (), dt.date(2020, 6, 1)),)
    enough = clause(m.Compare("ge", m.Path("income"), m.Param("floor")), "enough")
    book = blank(
        givens={"submitted_on": fact("submitted_on", DATE), "income": fact("income", money)},
        parameters={"floor": m.Parameter("floor", words("floor"), money, "submitted_on", rows)},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((enough,))), None)},
    )
    compiled = compile_book(book)
    case = Case("somebody", Record({"submitted_on": dt.date(2020, 4, 10), "income": 200}))
    for known_on, verdict in ((dt.date(2020, 4, 10), m.Verdict.DEPENDS), (dt.date(2020, 6, 1), m.Verdict.QUALIFIES)):
        asked = Asked({}, "presumed", known_on)
        answer = answered(compiled, case, asked)
        assert [r.verdict for r in answer.results] == [verdict]
        found = expected(book, case, asked)
        assert found is not None
        assert [str(d) for d in differences(book, answer, found)] == []


@few
@given(st.data())
def test_learning_more_never_contradicts(data: st.DataObject) -> None:
    """A verdict other than `depends` stays, whatever the unknown facts turn out to be, one after the other.

    Judgements are left open here: a presumption may be disappointed.
    """
    book = data.draw(books())
    compiled = compiled_of(book)
    for told in somebody(data, book, wholly=False, people=3):
        asked = replace(data.draw(questions(book)), judgements="open")
        before = {r.category: r.verdict for r in answered(compiled, told.case, asked).results}
        part = learnt(data, told, completed(book, told))
        for case in (part, completed(book, told)):
            for r in answered(compiled, case, asked).results:
                assert before[r.category] in (m.Verdict.DEPENDS, r.verdict)


def learnt(data: st.DataObject, told: Told, whole: Case) -> Case:
    """The case with some givens told in full."""
    names = data.draw(st.sets(st.sampled_from(sorted(told.case.root.facts))))
    return Case("later", Record({**told.case.root.facts, **{n: whole.root[n] for n in names}}), told.case.readings)


@few
@given(st.data())
def test_depends_has_witnesses_on_both_sides(data: st.DataObject) -> None:
    """Somebody whose verdict depends could be somebody who qualifies, and somebody who does not."""
    book = data.draw(books())
    compiled = compiled_of(book)
    asked = Asked({}, "presumed")
    for told in somebody(data, book, wholly=False, people=3):
        try:
            tried = outcomes(book, told.case, domains_for(book, told.case), readings_of(book, told.case, {}), False, {})
        except TooLargeError:
            continue
        for r in answered(compiled, told.case, asked).results:
            if tried.questions:
                continue
            for holds in (0, 1):
                witnesses = list(islice(those(book, told, tried, r.category, holds), 1))
                assert bool(witnesses) or r.verdict is not m.Verdict.DEPENDS
                for case in witnesses:
                    verdict = {it.category: it.verdict for it in answered(compiled, case, asked).results}[r.category]
                    assert verdict is (m.Verdict.QUALIFIES if holds else m.Verdict.DOES_NOT_QUALIFY)


def those(book: m.Book, told: Told, tried: Outcomes, category: str, holds: int) -> Iterator[Case]:
    """The completions in which a category holds, or does not, as cases."""
    presumed: dict[str, object] = {address: True for _, address in tried.presumed}
    for chosen, mask in zip(tried.completions, tried.masks[category], strict=True):
        if mask == holds:
            picked = presumed | {v.address: v.choices[i] for v, i in zip(tried.variables, chosen, strict=True)}
            values = {n: filled(book, f.type, told.case.root[n], n, picked) for n, f in book.givens.items()}
            facts = {n: known(f.type, values[n]) for n, f in book.givens.items()}
            yield Case("witness", Record(facts), told.case.readings)


@pytest.mark.parametrize("change", [turned, renamed])
def test_changes_of_no_meaning_are_none_for_the_oracle_either(change: object) -> None:
    """The laws about order and names hold of the oracle, and the changes do change the book."""
    assert callable(change)
    changed = 0

    @settings(few, max_examples=15)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        nonlocal changed
        book = data.draw(books())
        new = change(book)
        changed += new != book
        of = population(book, 20)
        told = data.draw(incomplete(of))
        asked = data.draw(questions(book))
        if told is None:
            return
        case = renamed_case(told.case) if change is renamed else told.case
        here, there = expected(book, told.case, asked), expected(new, case, asked)
        if here is None or there is None:
            return
        for category, found in here.items():
            assert found.verdict is there[category].verdict
            hinges = {(k, renamed_id(k, id) if change is renamed else id) for k, id in found.hinges}
            assert hinges == there[category].hinges

    run()
    assert changed
