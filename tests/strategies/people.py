"""People for a book: complete, near the boundaries, incomplete; few enough completions to try them all.

Not generated: dates and numbers far from everything the book names, except the first and the last there are; more
than three elements in a list; open lists on which a book makes more demands than `FURTHER` elements can meet, and open
lists of things with too many possible elements.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st
from msgspec import Struct, field

from dsl import model as m
from dsl.calendar import Duration
from dsl.case import Absent, Case, Known, Listed, Record
from tests.oracle import days
from tests.oracle.completion import Domains, TooLargeError, fits, further, possible, read_by, readings_of, walk
from tests.oracle.domains import demands, domains_for
from tests.oracle.meaning import Same, category_holds

T = TypeVar("T")

FURTHER = 2
NOBODY = Case("nobody", Record({}))


class Told(Struct, frozen=True):
    """A case with the values it was made from: one of its completions."""

    case: Case
    root: dict[str, object]
    complete: bool


class Slot(Struct, frozen=True):
    """A fact that could be left out: its address, the entity that has it, its declaration, the thing it is in."""

    address: str
    entity: str | None
    fact: m.Fact
    holder: dict[str, object]


class Population(Struct):
    """What all people of one book share."""

    book: m.Book
    domains: Domains
    budget: int
    months: tuple[int, ...]
    further: dict[str, int] = field(default_factory=dict)


def population(book: m.Book, budget: int = 300) -> Population:
    """Values for the facts of a book, and how many further elements of each entity there can be."""
    return Population(book, domains_for(book, NOBODY, budget), budget, tuple(months_named(book)) or (1,))


def months_named(book: m.Book) -> Iterator[int]:
    """The lengths of time in months that a book compares totals of spells with."""
    for part in walk((book.categories, book.terms)):
        if isinstance(part, m.Compare) and isinstance(part.left, m.Aggregate) and part.left.kind == "months":
            rows = book.parameters[part.right.id].values if isinstance(part.right, m.Param) else ()
            for it in (*walk(part.right), *rows):
                length = it.value if isinstance(it, m.Const | m.Dated) else None
                if isinstance(length, Duration) and length.unit in ("months", "years") and length.count:
                    yield length.count * (12 if length.unit == "years" else 1)


class Pick(Protocol):
    """Takes one of several: by Hypothesis, which can make a failing person simpler, or at random, which is fast."""

    def __call__(self, options: Sequence[T], /) -> T:
        """One of them."""


@st.composite
def complete(draw: st.DrawFn, of: Population) -> Told | None:
    """Somebody of whom everything is known; None if the invariants forbid what was drawn."""
    return wholly_known(lambda options: draw(st.sampled_from(options)), of)


@st.composite
def incomplete(draw: st.DrawFn, of: Population) -> Told | None:
    """Somebody of whom some facts are not known and some lists may be longer."""
    return partly_known(lambda options: draw(st.sampled_from(options)), of)


def wholly_known(pick: Pick, of: Population) -> Told | None:
    """Somebody of whom everything is known."""
    for _ in range(4):
        root = {name: drawn(pick, of, None, fact) for name, fact in of.book.givens.items()}
        if possible(of.book, root):
            break
    else:
        return None
    record = Record({name: known(fact.type, root[name]) for name, fact in of.book.givens.items()})
    return Told(Case("somebody", record, chosen_readings(pick, of.book)), root, True)


def partly_known(pick: Pick, of: Population) -> Told | None:
    """Somebody of whom some facts are not known and some lists may be longer."""
    first = pick(("turning",) * 8 + ("small", "lists", "any"))
    for _ in range(3):
        found = wholly_known(pick, of)
        if found is None:
            return None
        told: Told = found
        every = list(erasable(of.book, told.root))
        Random(pick(range(1 << 16))).shuffle(every)
        turning = {it.address: turns(of, told, it) for it in every} if first == "turning" else {}
        if any(turning.values()) or first != "turning":
            break
    read = {name for category in of.book.categories for name in read_by(Same(of.book), category)}

    def late(it: Slot) -> tuple[bool, float]:
        size = choices(of, it.entity, it.fact) or math.inf
        order = {"small": size, "lists": not set("[+-") & set(it.address), "turning": -turning.get(it.address, 0)}
        return it.fact.id not in read, order.get(first, 0)

    addresses = sorted(every, key=late)
    left = of.budget
    erased: set[str] = set()
    for slot in addresses[: pick(range(2, 15))]:
        size = choices(of, slot.entity, slot.fact)
        if size is not None and size <= left:
            left //= size
            erased.add(slot.address)
    record = {
        name: without(pick, fact.type, told.case.root[name], name, erased) for name, fact in of.book.givens.items()
    }
    return Told(Case("somebody", Record(record), told.case.readings), told.root, not erased)


def chosen_readings(pick: Pick, book: m.Book) -> dict[str, str]:
    """A case seldom chooses readings itself."""
    if pick((True, True, True, False)):
        return {}
    return {r.id: pick([value for value, _ in r.values]) for r in book.readings.values() if pick((True, False))}


def drawn(pick: Pick, of: Population, entity: str | None, fact: m.Fact) -> object:
    """A value for one fact."""
    match fact.type:
        case m.EntityOf(kind):
            return some(pick, of, kind)
        case m.ListOf(kind):
            listed = [some(pick, of, kind) for _ in range(pick((2, 1, 2, 0, 3)))]
            linked = pick((True, False))
            return tuple(chained(pick, of, kind, listed) if listed and linked else listed)
        case _:
            return pick(of.domains.values[entity, fact.id])


def some(pick: Pick, of: Population, kind: str) -> dict[str, Any]:
    """A thing that keeps the invariants of its entity, if three tries are enough."""
    for _ in range(3):
        it: dict[str, Any] = {f.id: drawn(pick, of, kind, f) for f in of.book.entities[kind].facts}
        if fits(of.book, kind, it):
            break
        spell = of.book.entities[kind].spell
        if spell is not None and it[spell[0]] > it[spell[1]]:
            it[spell[0]], it[spell[1]] = it[spell[1]], it[spell[0]]
            if fits(of.book, kind, it):
                break
    return it


def chained(pick: Pick, of: Population, kind: str, listed: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """The things of a list, each spell beginning on the day after the one before has ended, where that is allowed.

    The first begins early, and a later one ends so that they last as many months together as the book speaks of, to
    the day or a day more or less.
    """
    spell = of.book.entities[kind].spell
    if spell is None:
        yield from listed
        return
    begins, ends = spell
    months = pick(of.months)
    short = pick((0, 0, 1, -1)) * days.DAY
    first, *later = listed
    early = of.domains.values[kind, begins]
    moved = {**first, begins: pick(early[: max(1, len(early) // 4)])}
    ended = first = moved if fits(of.book, kind, moved) else first
    yield first
    for it in later:
        out, last, began = it, ended[ends], first[begins]
        if isinstance(began, dt.date) and isinstance(last, dt.date) and last < days.LAST:
            until = days.moved(began, months, "months") - days.DAY - short
            tried = [{**it, begins: last + days.DAY, ends: end} for end in (until, it[ends])]
            out = next((moved for moved in tried if fits(of.book, kind, moved)), it)
        ended = out
        yield out


def known(kind: m.Type, value: Any) -> Known:
    """A value as a case tells it."""
    match value:
        case dict():
            return Record({name: known(kind, it) for name, it in value.items()})
        case tuple():
            return Listed(tuple(Record({name: known(kind, it) for name, it in one.items()}) for one in value))
        case _:
            plain: Known = value
            return plain


def erasable(book: m.Book, root: dict[str, object]) -> Iterator[Slot]:
    """Every fact that could be left out, and every list: `+` at its end to be open, `-` to be absent."""

    def inside(address: str, entity: str | None, fact: m.Fact, holder: dict[str, object]) -> Iterator[Slot]:
        match fact.type, holder[fact.id]:
            case m.EntityOf(kind), dict() as thing:
                for f in book.entities[kind].facts:
                    yield from inside(f"{address}.{f.id}", kind, f, thing)
            case m.ListOf(kind), tuple() as listed:
                for i, one in enumerate(listed):
                    for f in book.entities[kind].facts:
                        yield from inside(f"{address}[{i}].{f.id}", kind, f, one)
                yield Slot(f"{address}+", entity, fact, holder)
                yield Slot(f"{address}-", entity, fact, holder)
            case _:
                yield Slot(address, entity, fact, holder)

    for name, fact in book.givens.items():
        yield from inside(name, None, fact, root)


def turns(of: Population, told: Told, slot: Slot) -> int:
    """How many categories some of a few other values changes: leaving such a fact out makes their verdicts depend."""
    was = slot.holder[slot.fact.id]
    if isinstance(slot.fact.type, m.ListOf):
        kind = slot.fact.type.entity
        facts = of.book.entities[kind].facts
        domains = [of.domains.values[kind, f.id] for f in facts]
        things = [{f.id: d[n % len(d)] for f, d in zip(facts, domains, strict=True)} for n in (0, 1, 5)]
        assert isinstance(was, tuple)
        tried: tuple[object, ...] = (*((*was, it) for it in things), *(((),) if slot.address.endswith("-") else ()))
    else:
        domain = of.domains.values[slot.entity, slot.fact.id]
        tried = domain[:: max(1, len(domain) // 4)]
    reading = [name for name in of.book.categories if slot.fact.id in read_by(Same(of.book), name)]
    before = truths(of.book, told, reading)
    turned: set[int] = set()
    try:
        for value in tried:
            slot.holder[slot.fact.id] = value
            turned |= {i for i, truth in enumerate(truths(of.book, told, reading)) if truth != before[i]}
            if len(turned) == len(before):
                break
    finally:
        slot.holder[slot.fact.id] = was
    return len(turned)


def truths(book: m.Book, told: Told, categories: list[str]) -> list[bool]:
    """Which categories hold, the law always saying no."""
    readings = readings_of(book, told.case, {})
    return [category_holds(book, category, told.root, readings, lambda question: False) for category in categories]


def choices(of: Population, entity: str | None, fact: m.Fact) -> int | None:
    """How many values a completion may try; None if they cannot all be tried."""
    if not isinstance(fact.type, m.ListOf):
        return len(of.domains.values[entity, fact.id])
    kind = fact.type.entity
    if kind not in of.further:
        of.further[kind] = 0
        if demands(of.book, kind) <= FURTHER:
            with contextlib.suppress(TooLargeError):
                of.further[kind] = len(further(of.book, of.domains, kind, True))
    return of.further[kind] or None


def without(pick: Pick, kind: m.Type, told: Known, address: str, erased: set[str]) -> Known:
    """The case with some facts left out, for one reason or another."""
    match told:
        case Record(facts):
            return Record({n: without(pick, kind, it, f"{address}.{n}", erased) for n, it in facts.items()})
        case Listed(items):
            if f"{address}-" in erased:
                return Listed((), True, False, pick(list(Absent)))
            each = (without(pick, kind, it, f"{address}[{i}]", erased) for i, it in enumerate(items))
            return Listed(tuple(it for it in each if isinstance(it, Record)), f"{address}+" in erased)
        case _:
            return pick(list(Absent)) if address in erased else told
