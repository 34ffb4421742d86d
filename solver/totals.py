"""What totals and ages say of each other: where so much comes of fewer elements, less does of more.

Totals are over one list, or of the points of one score.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import Duration
from dsl.inside import everything
from dsl.model import AgeOn, Aggregate, Always, Book, Call, Compare, Cond, Const, Difference, Expr, Param, Score
from solver.cells import Instance
from solver.entails import Law, laws
from solver.evaluate import own_names


class AtLeast(Struct, frozen=True):
    """A total and a limit, and what a test says of it: that it reaches the limit (`holds`), or that it does not.

    kind: what must be alike to be compared: the total but for its filter, its place, and which way it is compared where
        there may be no value. where: the filter; of points the score. more: whether reaching takes one more than the
        limit.
    """

    instance: Instance
    kind: Any
    where: Cond | Score
    limit: Expr
    more: bool
    holds: bool


class _Question(Struct, frozen=True):
    """What is asked of the law where a limit is not known: all of the comparison."""

    said: Any


def at_least(instance: Instance, cond: Cond) -> AtLeast | None:
    """What a test says of a total; None if it is none, or has a limit that reads facts."""
    match cond:
        case Compare("ge" | "gt" | "le" | "lt" as op, AgeOn() | Aggregate() | Score() as total, right) if _lawful(
            right
        ):
            pass
        case _:
            return None
    holds, more = op in ("ge", "gt"), op in ("gt", "le")
    # Where a parameter in it has no value yet no comparison holds, be it with `at least` or with `less than`.
    way = holds if any(isinstance(part, Param) for part in everything(total)) else None
    if isinstance(total, Score):
        return AtLeast(instance, ("score", instance[1], way), total, right, more, holds)
    where: Cond = Always()
    if isinstance(total, Aggregate) and total.where is not None and total.kind != "months":
        # Whole months of runs that grow together need not add up to more.
        where, total = total.where, replace(total, where=None)
    return AtLeast(instance, (total, instance[1], way), where, right, more, holds)


def _lawful(limit: Expr) -> bool:
    """Whether a limit reads no facts."""
    match limit:
        case Difference(left, right):
            return _lawful(left) and _lawful(right)
        case _:
            return isinstance(limit, Const | Param)


def implied(
    them: Iterable[AtLeast],
    new: Collection[Instance],
    book: Book,
    known: Mapping[str, Any],
    opened: dict[Call, Cond],
) -> Iterator[tuple[AtLeast, AtLeast]]:
    """Pairs of which the first, where its total reaches its limit, says that the second's does; one is of the new ones.

    known: what is told of the days by which the law is chosen. opened: what terms mean, kept from one time to the next.
    """
    alike: dict[Any, list[AtLeast]] = {}
    for x in them:
        alike.setdefault(x.kind, []).append(x)
    for group in alike.values():
        if len(group) == 1 or not any(x.instance in new for x in group):
            continue
        law = laws(book, [p for x in group for p in (x.limit, x.where)], known, opened)
        for a in group:
            for b in group:
                if a is not b and (a.instance in new or b.instance in new) and law and all(_says(a, b, x) for x in law):
                    yield a, b


def _says(a: AtLeast, b: AtLeast, law: Law) -> bool:
    """Whether a total that reaches its limit says that another does. Amounts are never below nothing."""
    first, second = _limit(a, law), _limit(b, law)
    if first is None or second is None:  # a limit without a value: `at least` is never met, `less than` neither
        return (first is None and a.holds) or (second is None and not b.holds)
    if first[0] != second[0] or first[1] < second[1]:
        return False
    if isinstance(first[0], _Question):
        return True
    if isinstance(a.where, Score) or isinstance(b.where, Score):
        return isinstance(a.where, Score) and isinstance(b.where, Score) and law.at_most(a.where, b.where)
    return law.entails(a.where, b.where)


def _limit(x: AtLeast, law: Law) -> tuple[Any, int] | None:
    """What a total has to come to, and in which unit; None if there is no value yet.

    If it is not known, whether the total reaches it is a question of the law: the unit is then that question.
    """
    value = _value(x.limit, law)
    if isinstance(value, Duration) and not x.more:  # else left-over days decide
        unit = "days" if value.unit in ("days", "weeks") else "months"
        return unit, value.count * {"days": 1, "weeks": 7, "months": 1, "years": 12}[value.unit]
    if type(value) is int:
        return "number", value + x.more
    return None if value is None else (_Question(own_names((x.kind, x.where, x.limit, x.more, x.holds), law.book)), 0)


def _value(limit: Expr, law: Law) -> Any:
    if isinstance(limit, Difference):
        a, b = _value(limit.left, law), _value(limit.right, law)
        if a is None or b is None:
            return None
        return a - b if type(a) is int and type(b) is int else law.value(limit)
    return law.value(limit)
