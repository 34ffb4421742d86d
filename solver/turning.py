"""On which days of filing one condition can change, everything else as told: exact, and without trying every day.

Three things move with the day. What is chosen by the day (a parameter, a row of a table) changes at days the book
names. A date counted from the day only ever moves on, so a comparison with a date that stays changes where halving
finds it. A total of months over a window that moves is followed by skipping days. Only where two things move against
each other, as "a month before filing" and "thirty days before filing", every day is tried, of that one condition.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from dsl.calendar import FIRST, Duration, shift
from dsl.case import Listed
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    AnyOf,
    AtLeast,
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
from solver.evaluate import expr_fn, length, list_fn, path_fn, stretches
from solver.moving import Days, Els, Moving, Vars, by_days, by_halves, by_skips

Way = Literal["stays", "steps", "runs", "total", "any"]
"""How a value moves: not at all, at some days, on from day to day, as a total of months does, or in some other way."""

_STEP = 4
"""Days a date counted in months can move on at most while the day it is counted from moves on by one."""

_COUNTED = 4
"""Days (thirty to a month) by which a run of days counted in months changes at most when it grows by one day."""


def turns(m: Moving, cond: Cond, vars: Vars, els: Els) -> list[dt.date]:
    """Days, in order, on which a condition can be another than the day before; on all others it is the same."""
    return sorted(d for d in of_cond(m, cond, vars, els) if m.first < d <= m.last)


def value_turns(m: Moving, expr: Expr) -> Days:
    """Days on which a value made of givens can change, but for what moves on with every day."""
    return steps_of(m, expr, {}, ())


# ---------------------------------------------------------------------------------------------------------- conditions


def of_cond(m: Moving, cond: Cond, vars: Vars, els: Els) -> Days:
    """Days on which a condition can change."""
    if not m.touches(cond):
        return set()
    match cond:
        case Compare(_, left, right):
            return _of_compare(m, cond, left, right, vars, els)
        case OneOf(value, options):
            match way(m, value):
                case "runs":
                    days = sorted(o.value for o in options if isinstance(o.value, dt.date))
                    there = m.value(value, vars, els)
                    return by_halves(m, lambda d: _place(days, there(d)), steps_of(m, value, vars, els))
                case "steps" | "stays":
                    return of_value(m, value, vars, els)
                case _:
                    return by_days(m, m.test(cond, vars, els))
        case Member(value, _, on, _):
            return of_value(m, value, vars, els) | (_of_row(m, cond, on, vars, els) if on is not None else set())
        case Window(value, _, _, anchor):
            ways = {way(m, value), way(m, anchor)}
            cuts = steps_of(m, value, vars, els) | steps_of(m, anchor, vars, els)
            if "any" in ways or ways == {"runs"}:
                return by_days(m, m.test(cond, vars, els))
            return by_halves(m, _side(m, cond, vars, els), cuts) if "runs" in ways else cuts
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return set().union(*(of_cond(m, i.cond, vars, els) for i in items))
        case Not(item):
            return of_cond(m, item.cond, vars, els)
        case ByReading(_, branches):
            return set().union(*(of_cond(m, clause.cond, vars, els) for _, clause in branches))
        case Quantified(_, var, path, _, body):
            inner = {**vars, var: len(vars)}
            return set().union(*(of_cond(m, body.cond, inner, (*els, it)) for it in elements(m, path, vars, els)))
        case Call(term, args):
            meaning = m.book.terms[term]
            bound = tuple(bound_to(m, arg, vars, els) for arg in args)
            return of_cond(m, meaning.means.cond, {name: i for i, (name, _) in enumerate(meaning.params)}, bound)
        case _:
            return by_days(m, m.test(cond, vars, els))


def bound_to(m: Moving, arg: Path, vars: Vars, els: Els) -> Mapping[str, Any]:
    """What an argument of a term stands for."""
    if arg.base in vars and not arg.steps:
        return els[vars[arg.base]]
    m.env.els = els
    return path_fn(arg, vars)(m.env).facts  # type: ignore[no-any-return]


def elements(m: Moving, path: Path, vars: Vars, els: Els) -> Iterator[Mapping[str, Any]]:
    """The written elements of a list."""
    m.env.els = els
    listed: Listed = list_fn(path, vars)(m.env)
    return (item.facts for item in listed.items)


def _of_compare(m: Moving, cond: Compare, left: Expr, right: Expr, vars: Vars, els: Els) -> Days:
    ways = (way(m, left), way(m, right))
    cuts = steps_of(m, left, vars, els) | steps_of(m, right, vars, els)
    match ways:
        case ("stays" | "steps", "stays" | "steps"):
            return cuts
        case ("runs", "stays" | "steps") | ("stays" | "steps", "runs"):
            return by_halves(m, _sign(m.value(left, vars, els), m.value(right, vars, els)), cuts)
        case ("total", "stays" | "steps") | ("stays" | "steps", "total"):
            total = left if ways[0] == "total" else right
            assert isinstance(total, Aggregate)
            up, down = _speed(m, total)
            if up is not None and down is not None:
                values = m.value(left, vars, els), m.value(right, vars, els)
                at = (*values, up, down) if ways[0] == "total" else (values[1], values[0], up, down)
                least = ways[0] == "total" and _filled(m, cond, total, vars, els)
                return by_skips(m, *at, m.test(cond, vars, els), cuts, ends=slice(1 if least else None))
        case _:
            pass
    return by_days(m, m.test(cond, vars, els))


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
        and length(limit) <= _shortest(total.within, limit, first, last)
        and list_fn(total.list, vars)(m.env).open
        and (total.where is None or m.env.admits is None or m.env.admits(total, m.env))
    )


def _shortest(within: Duration, limit: Duration, first: dt.date, last: dt.date) -> int:
    """How long a window before any day from a first to a last is at least, in the unit of a limit."""
    days = [d.unit in ("days", "weeks") for d in (within, limit)]
    if days[0] or not days[1]:
        return length(within) if days[0] == days[1] else 0
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
    cuts = steps_of(m, on, vars, els)
    match way(m, on):
        case "runs":
            there = m.value(on, vars, els)
            return by_halves(m, lambda d: _place(days, there(d)), cuts)
        case "steps" | "stays":
            return cuts
        case _:
            return by_days(m, m.test(cond, vars, els))


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


def way(m: Moving, e: Expr) -> Way:
    """How a value moves."""
    if not m.touches(e):
        return "stays"
    match e:
        case Path():
            return "runs"
        case Param():
            return "steps"
        case Shift(date) | EdgeOf(date):
            return way(m, date)
        case Extreme(_, args):
            ways = {way(m, a) for a in args} - {"stays"}
            return "any" if not ways <= {"runs", "steps"} else "runs" if "runs" in ways else "steps"
        case YearOf(date):
            return "any" if way(m, date) not in ("runs", "steps") else "steps"
        case AgeOn(born, on):
            ways = {way(m, born), way(m, on)}
            return "any" if ways == {"runs"} or not ways <= {"runs", "steps", "stays"} else "steps"
        case Difference(left, right):
            return "steps" if {way(m, left), way(m, right)} <= {"steps", "stays"} else "any"
        case Aggregate(kind="months", after=after, before=before):
            ways = {way(m, x) for x in (after, before) if x is not None}
            return "steps" if ways <= {"steps", "stays"} else "total" if ways <= {"steps", "stays", "runs"} else "any"
        case Aggregate():
            return "steps"
        case Score(_, items):
            parts = [x for i in items for x in ([i.each] if isinstance(i, Points) else [i]) if x is not None]
            return "steps" if {way(m, x) for x in parts} <= {"steps", "stays"} else "any"
        case _:
            return "any"


def of_value(m: Moving, e: Expr, vars: Vars, els: Els) -> Days:
    """Days on which a value that moves by steps can change; every day on which another does."""
    return by_days(m, m.value(e, vars, els)) if way(m, e) in ("any", "runs", "total") else steps_of(m, e, vars, els)


def steps_of(m: Moving, e: Expr | Points, vars: Vars, els: Els) -> Days:
    """Days on which what moves by steps in a value can change: all there are for one that moves by steps itself."""
    if not m.touches(e):
        return set()
    match e:
        case Param(name):
            return m.row_starts(name)
        case Shift(date) | EdgeOf(date):
            return steps_of(m, date, vars, els)
        case Extreme(_, args):
            return set().union(*(steps_of(m, a, vars, els) for a in args))
        case YearOf(date):
            cuts = steps_of(m, date, vars, els)
            return by_halves(m, m.value(e, vars, els), cuts) if way(m, date) == "runs" else cuts
        case AgeOn(born, on):
            cuts = steps_of(m, born, vars, els) | steps_of(m, on, vars, els)
            runs = [way(m, born), way(m, on)].count("runs")
            return by_halves(m, m.value(e, vars, els), cuts) if runs == 1 else cuts
        case Difference(left, right):
            return steps_of(m, left, vars, els) | steps_of(m, right, vars, els)
        case Aggregate(var=var, list=path, where=where, after=after, before=before):
            out: Days = set()
            for x in (after, before):
                out |= steps_of(m, x, vars, els) if x is not None else set()
            if where is not None and m.touches(where):
                inner = {**vars, var: len(vars)}
                for it in elements(m, path, vars, els):
                    out |= of_cond(m, where, inner, (*els, it))
            return out
        case Points(_, when, each):
            return of_cond(m, when.cond, vars, els) | (steps_of(m, each, vars, els) if each is not None else set())
        case Score(_, items):
            return set().union(*(steps_of(m, i, vars, els) for i in items))
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
