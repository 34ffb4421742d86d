"""What is plainly seen to hold wherever something else does, does: against every person on every day."""

from __future__ import annotations

import datetime as dt
import operator
import zlib
from collections.abc import Callable, Mapping
from itertools import combinations_with_replacement, product
from typing import Any

from hypothesis import event, example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Absent
from solver.entails import laws
from solver.totals import at_least, implied
from tests.smallbook import BOOK

WHOLE = m.Scalar("whole")
WORDS = m.Label("x", "x")
OPS = {
    "is": operator.eq, "is_not": operator.ne,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


def dated(id: str, *rows: tuple[int, int | None]) -> m.Parameter:
    """A parameter by the day of filing, with a value from the first day of each year; None: not known."""
    values = tuple(m.Dated(dt.date(year, 1, 1), value, (), dt.date(year, 1, 1)) for year, value in rows)
    return m.Parameter(id, WORDS, WHOLE, "submitted_on", values)


PARAMETERS = {
    p.id: p
    for p in (
        dated("rising", (2020, 2), (2022, 4)),
        dated("falling", (2020, 4), (2021, 2)),
        dated("late", (2022, 3)),
        dated("open", (2020, 3), (2022, None)),
        dated("never"),
    )
}
PARAMETERS["twin"] = dated("open", (2020, 1), (2022, None))
"""What another edition says of `open`: from 2022 on both leave the same question open."""
DAYS = [dt.date(year, 6, 1) for year in (2019, 2020, 2021, 2022)]
leaves = st.one_of(
    st.builds(
        m.Compare,
        st.sampled_from(sorted(OPS)),
        st.just(m.Path("i", ("salary",))) | st.sampled_from([m.Param(p) for p in PARAMETERS]),
        st.builds(m.Const, st.integers(1, 4), st.just(WHOLE)) | st.sampled_from([m.Param(p) for p in PARAMETERS]),
    ),
    st.sampled_from(
        [m.Always(), m.Truth(m.Path("i", ("big",))), m.Call("first", (m.Path("i"),)), m.Call("second", (m.Path("i"),))]
    ),
)


def clauses(inner: Any) -> Any:
    """One to three conditions."""
    return st.lists(inner.map(lambda c: m.Clause(None, c)), min_size=1, max_size=3).map(tuple)


conditions: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(m.All, clauses(inner))
        | st.builds(m.AnyOf, clauses(inner))
        | st.builds(m.Not, inner.map(lambda c: m.Clause(None, c)))
    ),
    max_leaves=5,
)
terms = leaves.filter(lambda c: not isinstance(c, m.Call))


def book_with(first: m.Cond, second: m.Cond) -> m.Book:
    """The small book with two terms about a job, and the parameters."""
    made = {n: m.Term(n, WORDS, (("i", "job"),), m.Clause(None, c)) for n, c in (("first", first), ("second", second))}
    return replace(BOOK, terms=made, parameters=PARAMETERS)


def value(e: m.Expr, job: Mapping[str, Any], day: dt.date) -> Any:
    """What a side of a comparison comes to; a question of the law is the name of a parameter."""
    match e:
        case m.Path():
            return job["salary"]
        case m.Const(it):
            return it
        case m.Param(id):
            rows = [row for row in PARAMETERS[id].values if row.start <= day]
            return None if not rows else id if rows[-1].value is None else rows[-1].value
        case _:
            raise AssertionError(e)


Law = Callable[[object], bool]
"""Answers to the questions of the law, each told by the comparison with the ids that parameters have themselves."""


def mixed(question: object) -> bool:
    """Another answer for each question."""
    return zlib.crc32(str(question).encode()) % 2 == 0


LAWS: tuple[Law, ...] = (lambda _: True, lambda _: False, mixed)


def holds(cond: m.Cond, job: Mapping[str, Any], day: dt.date, law: Law, book: m.Book) -> bool:
    """A condition about a job, worked out; nothing is compared with what has no value."""
    match cond:
        case m.Compare(op, left, right):
            a, b = value(left, job, day), value(right, job, day)
            if a is None or b is None:
                return False
            if isinstance(a, str) or isinstance(b, str):
                return law((op, *(PARAMETERS[e.id].id if isinstance(e, m.Param) else e for e in (left, right))))
            return bool(OPS[op](a, b))
        case m.Truth():
            return bool(job["big"])
        case m.Always():
            return True
        case m.Call(term):
            return holds(book.terms[term].means.cond, job, day, law, book)
        case m.All(items):
            return all(holds(c.cond, job, day, law, book) for c in items)
        case m.AnyOf(items):
            return any(holds(c.cond, job, day, law, book) for c in items)
        case m.Not(item):
            return not holds(item.cond, job, day, law, book)
        case _:
            raise AssertionError(cond)


JOBS = [{"salary": n, "big": big} for n, big in product(range(1, 6), (True, False))]


@given(conditions, conditions, terms, terms, st.sampled_from([None, *DAYS]))
def test_what_is_entailed_holds(few: m.Cond, many: m.Cond, first: m.Cond, second: m.Cond, day: dt.date | None) -> None:
    book = book_with(first, second)
    known = {"submitted_on": day or Absent.NOT_ASKED}
    for law in laws(book, [few, many], known, {}):
        said = law.entails(few, many)
        event(f"entailed: {said}")
        for job, on, answer in product(JOBS, [day] if day else DAYS, LAWS):
            if said and _same(book, few, many, on, law.days.get("submitted_on", on)):
                assert holds(many, job, on, answer, book) or not holds(few, job, on, answer, book)


