"""Facts of a case among which some dates are the day of filing, and how to find the days on which a value changes.

A value that only ever goes one way is followed by halving. A total of months over a window that moves changes by a
bounded number of days from one day to the next, so as many days can be skipped as the total is away from its limit.
Where nothing is known of how a value moves, every day is tried.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from dsl.inside import directly
from dsl.model import Book, Call, Cond, Expr, Param, Path
from solver.evaluate import Env, Fn, LawGap, Slack, Unread, _ends, expr_fn, test_fn

Days = set[dt.date]
Vars = Mapping[str, int]
Els = tuple[Mapping[str, Any], ...]

_DAY = dt.timedelta(days=1)


class Moving(Struct):
    """Facts among which some dates are the day of filing, from a first day to a last.

    moves: the givens that are the day. made: functions of values, kept for a book by what they are of.
    """

    book: Book
    env: Env
    moves: frozenset[str]
    first: dt.date
    last: dt.date
    made: dict[Any, Fn] = field(default_factory=dict)
    touched: dict[int, bool] = field(default_factory=dict)

    def to(self, day: dt.date) -> None:
        """Move to a day."""
        root: Any = self.env.root
        for name in self.moves:
            root[name] = day

    def touches(self, thing: Any) -> bool:
        """Whether something looks at the day, terms opened up."""
        key = id(thing)
        if key not in self.touched:
            match thing:
                case Path(base, steps):
                    found = base in self.moves and not steps
                case Param(name):
                    found = self.book.parameters[name].event in self.moves
                case Call(term, args):
                    found = any(map(self.touches, args)) or self.touches(self.book.terms[term].means)
                case str() | int() | None:
                    return False
                case _:
                    found = any(map(self.touches, directly(thing)))
            self.touched[key] = found
        return self.touched[key]

    def value(self, expr: Expr, vars: Vars, els: Els) -> Callable[[dt.date], Any]:
        """A value as a function of the day; None where it cannot be told."""
        return self.on(self._fn(("value", id(expr), *vars.items()), lambda: expr_fn(expr, self.book, vars)), els)

    def test(self, cond: Cond, vars: Vars, els: Els) -> Callable[[dt.date], Any]:
        """A comparison as a function of the day; None where it cannot be told."""
        return self.on(self._fn(("test", id(cond), *vars.items()), lambda: test_fn(cond, self.book, vars)), els)

    def _fn(self, key: Any, make: Callable[[], Fn]) -> Fn:
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def on(self, fn: Fn, els: Els) -> Callable[[dt.date], Any]:
        """A function of a case as one of the day; None where it cannot be told."""

        def on(day: dt.date) -> Any:
            self.to(day)
            self.env.els = els
            try:
                return fn(self.env)
            except (Unread, LawGap, Slack):
                return None

        return on

    def row_starts(self, param: str) -> Days:
        """The days on which a parameter changes."""
        return {row.start for row in self.book.parameters[param].values}


def segments(m: Moving, cuts: Iterable[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """The days from the first to the last, in runs that begin at the cuts: first and last day of each."""
    starts = [m.first, *sorted(d for d in cuts if m.first < d <= m.last)]
    yield from ((a, b - _DAY) for a, b in pairwise([*starts, m.last + _DAY]))


def by_halves(m: Moving, f: Callable[[dt.date], Any], cuts: Days) -> Days:
    """Where a function changes that between the cuts goes one way only: the same at both ends is the same between."""
    out = set(cuts)
    for a, b in segments(m, cuts):
        todo = [(a, f(a), b, f(b))]
        while todo:
            low, at_low, high, at_high = todo.pop()
            if at_low == at_high:
                continue
            if (high - low).days == 1:
                out.add(high)
                continue
            middle = low + (high - low) // 2
            there = f(middle)
            todo += [(low, at_low, middle, there), (middle, there, high, at_high)]
    return out


def by_skips(
    m: Moving,
    total: Callable[[dt.date], Any],
    limit: Callable[[dt.date], Any],
    up: int,
    down: int,
    test: Callable[[dt.date], Any],
    cuts: Days,
    *,
    ends: slice,
) -> Days:
    """Where a comparison of a total of months changes that grows and shrinks by no more than so much a day.

    ends: which ends of its range may pass the limit, the least, the greatest or both.
    """
    out = set(cuts)
    for a, b in segments(m, cuts):
        day, before = a, test(a)
        seen = total(day), limit(day)
        while True:
            n = 1 + _sure(*seen, up, down, (b - day).days, ends)
            day += n * _DAY
            if day > b:
                break
            # The comparison is one of these two values, so it is asked again only where one of them is another.
            last, seen = seen, (total(day), limit(day))
            now = before if seen == last and None not in seen else test(day)
            if now != before:
                out.add(day)
            before = now
    return out


def _sure(total: Any, limit: Any, up: int, down: int, most: int, ends: slice) -> int:
    """For how many days more a total stays on its side of a limit."""
    if total is None or limit is None:
        return most
    (low, high), (bound, _) = _ends(total, limit), _ends(limit, total)
    out = most
    for value in (low, high)[ends]:
        away = _days(value) - _days(bound)
        pace = down if away > 0 else up
        if away == 0:
            return 0
        if pace:
            out = min(out, (abs(away) - 1) // pace)
    return out


def _days(value: Any) -> int:
    """A total in days, thirty to a month."""
    return 30 * value[0] + value[1] if isinstance(value, tuple) else value  # type: ignore[no-any-return]


def by_days(m: Moving, f: Callable[[dt.date], Any]) -> Days:
    """Where a function changes, by trying every day."""
    out: Days = set()
    day, before = m.first, f(m.first)
    while day < m.last:
        day += _DAY
        now = f(day)
        if now != before:
            out.add(day)
        before = now
    return out
