"""What is left of a test once all is in place that is told or tried: to further elements, or facts too many to try.

Its test can then fall on either side. Ways to fill in what was tried that leave the same of it come to the same,
whatever the rest is: `2 points and 1 for each study, more than 4` leaves as much as `3 points and 1 for each study,
more than 5`, and `2 for each study, more than 1` as much as `more than 0`. Two that leave something else may still come
to the same: then a hinge too many is listed, none too few.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from math import gcd
from typing import Any

from msgspec import Struct, field

from dsl import calendar
from dsl.calendar import FIRST, ONGOING
from dsl.case import Absent
from dsl.inside import directly, found, substituted
from dsl.model import (
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Clause,
    Compare,
    Cond,
    Difference,
    Expr,
    Member,
    Not,
    Operator,
    Param,
    Path,
    Points,
    Quantified,
    Score,
)
from solver.evaluate import Env, Fn, LawGap, Slack, Still, Total, Unread, expr_fn, list_fn, stretches, test_fn
from solver.facts import blank
from solver.reads import names

_DAY = dt.timedelta(days=1)


class Sum(Struct, frozen=True):
    """A number, and what else is added to it: how many times what."""

    known: int
    more: tuple[tuple[int, Any], ...]

    def times(self, n: int) -> Sum:
        """So many times as much."""
        return Sum(n * self.known, tuple((n * k, it) for k, it in self.more))


class Remainder(Struct):
    """What is left of conditions of a book, as the facts of an environment stand.

    What is left of a condition is its truth where that is told, of a value the value; else something that is equal
    where it says the same. It is told of one node of a book, and only compared with what is left of the same node.
    made: closures and opened terms by node, for all cases. still: set while nothing but facts of some names changes.
    asks: the parameters and tables whose questions of the law may be left too.
    """

    book: Book
    env: Env
    made: dict[Any, Any]
    still: Still | None = None
    asks: set[str] = field(default_factory=set)

    def of(self, test: Cond, n: int) -> Any:
        """What is left of a test about the first `n` elements of the environment."""
        return self._compared(test, {f"#{i}": i for i in range(n)})

    def _kept(self, kind: str, node: Any, vars: Mapping[str, int], make: Callable[[], Any]) -> Any:
        """Something made of a node; the node is kept with it, so that its number stays its own."""
        key = (kind, id(node), *vars.items())
        if key not in self.made:
            self.made[key] = (make(), node)
        return self.made[key][0]

    # -------------------------------------------------------------------------------------------------- conditions

    def _cond(self, cond: Cond, vars: Mapping[str, int]) -> Any:
        match cond:
            case All(items):
                return self._joined(items, vars, settling=False)
            case AnyOf(items):
                return self._joined(items, vars, settling=True)
            case AtLeast(n, items):
                each = [self._cond(item.cond, vars) for item in items]
                n -= sum(it is True for it in each)
                rest = tuple(it for it in each if it is not True and it is not False)
                return n <= 0 if n <= 0 or len(rest) < n else ("at least", n, rest)
            case Not(item):
                inner = self._cond(item.cond, vars)
                return not inner if isinstance(inner, bool) else ("not", inner)
            case ByReading(reading, branches):
                chosen = self.env.readings.get(reading, self.book.readings[reading].default)
                return self._cond(dict(branches)[chosen].cond, vars)
            case Call(term, args):
                meaning = self.book.terms[term]
                given: dict[str, Expr] = {name: arg for (name, _), arg in zip(meaning.params, args, strict=True)}
                opened = self._kept("call", cond, {}, lambda: substituted(meaning.means.cond, given))
                return self._cond(opened, vars)
            case Quantified():
                return self._quantified(cond, vars)
            case Always():
                return True
            case _:
                test = self._kept("test", cond, vars, lambda: test_fn(cond, self.book, vars))
                try:
                    return test(self.env)
                except LawGap as gap:
                    self.asks.add(str(gap.var[0]))
                    return ("law", gap.var)
                except (Slack, Unread):
                    return self._compared(cond, vars)

    def _joined(self, items: Iterable[Clause], vars: Mapping[str, int], *, settling: bool) -> Any:
        rest = []
        for item in items:
            found = self._cond(item.cond, vars)
            if found is settling:
                return settling
            if not isinstance(found, bool):
                rest.append(found)
        return (settling, *rest) if rest else not settling

    def _quantified(self, cond: Quantified, vars: Mapping[str, int]) -> Any:
        rest = []
        settling = cond.kind == "some"
        for further, item in self._elements(cond, vars):
            found = self._inside(item, lambda: self._cond(cond.body.cond, {**vars, cond.var: len(self.env.els) - 1}))
            if found is settling and not further:
                return settling
            if found is not (not settling):
                rest.append((further, found))
        return (settling, *rest) if rest else not settling

    def _elements(self, over: Quantified | Aggregate, vars: Mapping[str, int]) -> Iterable[tuple[bool, Any]]:
        """The elements of a list that are written and, of an open one, a further one."""
        listed = self._kept("list", over, vars, lambda: list_fn(over.list, vars))(self.env)
        for item in listed.items:
            yield False, item.facts
        if listed.open:
            yield True, self._kept("further", over, {}, lambda: blank(self.book, over.entity, {}).facts)

    def _inside(self, item: Any, what: Callable[[], Any]) -> Any:
        """Something said with one more element in place."""
        before = self.env.els
        self.env.els = (*before, item)
        try:
            return what()
        finally:
            self.env.els = before

    def _compared(self, cond: Cond, vars: Mapping[str, int]) -> Any:
        """What is left of a comparison that is not told."""
        match cond:
            case Compare(op, left, right):
                a, b = self._value(left, vars), self._value(right, vars)
                if isinstance(a, Sum) and type(b) is int:
                    more = Sum(0, a.more)
                    a, b = more, _in_steps(op, b - a.known, _step(more))
                return (id(cond), a, b)
            case Member(value, table, on) if on is not None:
                self.asks.add(table)
                day = self._value(on, vars)
                turns = self._kept("turns", cond, {}, lambda: stretches(self.book.tables[table]))
                return (
                    id(cond),
                    self._value(value, vars),
                    bisect_right(turns, day) if isinstance(day, dt.date) else day,
                )
            case _:
                self.asks |= self._kept("law", cond, {}, lambda: _law_in(cond))
                return self._parts(cond, vars)

    # ------------------------------------------------------------------------------------------------------ values

    def _value(self, e: Expr, vars: Mapping[str, int]) -> Any:
        match e:
            case Aggregate(kind="months"):
                return self._months(e, vars)
            case Aggregate():
                return self._total(e, vars)
            case Score(kind, items, most):
                each = [self._part(i, vars) for i in items]
                out = _added(each) if kind == "total" else _highest(each)
                return out if most is None else _at_most(out, most)
            case Difference(left, right):
                a, b = self._value(left, vars), self._value(right, vars)
                if isinstance(a, Sum | int) and isinstance(b, Sum | int):
                    return _added([a, _sum(b).times(-1)])
                return (id(e), a, b)
            case _:
                try:
                    return self._told(e, vars)
                except LawGap as gap:
                    self.asks.add(str(gap.var[0]))
                    return ("law", gap.var)
                except Unread:
                    self.asks |= self._kept("law", e, {}, lambda: _law_in(e))
                    return self._parts(e, vars)

    def _told(self, e: Expr, vars: Mapping[str, int]) -> Any:
        value: Fn = self._kept("value", e, vars, lambda: expr_fn(e, self.book, vars))
        return value(self.env)

    def _parts(self, node: Any, vars: Mapping[str, int]) -> Any:
        """What is left of the values a node is made of; what else it says it says of all alike."""
        if isinstance(node, Path) and node.base in vars:
            n = vars[node.base]
            return (self.env.els[n].get("#", n), node.steps)

        def values(x: Any) -> Iterable[Any]:
            for part in directly(x):
                if isinstance(part, Expr):
                    yield self._value(part, vars)
                elif type(part) is tuple:
                    yield from values(part)

        return (id(node), *values(node))

    def _passing(self, a: Aggregate, vars: Mapping[str, int]) -> Iterable[tuple[bool, Any, Any]]:
        """The elements that may add to a total: whether each is a further one, and what is left of the filter."""
        inner = {**vars, a.var: len(self.env.els)}
        where = a.where or Always()
        for further, item in self._elements(a, vars):
            passes = self._inside(item, lambda: self._cond(where, inner))
            if passes is not False:
                yield further, item, passes

    def _total(self, a: Aggregate, vars: Mapping[str, int]) -> Any:
        """What is left of a count or a sum."""
        inner, of = {**vars, a.var: len(self.env.els)}, a.of
        known, more = 0, []
        for further, item, passes in self._passing(a, vars):
            amount = 1 if of is None else self._inside(item, lambda: self._value(of, inner))
            if passes is True and type(amount) is int and not further:
                known += amount
            else:
                more.append((1, (id(a), further, passes, amount)))
        return Sum(known, tuple(more)) if more else known

    def _months(self, a: Aggregate, vars: Mapping[str, int]) -> Any:
        """What is left of the time that spells add up to."""
        spell = self.book.entities[a.entity].spell
        assert spell is not None
        first = self._value(a.after, vars) if a.after else FIRST
        end = self._value(a.before, vars) if a.before else ONGOING
        told = isinstance(first, dt.date) and isinstance(end, dt.date)
        if a.within and told:
            first = max(first, calendar.shift(end, a.within, -1))
        sure, more = [], []
        for _, item, passes in self._passing(a, vars):
            began, ended = (item[name] for name in spell)
            if passes is True and type(began) is not Absent and type(ended) is not Absent:
                sure.append((began, ended if ended == ONGOING else ended + _DAY))
            else:
                more.append((item.get("#"), passes, began, ended))
        spells = calendar.merged(sure)
        return (id(a), first, end, calendar.clipped(spells, first, end) if told else spells, tuple(more))

    def _part(self, part: Points | Expr, vars: Mapping[str, int]) -> Any:
        """What is left of one part of a score, worked out once as long as nothing changes that it reads."""

        def left() -> Any:
            return self._line(part, vars) if isinstance(part, Points) else self._value(part, vars)

        still = self.still
        read = frozenset[str]() if still is None else self._kept("names", part, {}, lambda: names(part, self.book))
        if still is None or not still.changing.isdisjoint(read):
            return left()
        key = (id(part), *vars.items(), *map(id, self.env.els))
        if key not in still.left:
            still.left[key] = left()
        return still.left[key]

    def _line(self, points: Points, vars: Mapping[str, int]) -> Any:
        holds = self._cond(points.when.cond, vars)
        if holds is False:
            return 0
        number = self._value(points.each, vars) if points.each else 1
        out = _added([_sum(number).times(points.points)])
        out = out if points.most is None else _at_most(out, points.most)
        return out if holds is True else Sum(0, ((1, ("while", id(points), holds, out)),))


def _law_in(node: Any) -> frozenset[str]:
    """The parameters and tables that a node reads itself."""
    return frozenset(p.id for p in found(node, Param)) | {member.table for member in found(node, Member)}


def _sum(value: Any) -> Sum:
    if isinstance(value, Total):
        value = value.low
    return value if isinstance(value, Sum) else Sum(value, ()) if type(value) is int else Sum(0, ((1, value),))


def _step(value: Any) -> int:
    """A number of which something is always a multiple: 2 for `2 for each study`."""
    match value:
        case int():
            return abs(value)
        case Sum(known, more):
            return gcd(known, *(k * _step(it) for k, it in more))
        case ("at most", most, it):
            return gcd(most, _step(it))
        case ("highest", known, sums):
            return gcd(known or 0, *map(_step, sums))
        case ("while", _, _, points):
            return _step(points)
        case _:
            return 1


def _in_steps(op: Operator, limit: int, step: int) -> int:
    """The limit among the multiples of a step that says the same of each of them."""
    if step < 2 or op in ("is", "is_not"):
        return limit
    return limit // step * step if op in ("gt", "le") else -(-limit // step) * step


def _added(values: Iterable[Any]) -> Any:
    each = [_sum(v) for v in values]
    known, more = sum(s.known for s in each), tuple(it for s in each for it in s.more)
    return Sum(known, more) if more else known


def _highest(values: Iterable[Any]) -> Any:
    each = [_sum(v) for v in values]
    known, more = max([s.known for s in each if not s.more], default=None), tuple(s for s in each if s.more)
    return Sum(0, ((1, ("highest", known, more)),)) if more else known


def _at_most(value: Any, most: int) -> Any:
    return Sum(0, ((1, ("at most", most, value)),)) if isinstance(value, Sum) else min(value, most)
