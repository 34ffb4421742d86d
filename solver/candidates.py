"""The values that are tried for an unknown fact: near all that the tests and invariants reading it compare it with.

Of a date, the days at which some test can change: seen from known dates, and through dates that are open too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dsl.calendar import ONGOING
from dsl.case import Absent
from dsl.model import EnumOf, KeyOf, Scalar, Type
from solver.cells import OpenTest, Search, Tie
from solver.facts import Address, Facts, list_days, told_inside, unknown
from solver.landmarks import candidates, reach, turning, with_neighbours


def values(search: Search, v: Address, tests: Sequence[OpenTest], ties: Sequence[Tie]) -> list[Any]:
    """Values to try for a fact, given those already in place."""
    if v in search.few:
        return list(search.few[v])
    facts = search.facts
    kind = facts.fact(v).type
    if kind == Scalar("truth") or isinstance(kind, EnumOf):
        return candidates(kind, (), (), search.book)  # whatever they are compared with
    if kind == Scalar("date"):
        entity = facts.lists[v.list].entity if v.list else ""
        ongoing = (entity, v.steps[-1]) in search.spell_ends
        days = days_of(search, v, [*search.group_tests, *search.group_ties], frozenset({v}))
        return with_neighbours(days, ongoing=ongoing)
    readers: list[OpenTest | Tie] = [*tests, *ties]
    known = _beside(search, v, readers, {v})
    if any(t.marks.totals for t in readers):
        known.update(_sums(facts, frozenset().union(*(t.over for t in readers))))
    return candidates(kind, [t.marks for t in readers], known, search.book)


def near_days(search: Search, tests: Sequence[OpenTest]) -> dict[Address, list[Any]]:
    """A few days for each open date that some tests read: those told to these tests, days beside, and the far ends."""
    facts, day = search.facts, Scalar("date")
    told = {v for t in tests for a in t.reads if type(v := facts.get(a)) is dt.date and v != ONGOING}
    days = with_neighbours(told, ongoing=False)
    return {a: days for t in tests for a in unknown(facts, t.reads) if facts.fact(a).type == day}


def _beside(search: Search, v: Address, readers: Sequence[OpenTest | Tie], seen: set[Address]) -> set[Any]:
    """What may stand beside a fact in the tests that read it: what is told, and where open facts can change.

    What open facts of a total are bounded by is not followed: their sum is.
    """
    facts = search.facts
    out: set[Any] = set()
    near: dict[Address, OpenTest | Tie] = {}
    for t in readers:
        for a in t.reads:
            if a == v:
                continue
            if type(value := facts.get(a)) is not Absent:
                out.add(value)
            elif a not in seen and not t.marks.totals and _compared(facts.fact(a).type):
                near[a] = t
    seen |= near.keys()
    for a in sorted(near, key=str) if len(near) > 1 else near:
        group: list[OpenTest | Tie] = [*search.group_tests]
        group += search.group_ties
        others = [r for r in group if a in r.reads and r is not near[a]]
        if others:
            known = _beside(search, a, others, seen)
            out.update(turning(facts.fact(a).type, [r.marks for r in others], known, search.book))
    return out


def _compared(kind: Type) -> bool:
    """Whether facts of a type, dates apart, are compared with one another: what bounds one matters to the other."""
    return isinstance(kind, KeyOf) or (isinstance(kind, Scalar) and kind.kind not in ("truth", "date"))


def _sums(facts: Facts, lists: Iterable[str]) -> list[int]:
    """What numbers told in some lists can add up to beside one that is not told: of a few each way, of many all."""
    out: set[int] = set()
    for values in told_inside(facts, lists):
        told = [v for v in values if type(v) is int]
        sums = {0}
        for v in told if len(told) <= 4 else [sum(told)]:
            sums |= {v + x for x in sums}
        out |= sums
    return sorted(out - {0})


_PATHS = 2_000
"""How many ways from open date to open date are followed one by one, before all are followed at once."""


def days_of(search: Search, v: Address, readers: Sequence[OpenTest | Tie], seen: frozenset[Address]) -> set[dt.date]:
    """Days at which some test of a date can change: seen from known dates, and through dates that are open too."""
    ways = _Ways(_PATHS, {over: list_days(search.facts, over) for over in {t.over for t in readers}})
    found = _followed(search, v, readers, seen, ways)
    return found if ways.left >= 0 else _spread(search, v, readers, ways.listed)


class _Ways(Struct):
    """How many ways over open dates may still be followed, and by the lists a test looks into the days told there."""

    left: int
    listed: Mapping[frozenset[str], set[dt.date]]


def _followed(
    search: Search, v: Address, readers: Sequence[OpenTest | Tie], seen: frozenset[Address], ways: _Ways
) -> set[dt.date]:
    """The days of a date, by every way over open dates that passes none of them twice."""
    facts = search.facts
    out: set[dt.date] = set()
    ways.left -= 1
    search.budget -= 1
    for t in readers:
        if v not in t.reads or ways.left < 0:
            continue
        others: set[dt.date] = set()
        for a in t.reads:
            if a in seen:  # v itself, and the day of filing while it is looked at when that matters
                continue
            value = facts.get(a)
            if type(value) is dt.date:
                others.add(value)
            elif type(value) is Absent and facts.fact(a).type == Scalar("date"):
                if search.depth is not None and len(seen) > search.depth:
                    search.cut = True
                    continue
                others |= _followed(search, a, [r for r in readers if r is not t], seen | {a}, ways)
        out |= _reached(search, t, others | ways.listed[t.over])
    return out


def _spread(
    search: Search, v: Address, readers: Sequence[OpenTest | Tie], listed: Mapping[frozenset[str], set[dt.date]]
) -> set[dt.date]:
    """The days of a date, and perhaps more: by every way over as many open dates as there are, some of them twice.

    The work is taken off the budget; whoever makes a table from these days finds it spent.
    """
    facts = search.facts

    def is_open(a: Address) -> bool:
        return type(facts.get(a)) is Absent and facts.fact(a).type == Scalar("date")

    near = {a: [t for t in readers if a in t.reads] for a in {a for t in readers for a in t.reads if is_open(a)} | {v}}
    known = {id(t): {d for a in t.reads if type(d := facts.get(a)) is dt.date} | listed[t.over] for t in readers}
    days: dict[Address, set[dt.date]] = {a: set() for a in near}
    for _ in near:
        before, days = days, {}
        for a, tests in near.items():
            search.budget -= len(tests)
            through = ((t, set().union(*(before[b] for b in t.reads if b != a and b in before))) for t in tests)
            days[a] = set().union(*(_reached(search, t, known[id(t)] | others) for t, others in through))
            if a in search.between:
                first, last = search.between[a]
                days[a] = {first, last, *(d for d in days[a] if first <= d <= last)}
        if days == before:
            break
    return days[v]


def _reached(search: Search, t: OpenTest | Tie, others: set[dt.date]) -> set[dt.date]:
    """Days at which a test can change beside some days."""
    facts = search.facts
    told = frozenset(k for a in t.reads if type(k := facts.get(a)) is int)
    key = (id(t.marks), frozenset(others), told)
    if key not in search.reached:
        search.reached[key] = reach(t.marks, others, told)
    return search.reached[key]
