"""People for a book: complete, near the boundaries, incomplete; few enough completions to try them all.

Not generated: dates and numbers far from everything the book names, except the first and the last there are; more
than three elements in a list; open lists on which a book makes more demands than `FURTHER` elements can meet, and open
lists of things with too many possible elements.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

from dsl import model as m
from dsl.case import Absent, Case, Known, Listed, Record
from tests.oracle.completion import Domains, TooLargeError, fits, further, possible
from tests.oracle.domains import domains_for, walk

FURTHER = 2
Erasable = tuple[str, str | None, m.Fact]
"""An address, the entity that has the fact, and its declaration."""

NOBODY = Case("nobody", Record({}))


@dataclass(frozen=True, slots=True)
class Told:
    """A case with the values it was made from: one of its completions."""

    case: Case
    root: dict[str, object]
    complete: bool


@dataclass(slots=True)
class Population:
    """What all people of one book share."""

    book: m.Book
    domains: Domains
    budget: int
    further: dict[str, int] = field(default_factory=dict)


def population(book: m.Book, budget: int = 300) -> Population:
    """Values for the facts of a book, and how many further elements of each entity there can be."""
    return Population(book, domains_for(book, NOBODY, FURTHER, budget), budget)


@st.composite
def complete(draw: st.DrawFn, of: Population) -> Told | None:
    """Somebody of whom everything is known; None if the invariants forbid what was drawn."""
    for _ in range(4):
        root = {name: drawn(draw, of, None, fact) for name, fact in of.book.givens.items()}
        if possible(of.book, root):
            break
    else:
        return None
    record = Record({name: known(fact.type, root[name]) for name, fact in of.book.givens.items()})
    return Told(Case("somebody", record, draw(chosen_readings(of.book))), root, True)


@st.composite
def incomplete(draw: st.DrawFn, of: Population) -> Told | None:
    """Somebody of whom some facts are not known and some lists may be longer."""
    told = draw(complete(of))
    if told is None:
        return None
    every = draw(st.permutations(list(erasable(of.book, told.root))))
    read = {
        step for path in walk((of.book.categories, of.book.terms)) if isinstance(path, m.Path) for step in path.steps
    }
    read |= {path.base for path in walk((of.book.categories, of.book.terms)) if isinstance(path, m.Path)}
    cheap = draw(st.sampled_from((True, True, False)))
    addresses = sorted(every, key=lambda it: (it[2].id not in read, cheap and (choices(of, it[1], it[2]) or 0)))
    left = of.budget
    erased: set[str] = set()
    for address, entity, fact in addresses[: draw(st.integers(2, 14))]:
        size = choices(of, entity, fact)
        if size is not None and size <= left and not any(address.startswith(f"{other}[") for other in erased):
            left //= size
            erased.add(address)
    record = {
        name: without(draw, fact.type, told.case.root[name], name, erased) for name, fact in of.book.givens.items()
    }
    return Told(Case("somebody", Record(record), told.case.readings), told.root, not erased)


def chosen_readings(book: m.Book) -> st.SearchStrategy[Mapping[str, str]]:
    """A case seldom chooses readings itself."""
    every = {r.id: st.sampled_from([value for value, _ in r.values]) for r in book.readings.values()}
    return st.one_of(st.just({}), st.just({}), st.just({}), st.fixed_dictionaries({}, optional=every))


def drawn(draw: st.DrawFn, of: Population, entity: str | None, fact: m.Fact) -> object:
    """A value for one fact."""
    match fact.type:
        case m.EntityOf(kind):
            return some(draw, of, kind)
        case m.ListOf(kind):
            return tuple(some(draw, of, kind) for _ in range(draw(st.sampled_from((1, 2, 0, 3)))))
        case _:
            return draw(st.sampled_from(of.domains.values[entity, fact.id]))


def some(draw: st.DrawFn, of: Population, kind: str) -> dict[str, object]:
    """A thing that keeps the invariants of its entity, if three tries are enough."""
    for _ in range(3):
        it = {f.id: drawn(draw, of, kind, f) for f in of.book.entities[kind].facts}
        if fits(of.book, kind, it):
            break
        spell = of.book.entities[kind].spell
        if spell is not None and it[spell[0]] > it[spell[1]]:  # type: ignore[operator]
            it[spell[0]], it[spell[1]] = it[spell[1]], it[spell[0]]
            if fits(of.book, kind, it):
                break
    return it


def known(kind: m.Type, value: object) -> Known:
    """A value as a case tells it."""
    match value:
        case dict():
            return Record({name: known(kind, it) for name, it in value.items()})
        case tuple():
            return Listed(tuple(Record({name: known(kind, it) for name, it in one.items()}) for one in value))
        case _:
            return value  # type: ignore[return-value]


def erasable(book: m.Book, root: Mapping[str, object]) -> Iterator[tuple[str, str | None, m.Fact]]:
    """Every fact that could be left out, and every list: `+` at its end to be open, `-` to be absent."""

    def inside(
        address: str, entity: str | None, fact: m.Fact, value: object
    ) -> Iterator[tuple[str, str | None, m.Fact]]:
        match fact.type, value:
            case m.EntityOf(kind), dict():
                for f in book.entities[kind].facts:
                    yield from inside(f"{address}.{f.id}", kind, f, value[f.id])
            case m.ListOf(kind), tuple():
                for i, one in enumerate(value):
                    for f in book.entities[kind].facts:
                        yield from inside(f"{address}[{i}].{f.id}", kind, f, one[f.id])
                yield f"{address}+", entity, fact
                yield f"{address}-", entity, fact
            case _:
                yield address, entity, fact

    for name, fact in book.givens.items():
        yield from inside(name, None, fact, root[name])


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


def demands(book: m.Book, entity: str) -> int:
    """How many elements of an entity can matter at once to one category."""
    shared = (tuple(book.terms.values()), book.invariants)
    return max(sum(uses(part, entity) for part in walk((each, shared))) for each in book.categories.values())


def uses(part: object, entity: str) -> int:
    """How many elements one condition may need to be decided."""
    match part:
        case m.Quantified(entity=kind) if kind == entity:
            return 1
        case m.Compare(_, m.Aggregate(kind="count", entity=kind), m.Const(int(limit))) if kind == entity:
            return limit + 1
        case m.Compare(_, m.Aggregate(kind="sum" | "months", entity=kind)) if kind == entity:
            return 2
        case _:
            return 0


def without(draw: st.DrawFn, kind: m.Type, told: Known, address: str, erased: set[str]) -> Known:
    """The case with some facts left out, for one reason or another."""
    reason = st.sampled_from(Absent)
    match told:
        case Record(facts):
            return Record({n: without(draw, kind, it, f"{address}.{n}", erased) for n, it in facts.items()})
        case Listed(items):
            if f"{address}-" in erased:
                return Listed((), True, False, draw(reason))
            each = (without(draw, kind, it, f"{address}[{i}]", erased) for i, it in enumerate(items))
            return Listed(tuple(it for it in each if isinstance(it, Record)), f"{address}+" in erased)
        case _:
            return draw(reason) if address in erased else told
