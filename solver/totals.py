"""What totals and ages say of each other: where so much comes of fewer elements, less does of more.

Totals are over one list, or of the points of one score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import Duration
from dsl.inside import everything
from dsl.model import AgeOn, Aggregate, All, Book, Compare, Cond, Const, Difference, Expr, Param, Score
from solver.cells import Instance
from solver.evaluate import Env, LawGap, Unread, expr_fn


class AtLeast(Struct, frozen=True):
    """A total and a limit, and what a test says of it: that it reaches the limit (`holds`), or that it does not.

    kind: what must be alike to be compared: the total but for its filter, its place, the unit it is counted in, the
    parameter that the limit is counted from, and which way it is compared where there may be no value.
    """

    instance: Instance
    kind: Any
    where: Cond | None
    limit: int
    holds: bool


def at_least(instance: Instance, cond: Cond, book: Book, env: Env) -> AtLeast | None:
    """What a test says of a total; None if it is none with a limit that is known."""
    match cond:
        case Compare("ge" | "gt" | "le" | "lt" as op, AgeOn() | Aggregate() | Score() as total, right) if _lawful(
            right
        ):
            pass
        case _:
            return None
    try:
        limit, base = expr_fn(right, book, {})(env), ""
    except LawGap:
        return None
    except Unread:
        base, limit = _above(right, book)
    unit = "number"
    if isinstance(limit, Duration):
        if op in ("gt", "le"):  # left-over days decide
            return None
        unit = "days" if limit.unit in ("days", "weeks") else "months"
        limit = limit.count * {"days": 1, "weeks": 7, "months": 1, "years": 12}[limit.unit]
    if type(limit) is not int:
        return None
    where = total.where if isinstance(total, Aggregate) else None
    # Where a parameter has no value yet no comparison holds, be it with `at least` or with `less than`.
    way = op in ("ge", "gt") if base or any(isinstance(part, Param) for part in everything(total)) else None
    if where is not None and unit != "months":  # whole months of runs that grow together need not add up to more
        total = replace(total, where=None)
    kind = (total, instance[1], unit, base, way)
    return AtLeast(instance, kind, where, limit + (op in ("gt", "le")), op in ("ge", "gt"))


def _lawful(limit: Expr) -> bool:
    """Whether a limit reads no facts."""
    match limit:
        case Difference(left, right):
            return _lawful(left) and _lawful(right)
        case _:
            return isinstance(limit, Const | Param)


def _above(limit: Expr, book: Book) -> tuple[str, int | None]:
    """A limit as a parameter that always has a value once it has one, and how much is added to it; else None is."""
    match limit:
        case Param(id) if all(type(row.value) is int for row in book.parameters[id].values):
            return id, 0
        case Difference(left, Const(value)) if type(value) is int:
            id, more = _above(left, book)
            return id, None if more is None else more - value
        case _:
            return "", None


def implied(them: Iterable[AtLeast]) -> Iterator[tuple[AtLeast, AtLeast]]:
    """Pairs of which the first, where its total reaches its limit, says that the second's does."""
    alike: dict[Any, list[AtLeast]] = {}
    for x in them:
        alike.setdefault(x.kind, []).append(x)
    for group in alike.values():
        for a in group:
            yield from ((a, b) for b in group if a is not b and a.limit >= b.limit and _within(a.where, b.where))


def _within(few: Cond | None, many: Cond | None) -> bool:
    """Whether what passes one filter is plainly seen to pass the other. Amounts are never below nothing."""
    if many is None or few == many:
        return True
    return isinstance(few, All) and any(_within(item.cond, many) for item in few.items)
