"""What a few values of open facts show already: that a category hangs on all that it could hang on.

Other values can only show more of what a verdict hangs on. Where the ends of what each fact can be show that it hangs
on everything, no value between them needs a look; and so it stays on every day of filing on which the tests come to the
same for these few. Where these few are no good (income that counts in a window that moves, two days that are open), few
are chosen anew on each day on which cells can change, one for all that the tests of a fact can come to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import product
from math import prod
from typing import Any

from msgspec import Struct

from dsl.inside import found
from dsl.model import Aggregate, Scalar
from solver.candidates import values
from solver.cells import Instance, OpenTest, Said, Tie
from solver.evaluate import Env
from solver.facts import Address, unknown
from solver.moving import Moving
from solver.questions import can_tell
from solver.situation import Situation
from solver.split import groups
from solver.turning import through, turns
from solver.verdicts import undecided

MOST = 48
"""How many combinations of the few values of what one test reads are looked at."""

_KEYS = 4
"""Values that are taken of a fact whose values have no order."""


Group = tuple[frozenset[Address], list[OpenTest], list[Tie]]
"""Facts that are open, with the tests and invariants they share."""


_SPREAD = 6
"""How many values, evenly apart, are taken of a fact that is only looked at beside others."""


class Few(Struct, frozen=True):
    """The few values of facts that are open and looked at together with the day of filing.

    turns: days on which what tests and invariants come to for these values can change.
    """

    values: Mapping[Address, Sequence[Any]]
    turns: tuple[dt.date, ...]


def few(
    s: Situation,
    category: str,
    moving: Moving,
    moves: Callable[[OpenTest | Tie], bool],
    turns_of: Callable[[Instance], Sequence[dt.date]],
) -> Few | None:
    """The few values for an open category; None if they would show too little.

    moves: whether it looks at the day. turns_of: when a test turns, whatever the lists that are open have besides.
    """
    laid = undecided(s, category, 2)
    used = s.opened(category, laid.tests)
    every = groups(s.search, used)
    grouped = {t.instance for _, tests, _ in every for t in tests}
    chosen: dict[Address, Sequence[Any]] = {}
    alone = [t for t in used if t.instance not in grouped and moves(t)]
    if not all(_steady(s, moving, t) for t in alone):
        return None
    readers: list[OpenTest | Tie] = []
    for vars, tests, ties in every:
        mine: list[OpenTest | Tie] = [*tests, *ties]
        if not any(map(moves, mine)):
            continue
        if not all(_of_book(s, t) for t in ties if moves(t)) or not all(_steady(s, moving, t) for t in tests):
            return None
        if any(t.lists and moves(t) for t in tests):  # what is left of it can turn on other days than the test
            return None
        own = [t.instance for t in tests if t.instance[0] < len(s.compiled.tests)]
        if any(can_tell(s.compiled, s.facts, s.env, i, partial(through, moving)) for i in own):
            return None
        s.search.group_tests, s.search.group_ties = tests, ties
        chosen |= {v: _ends(s, v, tests, ties) for v in vars}
        readers += filter(moves, mine)
        if not all(0 < prod(len(chosen[v]) for v in unknown(s.facts, t.reads)) <= MOST for t in filter(moves, mine)):
            return None
    # Working out when something turns moves the day of filing, so that comes last.
    turns = [*(_alone(s, moving, t, turns_of) for t in alone), *(few_turns(s, moving, t, chosen) for t in readers)]
    return Few(chosen, tuple(sorted(set().union(*turns)))) if chosen else None


def one_of_each(s: Situation, grouped: Iterable[Group]) -> dict[Address, Sequence[Any]]:
    """Few values of each open fact on one day of filing, one for all that its tests can come to; none if too many."""
    chosen: dict[Address, Sequence[Any]] = {}
    for vars, tests, ties in grouped:
        s.search.group_tests, s.search.group_ties = tests, ties
        for v in vars:
            alone = [t for t in tests if not t.lists and unknown(s.facts, t.reads) == {v}]
            allowed = _allowed(s, v, tests, ties, alone)
            found = {tuple(came): value for value, came in allowed}
            spread = [value for value, _ in allowed[:: max(1, len(allowed) // _SPREAD)]]
            chosen[v] = tuple(found.values()) if len(found) > 1 else spread
        if not 0 < prod(len(chosen[v]) for v in vars) <= MOST:
            return {}
    return chosen


def _steady(s: Situation, moving: Moving, t: OpenTest) -> bool:
    """Whether what an open list may have besides is the same on every day, as far as a test counts it."""
    if t.inside - t.reads or not t.lists:
        return not t.inside - t.reads
    totals = list(found(s.compiled.tests[t.instance[0]].spec.cond, Aggregate))
    return {str(a.list) for a in totals}.issuperset(t.lists) and not any(
        a.where is not None and moving.touches(a.where) for a in totals
    )


def _of_book(s: Situation, t: Tie) -> bool:
    """Whether an invariant stands in the book as it is looked at here: of a further element some do not."""
    return any(inv.holds is t.holds for inv in s.compiled.invariants)


def _ends(s: Situation, v: Address, tests: Sequence[OpenTest], ties: Sequence[Tie]) -> list[Any]:
    """The least and the greatest value of a fact that no invariant forbids; of what has no order some."""
    out = [value for value, _ in _allowed(s, v, tests, ties)]
    kind = s.facts.fact(v).type
    if isinstance(kind, Scalar) and kind.kind in ("date", "whole", "money", "duration"):
        return list(dict.fromkeys([*out[:1], *out[-2:]]))
    return out[:_KEYS]


def _allowed(
    s: Situation, v: Address, tests: Sequence[OpenTest], ties: Sequence[Tie], alone: Sequence[OpenTest] = ()
) -> list[tuple[Any, list[Any]]]:
    """The values of a fact that no invariant forbids, and what tests of it alone come to."""
    mine, before = [t for t in ties if v in t.reads], s.facts.get(v)
    depth, cut, s.search.depth = s.search.depth, s.search.cut, 1  # a few days are enough
    out = []
    try:
        near = values(s.search, v, [t for t in tests if v in t.reads], mine)
    finally:
        s.search.depth, s.search.cut = depth, cut
    try:
        for value in near:
            s.facts.set(v, value)
            if all(map(s.search.consistent, mine)):
                out.append((value, [s.search.evaluate(t, {}) for t in alone]))
    finally:
        s.facts.set(v, before)
    return out


def few_turns(s: Situation, moving: Moving, t: OpenTest | Tie, chosen: Mapping[Address, Sequence[Any]]) -> set[dt.date]:
    """When a test or an invariant can come to something else for some of the few values."""
    open_ = sorted(unknown(s.facts, t.reads), key=str)
    before, out = [s.facts.get(v) for v in open_], set[dt.date]()
    try:
        for combination in product(*(chosen[v] for v in open_)):
            for v, value in zip(open_, combination, strict=True):
                s.facts.set(v, value)
            out |= test_turns(s, moving, t) if isinstance(t, OpenTest) else _tie_turns(s, moving, t)
    finally:
        for v, value in zip(open_, before, strict=True):
            s.facts.set(v, value)
    return out


def _alone(
    s: Situation, moving: Moving, t: OpenTest, turns_of: Callable[[Instance], Sequence[dt.date]]
) -> set[dt.date]:
    """When a test turns that reads no fact that is not told; mostly that is known."""
    if t.said is None and not t.instance[1]:
        totals = list(found(s.compiled.tests[t.instance[0]].spec.cond, Aggregate))
        s.env.els = t.els
        if all(a.where is None or s.search.admits(a, s.env) for a in totals if str(a.list) in t.lists):
            return set(turns_of(t.instance))
    return test_turns(s, moving, t)


def test_turns(s: Situation, moving: Moving, t: OpenTest) -> set[dt.date]:
    """When an open test can come to something else, all else as it is; see `solver.turning`."""
    known: dict[Any, bool] = {}
    said = t.said or Said(
        s.compiled.tests[t.instance[0]].spec.cond, {f"#{i}": i for i in range(len(t.els))}, lambda ask: ask
    )

    def admits(total: Aggregate, env: Env) -> bool:
        """What a list may have besides is the same on every day."""
        key = (id(total), *map(id, env.els))
        if key not in known:
            known[key] = s.search.admits(total, env)
        return known[key]

    s.env.admits = admits
    try:
        return set(said.within(lambda _: turns(moving, said.cond, said.vars, t.els))(s.env))
    finally:
        s.env.admits = None


def _tie_turns(s: Situation, moving: Moving, t: Tie) -> set[dt.date]:
    out: set[dt.date] = set()
    for inv in s.compiled.invariants:
        if inv.holds is t.holds:
            out |= set(turns(moving, inv.clause.cond, {} if inv.entity is None else {"it": 0}, t.els))
    return out
