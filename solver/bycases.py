"""That a part of a case settles a category, shown case by case: tests say the same whatever a fact of few values is.

Totals over one list hang together by what each element is: an investment of one kind counts for one total, of another
kind for another one. What the tests say of every kind it can be they say of all that is not told of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dsl.case import Case
from dsl.model import Book, EnumOf, Scalar, Type
from solver.atoms import shown
from solver.compiled import Compiled
from solver.facts import Address
from solver.places import put
from solver.run import Deadline
from solver.verdicts import quick

MOST = 40
"""How many cases are looked at."""


def members(kind: Type, book: Book) -> Sequence[Any]:
    """All values of a kind that has few; none of any other."""
    match kind:
        case Scalar("truth"):
            return (True, False)
        case EnumOf(name):
            return [member for member, _ in book.enumerations[name].members]
        case _:
            return ()


def by_cases(
    compiled: Compiled,
    case: Case,
    category: str,
    readings: Mapping[str, str],
    facts: Sequence[tuple[Address, Sequence[Any]]],
    deadline: Deadline,
) -> bool | None:
    """Whether a category holds (or fails) whatever some facts are; None where the tests alone do not say so.

    facts: each with all values it can have; the case tells none of them.
    """
    left = MOST

    def held(case: Case, n: int) -> bool | None:
        nonlocal left
        left -= 1
        got = quick(compiled, case, [category], readings, "open", deadline)[category] if left >= 0 else None
        if got is not None or left < 0 or n == len(facts):
            return got
        a, values = facts[n]
        first = held(put(case, shown(a), values[0]), n + 1)
        if first is None:
            return None
        return first if all(held(put(case, shown(a), v), n + 1) is first for v in values[1:]) else None

    return held(case, 0)
