"""What may be changed of a case: facts that can be another, or be found out, and lists that can have one more.

An *atom* is one told fact that the book lets change, one fact that is not told, or one list that may have more in it. A
change of a case sets some atoms and leaves everything else as it is. An element that is gained is gained from now on:
its dates lie between the present day of filing and the day of filing that is proposed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, Literal

from msgspec import Struct

from dsl.calendar import ONGOING, Duration
from dsl.case import Absent
from dsl.model import OTHER, Book, Change, EnumOf, Fact, Scalar
from solver.cells import Instance, OpenTest, Tie
from solver.compiled import Compiled
from solver.facts import Address, Facts, Items, read_paths

FILING = Address(None, -1, ("submitted_on",))
"""The day of filing."""

How = Literal["change", "wait", "prove", "settle", "gain", "learn"]
"""Why an atom can be another: it is changed, passes with time, is proved, turns out, is gained, is learnt of."""

NOTHING = Change("fixed")
_HOW: Mapping[str, How] = {"person": "change", "time": "wait", "evidence": "prove"}


class Atom(Struct, frozen=True):
    """Something that may be changed. `list`: it is a list; `effort`: 1 little, 3 much."""

    address: Address
    fact: Fact
    how: How
    effort: int
    list: bool = False


def atom(facts: Facts, a: Address) -> Atom | None:
    """What may be done about a fact or list as it is told; None if nothing may."""
    fact = facts.fact(a)
    change = fact.change or NOTHING
    value = facts.get(a)
    if isinstance(value, Items):
        if value.open:
            return Atom(a, fact, "learn", 1, list=True)
        return Atom(a, fact, "gain", change.effort, list=True) if change.kind == "grows" else None
    if fact.judgement is not None:
        return None
    if type(value) is Absent:
        return Atom(a, fact, "settle", change.effort if change.kind == "person" else 1)
    how = _HOW.get(change.kind)
    return None if how is None else Atom(a, fact, how, 1 if how == "wait" else change.effort)


class Reading:
    """What the tests and invariants of a case read, list by list and fact by fact; worked out once for each test."""

    def __init__(self, compiled: Compiled, facts: Facts, ends: Mapping[Address, frozenset[Address]]) -> None:
        """Over the facts of a case, whose lists may yet grow. ends: by judgement the facts its presumption hangs on."""
        self._compiled, self._facts, self._ends = compiled, facts, ends
        self._known: dict[Instance, frozenset[Address]] = {}

    def of(self, instance: Instance) -> frozenset[Address]:
        """Every address a test hangs on: what it reads, and what ends the presumption of a judgement among that."""
        own = self.own(instance)
        return own.union(*(self._ends[a] for a in own if a in self._ends)) if self._ends else own

    def own(self, instance: Instance) -> frozenset[Address]:
        """Every address a test reads: facts, lists it looks into, and the facts of their written elements."""
        found = self._known.get(instance)
        if found is None:
            test, places = instance
            ready = self._compiled.tests[test]
            names = {f"#{i}": (n, p) for i, (n, p) in enumerate(zip(ready.spec.lists, places, strict=True))}
            out = {read_paths(p, names) for p in ready.reads.paths}
            for path, inner in ready.reads.totals:
                out |= self._inside(str(path), inner)
            found = self._known[instance] = frozenset(a for a in out if self._is_fact(a))
        return found

    def _inside(self, name: str, inner: Iterable[tuple[str, ...]]) -> set[Address]:
        items = self._facts.lists.get(name)
        out = {list_address(name)}
        for place in range(items.written if items else 0):
            out |= {Address(name, place, steps) for steps in inner}
        return out

    def _is_fact(self, a: Address) -> bool:
        """Not one of an element that is not written: that is for the list to say."""
        return a.list is None or (a.list in self._facts.lists and not self._facts.is_blank(a))

    def instances(self, category: str, written: Mapping[str, int]) -> Iterable[Instance]:
        """Every test a category reads, at every place that is written."""
        for test in self._compiled.used(category):
            ranges = [range(written.get(name, 0)) for name in self._compiled.tests[test].spec.lists]
            for places in product(*ranges):
                yield test, places


def list_address(name: str) -> Address:
    """The address of a list itself."""
    return Address(None, -1, tuple(name.split(".")))


def tied(addresses: Iterable[Address], ties: Iterable[Tie | OpenTest]) -> set[Address]:
    """Addresses and all that invariants tie to them, one through the other."""
    out = set(addresses)
    rest = list(ties)
    grown = True
    while grown:
        near = [t for t in rest if t.reads & out]
        rest = [t for t in rest if not t.reads & out]
        grown = bool(near)
        for t in near:
            out |= t.reads
    return out


def nearest_first(values: Iterable[Any], before: Any, fact: Fact, book: Book, around: dt.date | None) -> list[Any]:
    """Values by how far they are from the present one; of a fact that is not told, the plainest first.

    `around`: a day near which an untold date is looked for. Numbers nobody told begin with the least.
    """

    def far(value: Any) -> tuple[Any, ...]:
        return (distance(value, before, fact, book, around), *_order(value))

    return sorted(values, key=far)


def distance(value: Any, before: Any, fact: Fact, book: Book, around: dt.date | None) -> int:
    """How far a value is from the present one."""
    told = type(before) is not Absent
    match fact.type:
        case Scalar("date"):
            base = before if told else around
            if value == ONGOING or base == ONGOING or base is None:
                return 0 if value == base else 10**6
            return int(abs(value.toordinal() - base.toordinal()))
        case Scalar("whole" | "money"):
            return int(abs(value - (before if told else 0)))
        case Scalar("duration"):
            return abs(_length(value) - (_length(before) if told else 0))
        case EnumOf(name) if told and book.enumerations[name].ordered:
            ids = [m for m, _ in book.enumerations[name].members]
            return abs(ids.index(value) - ids.index(before))
        case _:
            return 0 if told and value == before else 1


def _length(d: Duration) -> int:
    return d.count * {"days": 1, "weeks": 7, "months": 30, "years": 360}[d.unit]


def _order(value: Any) -> tuple[Any, ...]:
    """A fixed order of values equally far: yes before no, later before earlier, names by letter."""
    match value:
        case bool():
            return (not value,)
        case dt.date():
            return (-value.toordinal(),)
        case int():
            return (-value,)
        case Duration():
            return (-_length(value), value.unit)
        case _:
            return (value == OTHER,)
