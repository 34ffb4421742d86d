"""Whether one condition is plainly seen to hold wherever another does, whatever the facts.

The law is put in first: on each day on which a parameter begins to say something else, both conditions are compared
with the values in force. What is not plain to see is not said; nobody is looked for here.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Any

from msgspec import Struct, field

from dsl.calendar import FIRST
from dsl.inside import directly, substituted
from dsl.model import All, Always, AnyOf, Book, Call, Clause, Compare, Cond, Const, Expr, Not, Param, Points, Score
from solver.evaluate import param_row

MOST = 200
"""Combinations of days of different events that are compared."""

NOT_KNOWN = object()
"""What stands for a value that the law leaves open: nothing is said of it."""

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq, "is_not": operator.ne,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


class Law(Struct, frozen=True):
    """The values of parameters on some days, by event."""

    book: Book
    days: Mapping[str, dt.date]
    opened: dict[Call, Cond]
    """What applied terms mean, as far as that was asked."""
    _seen: dict[tuple[int, int], tuple[Any, Any, bool]] = field(default_factory=dict)

    def value(self, e: Expr) -> Any:
        """What a constant or a parameter comes to: None where it has no value yet; `NOT_KNOWN` of all else too."""
        match e:
            case Const(value):
                return value
            case Param(name):
                row = param_row(name, self.book, self.days.get(self.book.parameters[name].event or ""))
                return None if row is None else NOT_KNOWN if row.value is None else row.value
            case _:
                return NOT_KNOWN

    def entails(self, few: Cond, many: Cond) -> bool:
        """Whether many is plainly seen to hold wherever few does. Both are as `bare` as terms are."""
        key = id(few), id(many)
        if key not in self._seen:
            self._seen[key] = few, many, self._entails(few, many)  # both are kept, so that no other has their ids
        return self._seen[key][2]

    def _entails(self, few: Cond, many: Cond) -> bool:
        if few == many or self._settled(few) is False or self._settled(many) is True:
            return True
        match few, many:
            case _, Always():
                return True
            case Not(Clause(cond=Always())), _:
                return True
            case _, All(items):
                return all(self.entails(few, c.cond) for c in items)
            case AnyOf(items), _:
                return all(self.entails(c.cond, many) for c in items)
            case Call(), _:
                return self.entails(self._opened(few), many)
            case _, Call():
                return self.entails(few, self._opened(many))
            case Not(a), Not(b):
                return self.entails(b.cond, a.cond)
            case Compare(op, left, right), Compare(other, same, limit) if op == other and left == same:
                return self._stricter(op, self.value(right), self.value(limit))
            case Compare(op, Param(a), right), Compare(other, Param(b), limit) if op == other and right == limit:
                return self._one_question(a, b)
            case _:
                pass
        some = isinstance(few, All) and any(self.entails(c.cond, many) for c in few.items)
        return some or (isinstance(many, AnyOf) and any(self.entails(few, c.cond) for c in many.items))

    def _settled(self, cond: Cond) -> bool | None:
        """What a comparison comes to that reads no fact; None of any other condition."""
        if not isinstance(cond, Compare):
            return None
        a, b = self.value(cond.left), self.value(cond.right)
        if a is None or b is None:
            return False  # whatever it is compared with
        if a is NOT_KNOWN or b is NOT_KNOWN or cond.enumeration or type(a) is not type(b):
            return None
        return _HOLDS[cond.op](a, b)

    def _stricter(self, op: str, a: Any, b: Any) -> bool:
        return type(a) is type(b) and type(a) in (int, dt.date) and (
            (op in ("ge", "gt") and a >= b) or (op in ("le", "lt") and a <= b)
        )  # fmt: skip

    def _one_question(self, one: str, other: str) -> bool:
        """Whether two names of a parameter, one in each of two editions, leave the same question open."""
        return self._left_open(one) is not None and self._left_open(one) == self._left_open(other)

    def _left_open(self, name: str) -> tuple[str, dt.date] | None:
        p = self.book.parameters[name]
        row = param_row(name, self.book, self.days.get(p.event or ""))
        return (p.id, row.start) if row is not None and row.value is None else None

    def at_most(self, few: Expr, many: Expr) -> bool:
        """Whether one score is plainly seen never to come to more than another, line by line in their order."""
        if few == many:
            return True
        if not (isinstance(few, Score) and isinstance(many, Score) and few.kind == many.kind):
            return False
        if many.most is not None and (few.most is None or few.most > many.most):
            return False
        lines = iter(many.items)
        # Further lines can only add: points are never below nothing.
        more = [b for b in many.items if not isinstance(b, Points)] if len(few.items) != len(many.items) else []
        return not more and all(any(self._line_at_most(a, b) for b in lines) for a in few.items)

    def _line_at_most(self, few: Points | Expr, many: Points | Expr) -> bool:
        match few, many:
            case Points(p, a, each, most), Points(q, b, other, limit):
                alike = (each, most) == (other, limit) and 0 <= p <= q
                return alike and self.entails(a.cond, b.cond)
            case Points(), _:
                return False
            case _, Points():
                return False
            case _:
                return self.at_most(few, many)

    def _opened(self, call: Call) -> Cond:
        if call not in self.opened:
            term = self.book.terms[call.term]
            names = (name for name, _ in term.params)
            self.opened[call] = substituted(term.means.cond, dict(zip(names, call.args, strict=True)))
        return self.opened[call]


def laws(book: Book, things: Iterable[Any], known: Mapping[str, Any], opened: dict[Call, Cond]) -> list[Law]:
    """The law as it can be for some conditions, one for each stretch of days; none if there are too many.

    known: the day of an event where that is told.
    """
    starts: dict[str, set[dt.date]] = {}
    for p in (book.parameters[n] for thing in things for n in _named(thing, book, set())):
        if p.event is not None:
            day = known.get(p.event)
            mine = {day} if type(day) is dt.date else {FIRST, *(row.start for row in p.values)}
            starts.setdefault(p.event, set()).update(mine)
    made = list(islice(product(*(sorted(days) for days in starts.values())), MOST + 1))
    return [Law(book, dict(zip(starts, days, strict=True)), opened) for days in made] if len(made) <= MOST else []


def _named(thing: Any, book: Book, seen: set[str]) -> Iterator[str]:
    """The parameters that something reads, terms opened up."""
    match thing:
        case Param(name):
            yield name
        case Call(term) if term not in seen:
            seen.add(term)
            yield from _named(book.terms[term].means, book, seen)
        case _:
            for part in directly(thing):
                yield from _named(part, book, seen)
