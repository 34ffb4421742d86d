"""What numbers that are not told make of differences: every small number is tried."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from itertools import product

import pytest

from dsl import model as m
from dsl.case import Absent, Case, Record
from solver.assess import assess, compile_book
from tests.laws import by_profile
from tests.strategies.books import blank, clause, fact, words

WHOLE = m.Scalar("whole")
NAMES = "abc"
HOLDS: dict[m.Operator, Callable[[int, int], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "is": operator.eq,
}
MOST = 41
"""No comparison here turns later."""


def number(n: int) -> m.Expr:
    return m.Const(n, WHOLE)


def about(*conds: m.Cond) -> m.Book:
    """A book of one category that needs all of these of three numbers."""
    kinds = {"submitted_on": m.Scalar("date"), **dict.fromkeys(NAMES, WHOLE)}
    needs = clause(m.All(tuple(map(clause, conds))))
    return blank(
        givens={name: fact(name, kind) for name, kind in kinds.items()},
        categories={"t.a": m.Category("t.a", words("a"), needs, None)},
    )


def verdict(book: m.Book, told: dict[str, int]) -> m.Verdict | None:
    """The verdict; None where there is too much to try."""
    facts = {name: told.get(name, Absent.UNKNOWN) for name in NAMES}
    answer = assess(compile_book(book), Case("somebody", Record(facts)), reasons=False)
    return None if answer.unsettled else answer.results[0].verdict


def value(e: m.Expr, numbers: dict[str, int]) -> int:
    match e:
        case m.Const(n, _):
            assert isinstance(n, int)
            return n
        case m.Path(base):
            return numbers[base]
        case m.Difference(left, right):
            return value(left, numbers) - value(right, numbers)
        case _:
            raise AssertionError(e)


def shown(e: m.Expr | m.Compare) -> str:
    match e:
        case m.Compare(op, left, right):
            return f"{shown(left)} {op} {shown(right)}"
        case m.Difference(left, right):
            return f"({shown(left)} - {shown(right)})"
        case m.Path(base):
            return base
        case m.Const(n, _):
            return str(n)
        case _:
            raise AssertionError(e)


def by_hand(conds: list[m.Compare], told: dict[str, int]) -> m.Verdict:
    """The verdict, every number below the most tried where none is told."""
    ranges = [[told[name]] if name in told else range(MOST) for name in NAMES]
    found = {
        all(HOLDS[c.op](value(c.left, at), value(c.right, at)) for c in conds)
        for each in product(*ranges)
        for at in [dict(zip(NAMES, each, strict=True))]
    }
    return m.Verdict.DEPENDS if len(found) > 1 else m.Verdict.QUALIFIES if True in found else m.Verdict.DOES_NOT_QUALIFY


@pytest.mark.parametrize("limits", [(80, 25, 90, 35), (90, 35, 80, 25), (7, 2, 9, 4)])
def test_a_number_between_two_differences(limits: tuple[int, int, int, int]) -> None:
    """At least 80 - 25, and at most 90 - 35: 55 is the one number that is."""
    a, b, c, d = map(number, limits)
    least = m.Compare("ge", m.Path("a"), m.Difference(a, b))
    book = about(least, m.Compare("le", m.Path("a"), m.Difference(c, d)))
    assert verdict(book, {}) is m.Verdict.DEPENDS


def test_numbers_that_are_not_told_in_differences() -> None:
    draw = random.Random("differences")
    left: list[str] = []

    def side(depth: int) -> m.Expr:
        if depth and draw.random() < 0.6:
            return m.Difference(side(depth - 1), side(depth - 1))
        return m.Path(left.pop()) if left and draw.random() < 0.6 else number(draw.randrange(8))

    for n in range(by_profile(50, 100, 10_000)):
        ops = [draw.choice(list(HOLDS)) for _ in range(draw.choice((1, 2, 2, 3)))]
        conds = []
        for op in ops:
            left = draw.choices(NAMES, k=3)
            conds.append(m.Compare(op, side(1), side(1)))
        told = {name: draw.randrange(8) for name in NAMES if draw.random() < 0.45}
        assert verdict(about(*conds), told) in (by_hand(conds, told), None), (n, told, [shown(c) for c in conds])
