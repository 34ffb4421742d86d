"""On which days of filing what is not told can meet the invariants at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from solver.adrift import ME, Adrift, about
from solver.candidates import days_of
from solver.cells import OpenTest, Tie
from solver.facts import Address, unknown
from solver.situation import Situation
from solver.tables import unmet
from solver.turning import turns

_DAY = dt.timedelta(days=1)


def fitting(adrift: Adrift, move: Callable[[dt.date], object]) -> Iterator[tuple[dt.date, dt.date, bool]]:
    """Stretches of days on which the invariants can, or cannot, be met by what is not told. move: goes to a day."""
    first, last = adrift.moving.first, adrift.moving.last
    mine, days = _bound_up(adrift)
    before: tuple[dt.date, bool] | None = None
    for day in [first, *sorted(d for d in days if first < d <= last)]:
        move(day)
        fits = _fits(adrift.s, mine)
        if before is None or before[1] is not fits:
            if before is not None:
                yield before[0], day - _DAY, before[1]
            before = day, fits
    assert before is not None
    yield before[0], last, before[1]


def _bound_up(adrift: Adrift) -> tuple[list[Tie], set[dt.date]]:
    """The invariants that speak of the day of filing, with those they share open facts with; and when they can turn."""
    s, moving = adrift.s, adrift.moving
    all_ties = list(s.search.ties)
    mine = {Address(None, -1, (name,)) for name in moving.moves}
    touched = [t for t in all_ties if t.reads & mine]
    days: set[dt.date] = set()
    for inv in s.compiled.invariants:
        if moving.touches(inv.clause.cond):
            vars = {} if inv.entity is None else {"it": 0}
            for t in touched:
                if t.holds is inv.holds:
                    days |= set(turns(moving, inv.clause.cond, vars, t.els))
    if any(unknown(s.facts, t.reads) for t in touched):
        readers: list[OpenTest | Tie] = [adrift.as_filing(t) for t in all_ties]
        days |= set(about(days_of(s.search, ME, readers, frozenset({ME})), moving.first, moving.last))
    group, open_ = list(touched), frozenset[Address]().union(*(unknown(s.facts, t.reads) for t in touched))
    while more := [t for t in all_ties if t not in group and unknown(s.facts, t.reads) & open_]:
        group += more
        open_ |= frozenset().union(*(unknown(s.facts, t.reads) for t in more))
    return group, days


def _fits(s: Situation, mine: Sequence[Tie]) -> bool:
    """Whether some values of what is not told meet the invariants on the day at hand."""
    if not all(s.search.consistent(t) for t in mine):
        return False
    every, s.search.ties = s.search.ties, list(mine)
    try:
        return not unmet(s.search)
    finally:
        s.search.ties = every
