"""What some categories of a book read: for each fact the tests it takes part in, and the values at which they turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from msgspec import Struct, field

from dsl.calendar import FIRST, LAST, ONGOING
from dsl.inside import rebuilt, substituted
from dsl.model import Book, Call, EntityOf, Fact, ListOf, Path, Scalar
from solver.compiled import Compiled
from solver.landmarks import Marks, candidates, marks, reach, with_neighbours
from solver.reads import Reads, reads

Steps: TypeAlias = "tuple[str, ...]"
"""The way to a fact, places in lists left out: ("applicant", "degrees", "level")."""

_MOST_DATES = 400
"""How many dates are offered for one fact: those nearest to the days that are known."""


class Landscape(Struct):
    """The facts that categories read, in the order of the book.

    marks: of the tests that read a fact. beside: the other facts that these tests read. lists: those looked into.
    """

    book: Book
    marks: dict[Steps, list[Marks]] = field(default_factory=dict)
    beside: dict[Steps, set[Steps]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    _offered: dict[Any, list[Any]] = field(default_factory=dict)

    def offered(self, steps: Steps, fact: Fact, known: Iterable[Any], *, ends_spell: bool) -> list[Any]:
        """Values to give a fact, plain ones first: those at which some test turns and those beside them.

        `known`: values of the facts beside it.
        """
        told = frozenset(v for v in known if type(v) in (int, str, dt.date))
        key = (steps, told)
        if key not in self._offered:
            found = self.marks.get(steps, [])
            if fact.type == Scalar("date"):
                days = {v for v in told if type(v) is dt.date and v != ONGOING}
                self._offered[key] = _dates(self.book, found, days, ongoing=ends_spell)
            else:
                self._offered[key] = candidates(fact.type, found, sorted(told, key=str), self.book)
        return self._offered[key]


def _dates(book: Book, found: Sequence[Marks], days: set[dt.date], *, ongoing: bool) -> list[dt.date]:
    """Days at which tests turn, the days beside them, and round days; the roundest first."""
    turns = set().union(*(reach(m, days) for m in found)) if found else set(days)
    anchors = {book.known, *days}
    near = sorted(turns, key=lambda d: (min(abs((d - a).days) for a in anchors), d))[:_MOST_DATES]
    round_days = {dt.date(a.year + k, 1, 1) for a in anchors for k in (-1, 0) if FIRST.year < a.year + k < LAST.year}
    every = {*with_neighbours(set(near), ongoing=False), book.known} | round_days
    out = sorted(every, key=lambda d: (d in (FIRST, LAST), d not in anchors, _roughness(d), d))
    return [*out, ONGOING] if ongoing else out


def _roughness(day: dt.date) -> int:
    """0 for the first day of a year, 1 of a month, 2 for any other."""
    return 0 if (day.month, day.day) == (1, 1) else 1 if day.day == 1 else 2


def landscape(compiled: Compiled, categories: Iterable[str]) -> Landscape:
    """What these categories read: their needs, bars and exceptions, what they grant, ask for and point to."""
    out = Landscape(compiled.book)
    wanted = tuple(categories)
    for number in sorted(frozenset().union(*(compiled.used(c) for c in wanted))):
        ready = compiled.tests[number]
        names = {f"#{i}": tuple(path.split(".")) for i, path in enumerate(ready.spec.lists)}
        _add(out, ready.reads, ready.marks, names)
        for path in ready.spec.lists:
            _add_list(out, tuple(path.split(".")))
    for category in (compiled.book.categories[c] for c in wanted):
        things = [g.value for g in category.grants]
        conds = [r.when.cond for r in category.routes] + [a.when.cond for a in category.asks if a.when]
        for part in (_opened(x, compiled.book) for x in (*things, *conds)):
            _add(out, reads(part, compiled.book), marks(part, compiled.book), {})
    for invariant in compiled.invariants:
        _add_invariant(compiled.book, out, invariant.entity, invariant.reads, invariant.marks)
    return out


def _opened(thing: Any, book: Book) -> Any:
    """A condition or value with what its terms mean in their places."""
    if isinstance(thing, Call):
        term = book.terms[thing.term]
        given = {name: arg for (name, _), arg in zip(term.params, thing.args, strict=True)}
        return _opened(substituted(term.means.cond, given), book)
    return rebuilt(thing, lambda part: _opened(part, book))


def _add(out: Landscape, read: Reads, found: Marks, names: dict[str, Steps]) -> None:
    """Enter what one test reads."""
    here = {(*names.get(p.base, (p.base,)), *p.steps) for p in read.paths}
    for path, inner in read.totals:
        list_steps = _list_steps(path)
        _add_list(out, list_steps)
        here |= {(*list_steps, *steps) for steps in inner}
    for steps in here:
        out.marks.setdefault(steps, []).append(found)
        out.beside.setdefault(steps, set()).update(here - {steps})


def _list_steps(path: Path) -> Steps:
    return (path.base, *path.steps)


def _add_list(out: Landscape, steps: Steps) -> None:
    """Enter a list under its address."""
    given = out.book.givens[steps[0]]
    kind = given.type
    for step in steps[1:]:
        assert isinstance(kind, EntityOf)
        fact = out.book.entities[kind.entity].fact(step)
        assert fact is not None
        kind = fact.type
    assert isinstance(kind, ListOf)
    out.lists[".".join(steps)] = kind.entity


def _add_invariant(book: Book, out: Landscape, entity: str | None, read: Reads, found: Marks) -> None:
    """Let facts that an invariant ties, and that are read, see one another; one of them read takes in the others."""
    for holder in [()] if entity is None else [*_holders(book, entity)]:
        names = {"it": holder} if entity is not None else {}
        here = {(*names.get(p.base, (p.base,)), *p.steps) for p in read.paths}
        if here & out.marks.keys():
            for steps in here:
                out.marks.setdefault(steps, []).append(found)
                out.beside.setdefault(steps, set()).update(here - {steps})


def _holders(book: Book, entity: str) -> Iterator[Steps]:
    """Where things of an entity are."""

    def visit(fact: Fact, steps: Steps) -> Iterator[Steps]:
        if isinstance(fact.type, EntityOf | ListOf):
            if fact.type.entity == entity:
                yield steps
            for inner in book.entities[fact.type.entity].facts:
                yield from visit(inner, (*steps, inner.id))

    for name, fact in book.givens.items():
        yield from visit(fact, (name,))