def _same(book: m.Book, few: m.Cond, many: m.Cond, day: dt.date, other: dt.date) -> bool:
    """Whether the law is the same on two days."""
    return all(value(m.Param(p), {}, day) == value(m.Param(p), {}, other) for p in book.parameters)


def points(inner: Any) -> Any:
    """One to three lines of points, or scores."""
    line = st.builds(m.Points, st.integers(0, 3), conditions.map(lambda c: m.Clause(None, c)))
    return st.lists(line | inner, min_size=1, max_size=3).map(tuple)


mosts = st.none() | st.integers(0, 5)
scores = st.recursive(
    st.builds(m.Score, st.sampled_from(["total", "highest"]), points(st.nothing()), mosts),
    lambda inner: st.builds(m.Score, st.sampled_from(["total", "highest"]), points(inner), mosts),
    max_leaves=3,
)


@st.composite
def beside(draw: st.DrawFn, score: m.Score) -> m.Score:
    """The score with a line less or more, and other points, limits and conditions here and there."""
    items = []
    for it in score.items:
        match draw(st.sampled_from(["kept", "kept", "kept", "other", "gone", "added"])), it:
            case "gone", _:
                continue
            case "added", _:
                items += [m.Points(draw(st.integers(0, 3)), m.Clause(None, draw(conditions))), it]
            case "other", m.Points(n, when):
                other = draw(st.just(when.cond) | conditions)
                items.append(m.Points(max(0, n + draw(st.integers(-1, 1))), m.Clause(None, other)))
            case "other", m.Score():
                items.append(draw(beside(it)))
            case _:
                items.append(it)
    return replace(score, items=tuple(items), most=draw(st.just(score.most) | mosts))


def points_of(score: m.Expr, job: Mapping[str, Any], day: dt.date, law: Law, book: m.Book) -> int:
    """What a score comes to."""
    assert isinstance(score, m.Score)
    lines = [
        (it.points if holds(it.when.cond, job, day, law, book) else 0)
        if isinstance(it, m.Points)
        else points_of(it, job, day, law, book)
        for it in score.items
    ]
    found = sum(lines) if score.kind == "total" else max(lines, default=0)
    return found if score.most is None else min(found, score.most)


@given(scores.flatmap(lambda s: st.tuples(st.just(s), beside(s))), terms, terms, st.booleans())
def test_a_score_that_is_never_more_is_not(both: Any, first: m.Cond, second: m.Cond, turned: bool) -> None:
    few, many = both[::-1] if turned else both
    book = book_with(first, second)
    for law in laws(book, [few, many], {"submitted_on": Absent.NOT_ASKED}, {}):
        said = law.at_most(few, many)
        event(f"never more: {said}, the same: {few == many}")
        for job, on, answer in product(JOBS, DAYS, LAWS):
            if said and _same(book, few, many, on, law.days.get("submitted_on", on)):
                assert points_of(few, job, on, answer, book) <= points_of(many, job, on, answer, book)


limits = st.builds(m.Const, st.integers(0, 9), st.just(WHOLE)) | st.sampled_from([m.Param(p) for p in PARAMETERS])
asked = st.tuples(st.sampled_from(["ge", "gt", "le", "lt"]), limits, conditions)


def total(op: Any, limit: m.Expr, where: m.Cond) -> m.Compare:
    """A sum of salaries compared with a limit."""
    jobs = m.Path("applicant", ("jobs",))
    return m.Compare(op, m.Aggregate("sum", "i", jobs, "job", where, m.Path("i", ("salary",))), limit)


def reaches(op: str, limit: m.Expr, where: m.Cond, jobs: Any, day: dt.date, book: m.Book) -> bool:
    """Whether a test says that a sum reaches its limit."""
    bound = value(limit, {}, day)
    found = sum(j["salary"] for j in jobs if holds(where, j, day, LAWS[0], book))
    said = bound is not None and OPS[op](found, bound)
    return said if op in ("ge", "gt") else not said


@given(asked, asked, terms, terms, st.sampled_from([None, *DAYS]))
@example(
    ("ge", m.Const(3, WHOLE), m.Call("first", (m.Path("i"),))),
    ("ge", m.Param("never"), m.Call("first", (m.Path("i"),))),
    m.Truth(m.Path("i", ("big",))), m.Truth(m.Path("i", ("big",))), None,
)  # fmt: skip
@example(
    ("ge", m.Param("never"), m.Truth(m.Path("i", ("big",)))), ("ge", m.Param("open"), m.Truth(m.Path("i", ("big",)))),
    m.Truth(m.Path("i", ("big",))), m.Truth(m.Path("i", ("big",))), None,
)  # fmt: skip
def test_a_sum_that_is_implied_is_reached(
    one: Any, other: Any, first: m.Cond, second: m.Cond, day: dt.date | None
) -> None:
    """No two jobs on any day reach what implies, and not what is implied; unknown limits are never compared."""
    book = book_with(first, second)
    made = [at_least((n, ()), total(*it)) for n, it in enumerate((one, other))]
    them = [x for x in made if x is not None]
    pairs = list(implied(them, [x.instance for x in them], book, {"submitted_on": day or Absent.NOT_ASKED}, {}))
    event(f"implied: {len(pairs)}")
    for few, many in pairs:
        a, b = ((one, other)[x.instance[0]] for x in (few, many))
        for jobs, on in product(combinations_with_replacement(JOBS, 2), [day] if day else DAYS):
            known = [not isinstance(value(x[1], {}, on), str) for x in (a, b)]
            none = known[0] and not reaches(a[0], a[1], a[2], jobs, on, book)
            same = a[1] == b[1] and not any(known)
            assert none or same or (known[1] and reaches(b[0], b[1], b[2], jobs, on, book))
