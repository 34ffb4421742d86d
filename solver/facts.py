"""The facts of one case in a form that can be filled in: addresses, blanks for what an open list may hold, assignment.

An *address* is a fact's path, with its place in brackets for a fact of a list's element: "applicant.degrees[0].level".
Elements beyond those written stand at the places after them and print with a `+`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from dsl.calendar import ONGOING
from dsl.case import Absent, Case, Listed, Record
from dsl.model import HOLDING, Book, EntityOf, Fact, Label, ListOf, Path, Scalar, Type


class Address(NamedTuple):
    """Where a fact is: its list and place there (None and -1 for a given), then steps."""

    list: str | None
    place: int
    steps: tuple[str, ...]


THERE = ("?",)
"""Where a further element of a list says whether it is there, if something hangs on that."""


class Thing(Struct):
    """A record whose facts can be set. It carries its address under `#`."""

    facts: dict[str, Any]


class Items(Struct):
    """A list whose elements can be set: those written, then blanks for what may be there besides."""

    items: list[Thing]
    open: bool
    entity: str
    written: int


class Facts(Struct):
    """A case that can be filled in. `lists` by path; `favourable`: judgements by entity that are presumed there."""

    book: Book
    root: dict[str, Any]
    lists: dict[str, Items] = field(default_factory=dict)
    beyond: dict[str, list[Thing]] = field(default_factory=dict)
    favourable: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def element(self, name: str, place: int) -> Thing:
        """An element of a list: one written, or a blank after them."""
        items = self.lists[name]
        if place < items.written:
            return items.items[place]
        blanks = self.beyond.setdefault(name, [])
        while len(blanks) <= place - items.written:
            thing = blank(self.book, items.entity, self.favourable)
            thing.facts["#"] = f"{name}[+{len(blanks)}]"
            blanks.append(thing)
        return blanks[place - items.written]

    def get(self, a: Address) -> Any:
        """The value at an address."""
        thing, name = self.holder(a)
        return thing[name]

    def set(self, a: Address, value: Any) -> None:
        """Put a value (or an `Absent`) at an address."""
        thing, name = self.holder(a)
        thing[name] = value

    def holder(self, a: Address) -> tuple[dict[str, Any], str]:
        """The thing whose fact stands at an address, and the name of the fact."""
        facts = self.root if a.list is None else self.element(a.list, a.place).facts
        for step in a.steps[:-1]:
            facts = facts[step].facts
        return facts, a.steps[-1]

    def fact(self, a: Address) -> Fact:
        """The declaration of the fact at an address."""
        steps = a.steps
        if steps == THERE:
            return _IS_THERE
        if a.list is None:
            fact = self.book.givens[steps[0]]
            steps = steps[1:]
        else:
            found = self.book.entities[self.lists[a.list].entity].fact(steps[0])
            assert found is not None
            fact, steps = found, steps[1:]
        for step in steps:
            assert isinstance(fact.type, EntityOf)
            inner = self.book.entities[fact.type.entity].fact(step)
            assert inner is not None
            fact = inner
        return fact

    def show(self, a: Address) -> str:
        """An address as people write it."""
        if a.list is None:
            return ".".join(a.steps)
        extra = a.place >= self.lists[a.list].written
        return f"{a.list}[{'+' if extra else a.place}].{'.'.join(a.steps)}"

    def is_blank(self, a: Address) -> bool:
        """Whether the address is in an element that is not written."""
        return a.list is not None and a.place >= self.lists[a.list].written


_IS_THERE = Fact("?", Scalar("truth"), Label("is there", "存在"))


def copied(facts: Facts) -> Facts:
    """The same facts, to be filled in apart."""
    import copy

    memo = {id(facts.book): facts.book}
    return copy.deepcopy(facts, memo)


def blank(book: Book, entity: str, favourable: Mapping[str, Sequence[str]]) -> Thing:
    """A thing all of whose facts are absent, but for judgements that are presumed."""
    deep, absent = HOLDING, Absent.NOT_ASKED
    thing = Thing(
        {
            f.id: _blank(book, f.type, favourable) if type(f.type) in deep else absent
            for f in book.entities[entity].facts
        }
    )
    thing.facts.update(dict.fromkeys(favourable.get(entity, ()), True))
    return thing


def _blank(book: Book, kind: Type, favourable: Mapping[str, Sequence[str]]) -> Any:
    match kind:
        case EntityOf(name):
            return blank(book, name, favourable)
        case ListOf(name):
            return Items([], True, name, 0)
        case _:
            return Absent.NOT_ASKED


def thaw(case: Case, book: Book) -> Facts:
    """The facts of a case, ready to be filled in."""
    facts = Facts(book, {})
    for name, fact in book.givens.items():
        facts.root[name] = _thaw(case.root.facts.get(name, Absent.NOT_ASKED), fact.type, name, facts)
    return facts


def _thaw(value: Any, kind: Type, path: str, facts: Facts) -> Any:
    book = facts.book
    match kind:
        case EntityOf(name):
            entity = book.entities[name]
            if not isinstance(value, Record | Thing):
                value = Record({})
            told, absent, deep = value.facts, Absent.NOT_ASKED, HOLDING
            inside: dict[str, Any] = {"#": path}
            for f in entity.facts:
                one = told.get(f.id, absent)
                inside[f.id] = _thaw(one, f.type, f"{path}.{f.id}", facts) if type(f.type) in deep else one
            return Thing(inside)
        case ListOf(name):
            listed = value if isinstance(value, Listed) else Listed((), True, False)
            made = [_thaw(item, EntityOf(name), f"{path}[{i}]", facts) for i, item in enumerate(listed.items)]
            items = Items(made, listed.open, name, len(made))
            facts.lists[path] = items
            return items
        case _:
            return value


def read_paths(path: Path, names: Mapping[str, tuple[str, int]]) -> Address:
    """The address a path names, given the list and place of each variable."""
    if path.base in names:
        where, place = names[path.base]
        return Address(where, place, path.steps)
    return Address(None, -1, (path.base, *path.steps))


def absent(facts: Facts) -> Iterator[Address]:
    """Every absent fact of what is written, not those of blanks."""

    def inside(thing: dict[str, Any], where: str | None, place: int, steps: tuple[str, ...]) -> Iterator[Address]:
        for name, value in thing.items():
            if isinstance(value, Thing):
                yield from inside(value.facts, where, place, (*steps, name))
            elif type(value) is Absent:
                yield Address(where, place, (*steps, name))

    yield from inside(facts.root, None, -1, ())
    for name, items in facts.lists.items():
        for i, thing in enumerate(items.items):
            yield from inside(thing.facts, name, i, ())


def unknown(facts: Facts, reads: Iterable[Address]) -> frozenset[Address]:
    """Those of the addresses that have no value."""
    return frozenset(a for a in reads if type(facts.get(a)) is Absent)


def told_inside(facts: Facts, lists: Iterable[str]) -> Iterator[list[Any]]:
    """What elements of some lists are told to have, for each list and each of their facts."""

    def inside(things: Sequence[Thing]) -> Iterator[list[Any]]:
        for name in things[0].facts if things else ():
            values = [thing.facts[name] for thing in things]
            if isinstance(values[0], Thing):
                yield from inside(values)
            else:
                yield values

    for name in lists:
        yield from inside(facts.lists[name].items)


def list_days(facts: Facts, lists: Iterable[str]) -> set[dt.date]:
    """The days told in some lists, and the days after: at these a total, or what is said of each, can change."""
    days = {day for values in told_inside(facts, lists) for day in values if type(day) is dt.date and day != ONGOING}
    return days | {day + dt.timedelta(days=1) for day in days}
