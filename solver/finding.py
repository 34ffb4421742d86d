"""What was found for a set of atoms, made as slight as it can be, and the values around it that would do as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from dsl.calendar import ONGOING, Duration
from dsl.case import Absent, Case, Known
from dsl.model import Scalar, Value, Verdict
from solver.answer import Hinge
from solver.changeable import FILING, Atom, How
from solver.facts import Address
from solver.filling import Filling
from solver.places import at
from solver.reaching import works

_FEW = 8
"""Of a fact with more values than this others are not named, and no more than this looked at."""

_RANGED = (Scalar("date"), Scalar("whole"), Scalar("money"), Scalar("duration"))


class Touch(Struct, frozen=True):
    """One atom of a repair.

    before, after: what is told now, and what would be. low, high: of dates, numbers and lengths the values around
    `after` that would do as well with all else as proposed; None: no end on that side. also: other values that would
    do; such: whether others would, where they are not all to be named. added: the facts of an element that is gained or
    learnt of, each by name as a touch of its own, None if there is none.
    """

    address: str
    how: How
    effort: int
    before: Known
    after: Known
    low: Value | None = None
    high: Value | None = None
    also: tuple[Value, ...] = ()
    such: bool = False
    added: Mapping[str, Touch] | None = None


class Repair(Struct, frozen=True):
    """A smallest change, the case after it, and what comes of it. filed: the days of filing for which it holds."""

    touches: tuple[Touch, ...]
    verdict: Verdict
    hinges: tuple[Hinge, ...]
    effort: int
    filed: tuple[dt.date, dt.date | None] | None
    case: Case


def finished(f: Filling) -> Repair:
    """The repair that stands in the facts of a filling."""
    _earlier(f)
    surely = f.verdict(f.case())[0] is Verdict.QUALIFIES
    _fewer(f, surely=surely)
    touches = tuple(_touch(f, a, surely=surely) for a in f.trial.chosen)
    filed = _filed(f, touches, surely=surely)
    case = f.case()
    verdict, hinges = f.verdict(case)
    assert verdict is not None
    return Repair(touches, verdict, hinges, sum(a.effort for a in f.trial.chosen), filed, case)


def _tried(f: Filling, v: Address, value: Any, asked: Callable[[], bool]) -> bool:
    """What is said of the case with another value of a fact."""
    before = f.facts.get(v)
    f.facts.set(v, value)
    try:
        return asked()
    finally:
        f.facts.set(v, before)


def _does(f: Filling, v: Address, value: Any, *, surely: bool) -> bool:
    """Whether another value would do. surely: only if the category then qualifies."""
    return _tried(f, v, value, lambda: works(f, surely=surely))


def _earlier(f: Filling) -> None:
    """Move days that add up over time to the very first that does: landmarks may step over it."""
    for v in f.variables[: f.plain]:
        value, before = f.facts.get(v), f.before[v]
        if f.facts.fact(v).type != Scalar("date") or value == ONGOING:
            continue
        start = before if type(before) is dt.date else f.possible.now
        if f.possible.from_now_on(v):
            start = max(before, f.possible.today)
        if type(start) is not dt.date or start == ONGOING or abs((value - start).days) < 2:
            continue
        steps = [d for d in f.possible.of(v) if d != ONGOING and _between(d, start, value)]
        nearest = max(steps, key=lambda d: abs((d - start).days), default=start)
        no, yes = nearest, value
        while abs((yes - no).days) > 1:
            middle = no + (yes - no) // 2
            yes, no = (middle, no) if _does(f, v, middle, surely=False) else (yes, middle)
        f.facts.set(v, yes)


def _between(day: dt.date, start: dt.date, end: dt.date) -> bool:
    return min(start, end) <= day <= max(start, end) and day != end


def _fewer(f: Filling, *, surely: bool) -> None:
    """Leave out facts of added elements that nothing hangs on; where tests alone settle it, they go on doing so.

    Days stay that bound what is left: without the day of registration, a year of admission could be any.
    """
    plainly = f.settled()
    whole = {v: f.facts.get(v) for v in f.variables[f.plain :]}
    for v, value in reversed(whole.items()):
        if type(value) is not Absent:
            f.facts.set(v, Absent.NOT_ASKED)
            needed = (plainly and not f.settled()) or any(_tried(f, v, x, f.fails) for x in f.possible.of(v)[:_FEW])
            if needed or not works(f, surely=surely):
                f.facts.set(v, value)
    for v in f.possible.dating():
        f.facts.set(v, whole[v])


def _span(f: Filling, v: Address, *, surely: bool) -> tuple[Any, Any]:
    """The values around the one in place that do as well, one beside the other; None: no end on that side."""
    value = f.facts.get(v)
    found = sorted({x for x in _others(f, v) if type(x) is type(value) and x != ONGOING} | {value}, key=_rank)
    at = found.index(value)
    low, high = _last(f, v, found[at::-1], surely=surely), _last(f, v, found[at:], surely=surely)
    if v not in f.before and type(value) is dt.date:
        return low, high  # what is gained has its ends: the present day of filing and the proposed one
    no_end = high == found[-1] and (at + 1 < len(found) or type(value) is dt.date)
    begins = type(value) is dt.date and f.possible.from_now_on(v)
    return (None if low == found[0] and at and not begins else low), (None if no_end else high)


def _rank(value: Any) -> Any:
    if isinstance(value, Duration):
        return value.count * {"days": 1, "weeks": 7, "months": 30, "years": 360}[value.unit]
    return value


def _last(f: Filling, v: Address, values: list[Any], *, surely: bool) -> Any:
    """The last of the values, in this order, up to which all do."""
    good = values[0]
    for value in values[1:]:
        if _does(f, v, value, surely=surely):
            good = value
            continue
        if type(value) is dt.date and ONGOING not in (value, good):
            while abs((value - good).days) > 1:
                middle = good + (value - good) // 2
                good, value = (middle, value) if _does(f, v, middle, surely=surely) else (good, middle)  # noqa: PLW2901
        break
    return good


def _filed(f: Filling, touches: Iterable[Touch], *, surely: bool) -> tuple[dt.date, dt.date | None] | None:
    """The days of filing for which all of it holds, from the proposed one on; None: as far as is looked."""
    filed = f.facts.root.get(FILING.steps[0])
    if type(filed) is not dt.date:
        return None
    if FILING in f.before:
        last = next(t.high for t in touches if t.address == FILING.steps[0])
        assert last is None or type(last) is dt.date
        return filed, last
    moving = f.with_filing()
    if moving is None:
        return filed, None
    later = sorted({d for d in moving.possible.of(FILING) if d >= filed} | {filed})
    last = _last(moving, FILING, later, surely=surely)
    return filed, None if last == later[-1] else last


def _touch(f: Filling, a: Atom, *, surely: bool) -> Touch:
    address = f.facts.show(a.address)
    if not a.list:
        return _value(f, a, a.address, address, surely=surely)
    name = ".".join(a.address.steps)
    listed, made = at(f.asked.case, name), at(f.case(), name)
    assert listed is not None
    assert made is not None
    added = None
    if f.counts[name]:
        mine = [v for v in f.variables if v.list == name and v.place == f.places.get(name)]
        told = [v for v in mine if type(f.facts.get(v)) is not Absent]
        added = {n: _value(f, a, v, n, surely=surely) for v in told for n in [".".join(v.steps)]}
    return Touch(address, a.how, a.effort, listed, made, added=added)


def _value(f: Filling, a: Atom, v: Address, name: str, *, surely: bool) -> Touch:
    """A fact with the value found, and others that would do as well."""
    value, kind = f.facts.get(v), f.facts.fact(v).type
    before = f.before.get(v, Absent.NOT_ASKED)
    if value == ONGOING:
        return Touch(name, a.how, a.effort, before, value)
    if kind in _RANGED:
        low, high = _span(f, v, surely=surely)
        return Touch(name, a.how, a.effort, before, value, low, high)
    others = _others(f, v)
    also: tuple[Any, ...] = ()
    if not (such := f.possible.stands_for_more(v, value)):
        also = tuple(x for x in others[:_FEW] if _does(f, v, x, surely=surely))
        such = bool(also) and (len(others) >= _FEW or any(f.possible.stands_for_more(v, x) for x in also))
    return Touch(name, a.how, a.effort, before, value, also=() if such else also, such=such)


def _others(f: Filling, v: Address) -> list[Any]:
    """The other values of a fact."""
    value = f.facts.get(v)
    f.facts.set(v, Absent.NOT_ASKED)
    found = f.possible.of(v)
    f.facts.set(v, value)
    past = f.before[v] if f.possible.from_now_on(v) else value
    return [x for x in found if x not in (value, past)]
