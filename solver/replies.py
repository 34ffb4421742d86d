"""What may be replied when a fact is asked for: a value for each way it can fall, as open tests tell values apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsl.model import EnumOf, Scalar
from solver.candidates import values
from solver.cells import OpenTest, Search, TooLarge
from solver.facts import Address, unknown
from solver.split import groups
from solver.tables import group_table, unmet

MOST_VALUES = 48
"""Values of one fact that are tried where it is tied to too many others to tell its cells apart."""


def replies(search: Search, a: Address, tests: Sequence[OpenTest]) -> tuple[list[Any], bool]:
    """A value of each cell of a fact, as some open tests cut it, and whether every cell has one."""
    facts = search.facts
    mine = [t for t in tests if a in t.reads]
    ties = [t for t in search.ties if a in t.reads]
    kind = facts.fact(a).type
    complete = True
    if kind == Scalar("truth") or isinstance(kind, EnumOf):
        found = _split(search, a, tests)
    elif not ties and all(unknown(facts, t.reads) == {a} and not t.lists for t in mine):
        found = _apart(search, a, tests)
    else:
        found, complete = _tied(search, a, tests)
    if not ties:
        return found, complete
    return [v for v in found if _fits(search, a, v)], complete


def _split(search: Search, a: Address, tests: Sequence[OpenTest]) -> list[Any]:
    """Values that meet every cell some tests, and the invariants, cut the values of a fact into."""
    search.group_tests, search.group_ties = tests, search.ties
    return values(search, a, [t for t in tests if a in t.reads], [t for t in search.ties if a in t.reads])


def _apart(search: Search, a: Address, tests: Sequence[OpenTest]) -> list[Any]:
    """One value for each way a fact can fall that is tied to no other."""
    for vars, ts, tied in groups(search, tests):
        if a in vars:
            made = group_table(search, vars, ts, tied)
            return [alternative.value for alternative in made.alternatives] if made is not None else []
    return []


def _tied(search: Search, a: Address, tests: Sequence[OpenTest]) -> tuple[list[Any], bool]:
    """One value for each way a fact can fall, seen before all others it is tied to."""
    for vars, ts, tied in groups(search, tests):
        if a in vars:
            try:
                made = group_table(search, vars, ts, tied, vars - {a})
            except TooLarge:
                break
            return ([alternative.value for alternative in made.alternatives] if made is not None else []), True
    found = _split(search, a, tests)
    step = max(1, -(-len(found) // MOST_VALUES))
    return found[::step], step == 1


def _fits(search: Search, a: Address, value: Any) -> bool:
    """Whether the case has a completion with this value."""
    before = search.facts.get(a)
    search.facts.set(a, value)
    try:
        return all(search.consistent(t) for t in search.ties) and not unmet(search)
    finally:
        search.facts.set(a, before)
