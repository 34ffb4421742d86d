"""Comparisons of points in small numbers say what they said; what they say of each other is so."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsl import model as m
from dsl.edits import edits
from solver.points import same_points, small
from tests.test_mutation import book_of

WHOLE = m.Scalar("whole")
LINES = 5
OPS = ("ge", "gt", "le", "lt", "is", "is_not")
number = st.sampled_from([0, 1, 2, 3, 5, 6, 10, 11, 15, 20, 30])
limit = st.none() | number | st.sampled_from([35, 40, 41])


def line(points: int, n: int) -> m.Points:
    """Points for a line that holds when the fact of that number does."""
    return m.Points(points, m.Clause(None, m.Truth(m.Path(f"line{n}"))))


def asked(points: int, value: int) -> m.Points:
    """Points for a line that asks for one value of the same fact as the others."""
    same = m.Compare("is", m.Path("one"), m.Const(value, WHOLE))
    return m.Points(points, m.Clause(None, same))


lines = st.builds(line, number, st.integers(0, LINES - 1))
exclusive = st.lists(number, min_size=1, max_size=3).map(lambda ps: tuple(asked(p, n) for n, p in enumerate(ps)))
kinds = st.sampled_from(["total", "highest"])
scores = st.recursive(
    st.builds(m.Score, kinds, st.lists(lines, min_size=1, max_size=4).map(tuple), limit)
    | st.builds(m.Score, kinds, exclusive, limit),
    lambda inner: st.builds(m.Score, kinds, st.lists(lines | inner, min_size=1, max_size=3).map(tuple), limit),
    max_leaves=3,
)


def points(score: Any, held: tuple[Any, ...]) -> int:
    """The points of a score, counted out."""
    if isinstance(score, m.Points):
        cond: Any = score.when.cond
        if not score.points:
            return 0
        holds = held[int(cond.fact.base[4:])] if isinstance(cond, m.Truth) else held[LINES] == cond.right.value
        return score.points if holds else 0
    counted = [points(item, held) for item in score.items]
    found = sum(counted) if score.kind == "total" else max(counted)
    return found if score.most is None else min(found, score.most)


def says(cond: Any, held: tuple[Any, ...], mark: int | None) -> bool:
    """What a condition made of comparisons with a number, or with `mark`, comes to; nothing holds without a value."""
    match cond:
        case m.Always():
            return True
        case m.Not(item):
            return not says(item.cond, held, mark)
        case m.All(items):
            return all(says(i.cond, held, mark) for i in items)
        case m.AnyOf(items):
            return any(says(i.cond, held, mark) for i in items)
        case m.Compare(op, left, right):
            a = points(left, held) if isinstance(left, m.Score) else valued(left, mark)
            b = valued(right, mark)
            if a is None or b is None:
                return False
            return {"ge": a >= b, "gt": a > b, "le": a <= b, "lt": a < b, "is": a == b, "is_not": a != b}[op]
        case _:
            raise AssertionError(cond)


def valued(limit: Any, mark: int | None) -> int | None:
    """A limit: a number, the parameter, or so much less."""
    match limit:
        case m.Const(int() as value):
            return value
        case m.Difference(left, right):
            a, b = valued(left, mark), valued(right, mark)
            return None if a is None or b is None else a - b
        case _:
            return mark


def answered(cond: Any, held: tuple[Any, ...], answers: dict[Any, bool]) -> bool:
    """What a condition comes to where `mark` is not known: each comparison with it is a question of its own."""
    match cond:
        case m.Compare() if not isinstance(cond.right, m.Const):
            return answers.setdefault(cond, False)
        case m.Compare():
            return says(cond, held, None)
        case m.Always():
            return True
        case m.Not(item):
            return not answered(item.cond, held, answers)
        case m.All(items) | m.AnyOf(items):
            each = [answered(i.cond, held, answers) for i in items]  # all of them, so that no question is passed over
            return all(each) if isinstance(cond, m.All) else any(each)
        case _:
            raise AssertionError(cond)


def ways(cond: Any, held: tuple[Any, ...]) -> set[bool]:
    """What a condition can come to, whatever the law says."""
    questions: dict[Any, bool] = {}
    answered(cond, held, questions)
    every = product((False, True), repeat=len(questions))
    return {answered(cond, held, dict(zip(questions, said, strict=True))) for said in every}


ROWS = """
parameter mark : whole by submitted_on
  en "mark"  zh "分"
  from 2024-01-01 40  cites guide "1"
  from 2025-01-01 35  cites guide "1"

value points(p : person) : whole
  en "points"  zh "分數"  cites guide "1"
  means total of, at most 50
    [family] highest of
      [many] 20 when p.children at least 3  cites guide "1"
      [some] 10 when p.children at least 1  cites guide "1"
    [degree] 25 when p.born_on before 2000-01-01  cites guide "1"

category small.a
  en "A"  zh "甲"  cites guide "1"
  needs points(applicant) at least mark  en "p"  zh "分"  cites guide "1"
"""
BOOK = book_of(ROWS)
UNSURE = book_of(
    ROWS.replace("  from 2024-01-01 40", '  from 2023-01-01 unknown  cites guide "1"\n  from 2024-01-01 40')
)
"""The same book, where the mark of 2023 is not known."""


def same_everywhere(score: m.Score, op: Any, right: Any, marks: tuple[int | None, ...]) -> None:
    before = m.Compare(op, score, right)
    after = small(before, BOOK)
    for held in product((False, True), repeat=LINES):
        for one in (0, 1, 2, 3):
            for mark in marks:
                assert says(after, (*held, one), mark) is says(before, (*held, one), mark), (held, one, mark, after)


@given(scores, st.sampled_from(OPS), st.integers(-1, 75))
@example(m.Score("total", (line(5, 0), line(6, 1), line(10, 2)), 11), "ge", 11)
@example(m.Score("total", (line(0, 0),), None), "ge", 0)
def test_a_score_in_small_numbers_says_the_same(score: m.Score, op: str, least: int) -> None:
    same_everywhere(score, op, m.Const(least, WHOLE), (None,))


@given(scores, st.sampled_from(OPS), st.integers(0, 30))
def test_a_limit_with_a_date_is_taken_by_its_value(score: m.Score, op: str, less: int) -> None:
    right = m.Difference(m.Param("mark"), m.Const(less, WHOLE))
    same_everywhere(score, op, right, (None, 35, 40))


@given(scores, st.sampled_from(OPS), st.integers(0, 30))
def test_a_limit_that_is_not_known_leaves_the_comparison_open(score: m.Score, op: Any, less: int) -> None:
    before = m.Compare(op, score, m.Difference(m.Param("mark"), m.Const(less, WHOLE)))
    after = small(before, UNSURE)
    for held in product((False, True), repeat=LINES):
        for one in (0, 1, 2, 3):
            assert ways(after, (*held, one)) == {False, True}
            for mark in (None, 35, 40):
                assert says(after, (*held, one), mark) is says(before, (*held, one), mark), (held, one, mark, after)


@pytest.mark.parametrize("book", [BOOK, UNSURE], ids=["known", "unsure"])
def test_edits_that_change_no_total_that_counts_are_seen(book: m.Book) -> None:
    """There are 0, 10, 20, 25, 35 and 45 points: 40 takes 45, and 35 takes 35 or 45; fifty are never reached."""
    seen = {e.words for e in edits(book) if same_points(book, e.book, e.touched)}
    assert seen == {
        "20 points → 21 points",  # 46 do what 45 did
        "25 points → 26 points",  # so do 36 what 35 did
        "at most 50 → at most 49",
        "at most 50 → at most 51",
        "at most 50 → ∅",
    }
