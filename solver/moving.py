"""On which days of filing one condition can change, everything else as told: exact, and without trying every day.

Three things move with the day. What is chosen by the day (a parameter, a row of a table) changes at days the book
names. A date counted from the day only ever moves on, so a comparison with a date that stays changes where halving
finds it. A total of months over a window that moves changes by a bounded number of days from one day to the next, so
as many days can be skipped as the total is away from its limit. Only where two things move against each other, as
"a month before filing" and "thirty days before filing", every day is tried, of that one condition.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

from msgspec import Struct, field

from dsl.calendar import FIRST, Duration, shift
from dsl.case import Listed
from dsl.inside import directly
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Compare,
    Cond,
    Difference,
    EdgeOf,
    Expr,
    Extreme,
    Member,
    Not,
    OneOf,
    Param,
    Path,
    Points,
    Quantified,
    Score,
    Shift,
    Window,
    YearOf,
)
from solver.evaluate import (
    Env,
    Fn,
    LawGap,
    Slack,
    Unread,
    _ends,
    _length,
    expr_fn,
    list_fn,
    path_fn,
    stretches,
    test_fn,
)

Days = set[dt.date]
Vars = Mapping[str, int]
Els = tuple[Mapping[str, Any], ...]
Way = Literal["stays", "steps", "runs", "total", "any"]
"""How a value moves: not at all, at some days, on from day to day, as a total of months does, or in some other way."""

_DAY = dt.timedelta(days=1)
_STEP = 4
"""Days a date counted in months can move on at most while the day it is counted from moves on by one."""

_COUNTED = 4
"""Days (thirty to a month) by which a run of days counted in months changes at most when it grows by one day."""


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

    def turns(self, cond: Cond, vars: Vars, els: Els) -> list[dt.date]:
        """Days, in order, on which a condition can be another than the day before; on all others it is the same."""
        return sorted(d for d in _of_cond(self, cond, vars, els) if self.first < d <= self.last)

    def value(self, expr: Expr, vars: Vars, els: Els) -> Callable[[dt.date], Any]:
        """A value as a function of the day; None where it cannot be told."""
        return self.on(self._fn(("value", id(expr), *vars.items()), lambda: expr_fn(expr, self.book, vars)), els)

    def test(self, cond: Cond, vars: Vars, els: Els) -> Callable[[dt.date], Any]:
        """A comparison as a function of the day; None where it cannot be told."""
        return self.on(self._fn(("test", id(cond), *vars.items()), lambda: test_fn(cond, self.book, vars)), els)

    def value_turns(self, expr: Expr) -> Days:
        """Days on which a value made of givens can change, but for what moves on with every day."""
        return _inner(self, expr, {}, ())

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

    def through(self, cond: Cond, vars: Vars, els: Els) -> Iterator[dt.date]:
        """Go to the first day, and to each on which a condition can be another than before."""
        for day in (self.first, *self.turns(cond, vars, els)):
            self.to(day)
            yield day

    def row_starts(self, param: str) -> Days:
        """The days on which a parameter changes."""
        return {row.start for row in self.book.parameters[param].values}


# ---------------------------------------------------------------------------------------------------------- conditions


def _of_cond(m: Moving, cond: Cond, vars: Vars, els: Els) -> Days:
    """Days on which a condition can change."""
    if not m.touches(cond):
        return set()
    match cond:
        case Compare(_, left, right):
            return _of_compare(m, cond, left, right, vars, els)
        case OneOf(value, options):
            match _way(m, value):
                case "runs":
                    days = sorted(o.value for o in options if isinstance(o.value, dt.date))
                    there = m.value(value, vars, els)
                    return _by_halves(m, lambda d: _place(days, there(d)), _inner(m, value, vars, els))
                case "steps" | "stays":
                    return _of_value(m, value, vars, els)
                case _:
                    return _each(m, m.test(cond, vars, els))
        case Member(value, _, on, _):
            return _of_value(m, value, vars, els) | (_of_row(m, cond, on, vars, els) if on is not None else set())
        case Window(value, _, _, anchor):
            ways = {_way(m, value), _way(m, anchor)}
            cuts = _inner(m, value, vars, els) | _inner(m, anchor, vars, els)
            if "any" in ways or ways == {"runs"}:
                return _each(m, m.test(cond, vars, els))
            return _by_halves(m, _side(m, cond, vars, els), cuts) if "runs" in ways else cuts
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return set().union(*(_of_cond(m, i.cond, vars, els) for i in items))
        case Not(item):
            return _of_cond(m, item.cond, vars, els)
        case ByReading(_, branches):
            return set().union(*(_of_cond(m, clause.cond, vars, els) for _, clause in branches))
        case Quantified(_, var, path, _, body):
            inner = {**vars, var: len(vars)}
            return set().union(*(_of_cond(m, body.cond, inner, (*els, it)) for it in _elements(m, path, vars, els)))
        case Call(term, args):
            meaning = m.book.terms[term]
            bound = tuple(_bound(m, arg, vars, els) for arg in args)
            return _of_cond(m, meaning.means.cond, {name: i for i, (name, _) in enumerate(meaning.params)}, bound)
        case _:
            return _each(m, m.test(cond, vars, els))


def turns_apart(m: Moving, cond: Cond, vars: Vars, els: Els, is_open: Callable[[Cond | Expr], bool]) -> Days | None:
    """Days on which some part of a condition that looks at the day can change, if none of these parts reads open facts.

    The condition is then on all other days the same, whatever the open facts are. None: some part does.
    """

    def every(found: Iterable[Days | None]) -> Days | None:
        out: Days = set()
        for days in found:
            if days is None:
                return None
            out |= days
        return out

    def value(e: Expr | Points) -> Days | None:
        match e:
            case _ if not m.touches(e):
                return set()
            case Score(_, items):
                return every(map(value, items))
            case Points(_, when, each):
                return every((inside(when.cond, vars, els), value(each) if each is not None else set()))
            case Aggregate(var=var, list=path, where=where, after=after, before=before):
                ends = every(value(x) for x in (after, before) if x is not None)
                if where is None:
                    return ends
                inner = {**vars, var: len(vars)}
                return every([ends, *(inside(where, inner, (*els, it)) for it in _elements(m, path, vars, els))])
            case Difference(left, right):
                return every((value(left), value(right)))
            case _:
                return None if is_open(e) or _way(m, e) != "steps" else _inner(m, e, vars, els)

    def inside(cond: Cond, vars: Vars, els: Els) -> Days | None:
        return turns_apart(m, cond, vars, els, is_open)

    match cond:
        case _ if not m.touches(cond):
            return set()
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return every(inside(i.cond, vars, els) for i in items)
        case Not(item):
            return inside(item.cond, vars, els)
        case ByReading(_, branches):
            return every(inside(clause.cond, vars, els) for _, clause in branches)
        case Quantified(_, var, path, _, body):
            inner = {**vars, var: len(vars)}
            return every(inside(body.cond, inner, (*els, it)) for it in _elements(m, path, vars, els))
        case Call(term, args):
            bound = tuple(_bound(m, arg, vars, els) for arg in args)
            meaning = m.book.terms[term]
            return inside(meaning.means.cond, {name: i for i, (name, _) in enumerate(meaning.params)}, bound)
        case _ if not is_open(cond):
            return _of_cond(m, cond, vars, els)
        case Compare(_, left, right) if all(_looks_apart(m, e) for e in (left, right)):
            return every((value(left), value(right)))
        case _:
            return None


def _looks_apart(m: Moving, e: Expr) -> bool:
    """Whether a value only looks at parts of the day, and is no bound of open facts that moves with it."""
    if isinstance(e, Difference):
        return _looks_apart(m, e.left) and _looks_apart(m, e.right)
    return isinstance(e, Score | Aggregate | Param) or not m.touches(e)


def _bound(m: Moving, arg: Path, vars: Vars, els: Els) -> Mapping[str, Any]:
    """What an argument of a term stands for."""
    if arg.base in vars and not arg.steps:
        return els[vars[arg.base]]
    m.env.els = els
    return path_fn(arg, vars)(m.env).facts  # type: ignore[no-any-return]


def _elements(m: Moving, path: Path, vars: Vars, els: Els) -> Iterator[Mapping[str, Any]]:
    """The written elements of a list."""
    m.env.els = els
    listed: Listed = list_fn(path, vars)(m.env)
    return (item.facts for item in listed.items)


def _of_compare(m: Moving, cond: Compare, left: Expr, right: Expr, vars: Vars, els: Els) -> Days:
    ways = (_way(m, left), _way(m, right))
    cuts = _inner(m, left, vars, els) | _inner(m, right, vars, els)
    match ways:
        case ("stays" | "steps", "stays" | "steps"):
            return cuts
        case ("runs", "stays" | "steps") | ("stays" | "steps", "runs"):
            return _by_halves(m, _sign(m.value(left, vars, els), m.value(right, vars, els)), cuts)
        case ("total", "stays" | "steps") | ("stays" | "steps", "total"):
            total = left if ways[0] == "total" else right
            assert isinstance(total, Aggregate)
            up, down = _speed(m, total)
            if up is not None and down is not None:
                values = m.value(left, vars, els), m.value(right, vars, els)
                at = (*values, up, down) if ways[0] == "total" else (values[1], values[0], up, down)
                least = ways[0] == "total" and _filled(m, cond, total, vars, els)
                return _by_skips(m, *at, m.test(cond, vars, els), cuts, ends=slice(1 if least else None))
        case _:
            pass
    return _each(m, m.test(cond, vars, els))


def _filled(m: Moving, cond: Compare, total: Aggregate, vars: Vars, els: Els) -> bool:
    """Whether a total can on every day come to what it is compared with: its window is as long, and its list open."""
    if total.within is None or total.before is None or total.after is not None or m.touches(cond.right):
        return False
    limit = m.value(cond.right, vars, els)(m.first)
    first, last = map(m.value(total.before, vars, els), (m.first, m.last))
    if first is None or last is None or not isinstance(limit, Duration) or shift(first, total.within, -1) <= FIRST:
        return False
    m.env.els = els
    return (
        cond.op in ("ge", "lt", "is", "is_not")
        and _length(limit) <= _shortest(total.within, limit, first, last)
        and list_fn(total.list, vars)(m.env).open
        and (total.where is None or m.env.admits is None or m.env.admits(total, m.env))
    )


def _shortest(within: Duration, limit: Duration, first: dt.date, last: dt.date) -> int:
    """How long a window before any day from a first to a last is at least, in the unit of a limit."""
    days = [d.unit in ("days", "weeks") for d in (within, limit)]
    if days[0] or not days[1]:
        return _length(within) if days[0] == days[1] else 0
    # Of days with one month none has fewer days before it than the first of that month.
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    begins = [dt.date(n // 12, n % 12 + 1, 1) for n in months]
    return min((begin - shift(begin, within, -1)).days for begin in begins)


def _of_row(m: Moving, cond: Member, on: Expr, vars: Vars, els: Els) -> Days:
    """Days on which another stretch of a table is looked at, for the key that is told."""
    if not m.touches(on):
        return set()
    table = m.book.tables[cond.table]
    key = m.value(cond.value, vars, els)(m.first)
    wanted = dict(cond.rows)
    rows = [r for r in table.rows if r.key == key and all(dict(r.columns).get(c) == v for c, v in wanted.items())]
    days = list(stretches(table, rows if not m.touches(cond.value) else None))
    cuts = _inner(m, on, vars, els)
    match _way(m, on):
        case "runs":
            there = m.value(on, vars, els)
            return _by_halves(m, lambda d: _place(days, there(d)), cuts)
        case "steps" | "stays":
            return cuts
        case _:
            return _each(m, m.test(cond, vars, els))


def _place(days: list[dt.date], day: dt.date | None) -> tuple[int, int] | None:
    return None if day is None else (bisect_left(days, day), bisect_right(days, day))


def _sign(left: Callable[[dt.date], Any], right: Callable[[dt.date], Any]) -> Callable[[dt.date], Any]:
    def sign(day: dt.date) -> int | None:
        a, b = left(day), right(day)
        return None if a is None or b is None else (a > b) - (a < b)

    return sign


def _side(m: Moving, cond: Window, vars: Vars, els: Els) -> Callable[[dt.date], Any]:
    """Before, in or after a window."""
    x, y = m.value(cond.value, vars, els), m.value(cond.anchor, vars, els)
    far = Shift(cond.anchor, cond.duration, 1 if cond.side == "after" else -1)
    end = m.on(expr_fn(far, m.book, vars), els)

    def side(day: dt.date) -> int | None:
        a, b, c = x(day), y(day), end(day)
        if a is None or b is None or c is None:
            return None
        if cond.side == "after":
            return 0 if a < b else 1 if a <= c else 2
        return 0 if a < c else 1 if a < b else 2

    return side


# -------------------------------------------------------------------------------------------------------------- values


def _way(m: Moving, e: Expr) -> Way:
    """How a value moves."""
    if not m.touches(e):
        return "stays"
    match e:
        case Path():
            return "runs"
        case Param():
            return "steps"
        case Shift(date) | EdgeOf(date):
            return _way(m, date)
        case Extreme(_, args):
            ways = {_way(m, a) for a in args} - {"stays"}
            return "any" if not ways <= {"runs", "steps"} else "runs" if "runs" in ways else "steps"
        case YearOf(date):
            return "any" if _way(m, date) not in ("runs", "steps") else "steps"
        case AgeOn(born, on):
            ways = {_way(m, born), _way(m, on)}
            return "any" if ways == {"runs"} or not ways <= {"runs", "steps", "stays"} else "steps"
        case Difference(left, right):
            return "steps" if {_way(m, left), _way(m, right)} <= {"steps", "stays"} else "any"
        case Aggregate(kind="months", after=after, before=before):
            ways = {_way(m, x) for x in (after, before) if x is not None}
            return "steps" if ways <= {"steps", "stays"} else "total" if ways <= {"steps", "stays", "runs"} else "any"
        case Aggregate():
            return "steps"
        case Score(_, items):
            parts = [x for i in items for x in ([i.each] if isinstance(i, Points) else [i]) if x is not None]
            return "steps" if {_way(m, x) for x in parts} <= {"steps", "stays"} else "any"
        case _:
            return "any"


def _of_value(m: Moving, e: Expr, vars: Vars, els: Els) -> Days:
    """Days on which a value that moves by steps can change; every day on which another does."""
    return _each(m, m.value(e, vars, els)) if _way(m, e) in ("any", "runs", "total") else _inner(m, e, vars, els)


def _inner(m: Moving, e: Expr | Points, vars: Vars, els: Els) -> Days:
    """Days on which what moves by steps in a value can change: all there are for one that moves by steps itself."""
    if not m.touches(e):
        return set()
    match e:
        case Param(name):
            return m.row_starts(name)
        case Shift(date) | EdgeOf(date):
            return _inner(m, date, vars, els)
        case Extreme(_, args):
            return set().union(*(_inner(m, a, vars, els) for a in args))
        case YearOf(date):
            cuts = _inner(m, date, vars, els)
            return _by_halves(m, m.value(e, vars, els), cuts) if _way(m, date) == "runs" else cuts
        case AgeOn(born, on):
            cuts = _inner(m, born, vars, els) | _inner(m, on, vars, els)
            runs = [_way(m, born), _way(m, on)].count("runs")
            return _by_halves(m, m.value(e, vars, els), cuts) if runs == 1 else cuts
        case Difference(left, right):
            return _inner(m, left, vars, els) | _inner(m, right, vars, els)
        case Aggregate(var=var, list=path, where=where, after=after, before=before):
            out: Days = set()
            for x in (after, before):
                out |= _inner(m, x, vars, els) if x is not None else set()
            if where is not None and m.touches(where):
                inner = {**vars, var: len(vars)}
                for it in _elements(m, path, vars, els):
                    out |= _of_cond(m, where, inner, (*els, it))
            return out
        case Points(_, when, each):
            return _of_cond(m, when.cond, vars, els) | (_inner(m, each, vars, els) if each is not None else set())
        case Score(_, items):
            return set().union(*(_inner(m, i, vars, els) for i in items))
        case _:
            return set()


def _speed(m: Moving, total: Aggregate) -> tuple[int | None, int | None]:
    """By how many days at most a total grows, and shrinks, from one day of filing to the next."""
    end = _pace(m, total.before) if total.before is not None else 0
    begin = _pace(m, total.after) if total.after is not None else 0
    if total.within is not None and end is not None and begin is not None:
        begin = max(begin, end * _STEP)
    return (None if end is None else end * _COUNTED), (None if begin is None else begin * _COUNTED)


def _pace(m: Moving, e: Expr) -> int | None:
    """How many days a date moves on at most from one day of filing to the next; None if that is not bounded."""
    if not m.touches(e):
        return 0
    match e:
        case Path():
            return 1
        case Param():
            return 0
        case Shift(date, by, _):
            inner = _pace(m, date)
            return None if inner is None else inner * (_STEP if by.unit in ("months", "years") else 1)
        case Extreme(_, args):
            paces = [_pace(m, a) for a in args]
            return None if None in paces else max(p for p in paces if p is not None)
        case _:
            return None


# ------------------------------------------------------------------------------------------------------------ searches


def _segments(m: Moving, cuts: Iterable[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """The days from the first to the last, in runs that begin at the cuts: first and last day of each."""
    starts = [m.first, *sorted(d for d in cuts if m.first < d <= m.last)]
    yield from ((a, b - _DAY) for a, b in pairwise([*starts, m.last + _DAY]))


def _by_halves(m: Moving, f: Callable[[dt.date], Any], cuts: Days) -> Days:
    """Where a function changes that between the cuts goes one way only: the same at both ends is the same between."""
    out = set(cuts)
    for a, b in _segments(m, cuts):
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


def _by_skips(
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
    for a, b in _segments(m, cuts):
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


def _each(m: Moving, f: Callable[[dt.date], Any]) -> Days:
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
