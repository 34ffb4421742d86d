"""What a few values of open facts show already: that a category hangs on all that it could hang on.

Other values can only show more of what a verdict hangs on. So few are chosen on each day on which cells can change, one
for all that the tests of a fact can come to. And when tests can come to something else for values that are given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from dsl.model import Aggregate
from solver.candidates import values
from solver.cells import OpenTest, Said, Tie
from solver.evaluate import Env
from solver.facts import Address, unknown
from solver.moving import Moving
from solver.situation import Situation
from solver.turning import turns

MOST = 48
"""How many combinations of the few values of what one test reads are looked at."""

_SPREAD = 6
"""How many values, evenly apart, are taken of a fact that is only looked at beside others."""

Group = tuple[frozenset[Address], list[OpenTest], list[Tie]]
"""Facts that are open, with the tests and invariants they share."""


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


def _allowed(
    s: Situation, v: Address, tests: Sequence[OpenTest], ties: Sequence[Tie], alone: Sequence[OpenTest]
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


def few_turns(s: Situation, moving: Moving, t: OpenTest, chosen: Mapping[Address, Sequence[Any]]) -> set[dt.date]:
    """When a test can come to something else for some of the few values."""
    open_ = sorted(unknown(s.facts, t.reads), key=str)
    before, out = [s.facts.get(v) for v in open_], set[dt.date]()
    try:
        for combination in product(*(chosen[v] for v in open_)):
            for v, value in zip(open_, combination, strict=True):
                s.facts.set(v, value)
            out |= test_turns(s, moving, t)
    finally:
        for v, value in zip(open_, before, strict=True):
            s.facts.set(v, value)
    return out


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
