"""What an undecided total over a list really hangs on: which absent facts of its elements, and whether it is open.

Where the facts outside the list are known and few combinations are left, every one is tried; else a fact counts if the
filter of the total can read it and does not come out the same without it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from dsl.case import Absent
from dsl.model import Scalar
from solver.assess import Situation
from solver.cells import OpenTest, spell_days, unknown
from solver.evaluate import LawGap, Slack, Unread
from solver.facts import Address, Items
from solver.landmarks import candidates, reach, with_neighbours

COMBINATIONS = 3_000
"""How many combinations of absent facts are tried one by one."""


def turning_facts(s: Situation, t: OpenTest) -> tuple[frozenset[Address], frozenset[str]]:
    """The absent facts of written elements, and the open lists, on which a total turns."""
    lists = _lists(s, t)
    absent = [a for name, items, inner in lists for a in _absent(s, name, items, inner)]
    open_ = [name for name, items, _ in lists if items.open]
    if unknown(s.facts, t.reads):
        return frozenset(absent), frozenset(open_)
    choices = [_choices(s, t, a) for a in absent]
    if prod(len(c) for c in choices) > COMBINATIONS:
        return frozenset(absent), frozenset(open_)
    return _tried(s, t, absent, choices, lists)


def _lists(s: Situation, t: OpenTest) -> list[tuple[str, Items, tuple[tuple[str, ...], ...]]]:
    ready = s.compiled.tests[t.instance[0]]
    found = [(str(path), s.facts.lists.get(str(path)), inner) for path, inner in ready.reads.totals]
    return [(name, items, inner) for name, items, inner in found if items is not None]


def _absent(s: Situation, name: str, items: Items, inner: Sequence[tuple[str, ...]]) -> Iterator[Address]:
    for i in range(items.written):
        for steps in inner:
            a = Address(name, i, steps)
            if type(s.facts.get(a)) is Absent:
                yield a


def _choices(s: Situation, t: OpenTest, a: Address) -> list[Any]:
    """Values at which the total can change."""
    book, facts = s.compiled.book, s.facts
    kind = facts.fact(a).type
    known = [v for r in t.reads if type(v := facts.get(r)) is not Absent]
    if kind != Scalar("date"):
        return candidates(kind, [t.marks], [*known, *_numbers(s, a)], book)
    entity = facts.lists[a.list].entity if a.list else ""
    days = {d for d in known if type(d) is dt.date} | spell_days(s.search)
    ongoing = (entity, a.steps[-1]) in s.search.spell_ends
    return with_neighbours(reach(t.marks, days), ongoing=ongoing)


def _numbers(s: Situation, a: Address) -> Iterator[int]:
    """The numbers other elements give for the same fact."""
    assert a.list is not None
    for i in range(s.facts.lists[a.list].written):
        value = s.facts.get(Address(a.list, i, a.steps))
        if type(value) is int:
            yield value


def _tried(
    s: Situation, t: OpenTest, absent: Sequence[Address], choices: Sequence[Sequence[Any]], lists: Sequence[tuple[str, Items, Any]]
) -> tuple[frozenset[Address], frozenset[str]]:
    """Try every combination and see where the outcome turns."""
    facts = s.facts
    outcomes: dict[tuple[int, ...], object] = {}
    extended: set[str] = set()
    before = [facts.get(a) for a in absent]
    were_open = [(name, items, items.open) for name, items, _ in lists]
    try:
        for index in product(*(range(len(c)) for c in choices)):
            for a, c, i in zip(absent, choices, index, strict=True):
                facts.set(a, c[i])
            for _, items, _ in were_open:
                items.open = False
            closed = outcomes[index] = _outcome(s, t)
            for name, items, was in were_open:
                items.open = was
                if was and _outcome(s, t) is not closed:
                    extended.add(name)
                items.open = False
    finally:
        for a, v in zip(absent, before, strict=True):
            facts.set(a, v)
        for _, items, was in were_open:
            items.open = was
    turning = set()
    for k, a in enumerate(absent):
        seen: dict[tuple[int, ...], object] = {}
        for index, outcome in outcomes.items():
            rest = (*index[:k], *index[k + 1 :])
            if seen.setdefault(rest, outcome) != outcome:
                turning.add(a)
                break
    return frozenset(turning), frozenset(extended)


def _outcome(s: Situation, t: OpenTest) -> bool | None:
    """The truth of a test, or None if a total may still fall on either side."""
    s.env.els = t.els
    try:
        return t.test(s.env)
    except (Slack, Unread, LawGap):
        return None
    finally:
        s.env.els = ()
