"""People of whom not everything is known, made from people of whom it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypothesis import strategies as st
from msgspec.structs import replace

from dsl.case import Absent, Case, Known, Listed, Record
from dsl.model import Book, EntityOf, Fact, ListOf
from whereas.testing.person import Person

_REASONS = (Absent.NOT_ASKED, Absent.UNKNOWN, Absent.DECLINED)


@st.composite
def incomplete(draw: st.DrawFn, person: Person) -> Person:
    """The person with facts that nobody was asked, that are unknown or declined, and lists that may be longer.

    Either few facts are told or few are not; `person.whole` of what comes out is the person it was made from, one
    of its completions. Unfavourable outcomes of presumed judgements stay: taking one away would presume the opposite.
    Shrinks to few facts.
    """
    book = person.book.checked
    every = list(_places(book, person.case.root))
    if not every:
        return person
    if draw(st.booleans()):
        untold = draw(st.sets(st.sampled_from(every), min_size=1))
        removed = {place: draw(st.sampled_from(_REASONS)) for place in sorted(untold)}
    else:
        told = draw(st.sets(st.sampled_from(every)))
        removed = {place: Absent.NOT_ASKED for place in every if place not in told}
    facts = {name: _without(book, f, person.case.root.facts[name], name, removed) for name, f in book.givens.items()}
    return Person(person.book, Case(person.case.name, Record(facts), person.case.readings), whole=person.whole)


def _places(book: Book, root: Record) -> Iterator[str]:
    """The addresses of facts that are told and can be left out; of a list `+` for open and, if empty, also absent."""

    def inside(fact: Fact, value: Known, at: str) -> Iterator[str]:
        match fact.type, value:
            case EntityOf(entity), Record():
                for f in book.entities[entity].facts:
                    yield from inside(f, value.facts[f.id], f"{at}.{f.id}")
            case ListOf(entity), Listed(told=True):
                for i, item in enumerate(value.items):
                    for f in book.entities[entity].facts:
                        yield from inside(f, item.facts[f.id], f"{at}[{i}].{f.id}")
                if not value.open:
                    yield f"{at}+"
            case _, Absent() | Listed():
                pass
            case _, False if fact.judgement is not None and book.judgements[fact.judgement].mode == "presumed":
                pass
            case _:
                yield at

    for name, fact in book.givens.items():
        yield from inside(fact, root.facts[name], name)


def _without(book: Book, fact: Fact, value: Known, at: str, removed: Mapping[str, Absent]) -> Known:
    """A fact as it is told when some are not; a list that is open and of whose elements nothing is told is not told."""
    match fact.type, value:
        case EntityOf(entity), Record():
            facts = book.entities[entity].facts
            return Record({f.id: _without(book, f, value.facts[f.id], f"{at}.{f.id}", removed) for f in facts})
        case ListOf(entity), Listed(items, _, told):
            element = Fact("", EntityOf(entity), fact.label)
            kept = [_without(book, element, item, f"{at}[{i}]", removed) for i, item in enumerate(items)]
            things = tuple(item for item in kept if isinstance(item, Record))
            if f"{at}+" not in removed:
                return replace(value, items=things)
            told_of = tuple(item for item in things if _says_anything(item))
            if not told_of:
                return Listed((), open=True, told=False, reason=removed[f"{at}+"])
            return Listed(told_of, True, told)
        case _:
            return removed.get(at, value)


def _says_anything(record: Record) -> bool:
    return any(not isinstance(v, Absent) for v in record.facts.values())
