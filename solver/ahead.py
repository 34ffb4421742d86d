"""What is known to change while a filing waits: dated values, editions of lists, what is known of them, birthdays."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from dsl.inside import directly, found
from dsl.model import AgeOn, Book, Call, Coverage, Member, Param, Parameter, Path, Table, Value
from solver.evaluate import expr_fn
from solver.when import Sweep

_DAY = dt.timedelta(days=1)
Said = Literal["closed", "gappy", "nothing"]


class NewValue(Struct, frozen=True):
    """A parameter has another value from a day on; None: not known, `starts`: there was none before."""

    day: dt.date
    id: str
    before: Value | None
    after: Value | None
    starts: bool
    categories: tuple[str, ...]


class NewEdition(Struct, frozen=True):
    """A list has other rows from a day on, or something else is known of it."""

    day: dt.date
    id: str
    come: int
    gone: int
    before: Said
    after: Said
    categories: tuple[str, ...]


class Birthday(Struct, frozen=True):
    """Somebody reaches an age that a rule looks at. `place`: whose date of birth, as the rule calls it."""

    day: dt.date
    place: str
    age: int
    categories: tuple[str, ...]


Change = NewValue | NewEdition | Birthday


def ahead(sweep: Sweep, categories: Iterable[str]) -> tuple[Change, ...]:
    """The known changes within the days of a sweep that these categories read, in order of days."""
    book = sweep.compiled.book
    read: dict[tuple[str, str], list[str]] = {}
    for category in categories:
        for key in dict.fromkeys(_dated(book, book.categories[category])):
            read.setdefault(key, []).append(category)
    out: list[Change] = []
    for (kind, id), readers in read.items():
        if kind == "parameter":
            out += _values(book.parameters[id], sweep, tuple(readers))
        else:
            out += _editions(book.tables[id], sweep, tuple(readers))
    out += _birthdays(sweep, categories)
    return tuple(sorted(out, key=lambda c: (c.day, type(c).__name__, getattr(c, "id", ""))))


def _dated(book: Book, thing: Any) -> Iterator[tuple[str, str]]:
    """The parameters and lists something reads, terms opened up."""
    match thing:
        case Param(id):
            yield "parameter", id
        case Member(_, table):
            yield "table", table
        case Call(term, _):
            yield from _dated(book, book.terms[term].means)
        case _:
            pass
    for part in directly(thing):
        yield from _dated(book, part)


def _values(parameter: Parameter, sweep: Sweep, categories: tuple[str, ...]) -> Iterator[NewValue]:
    if parameter.event is None:
        return
    before = None
    for i, row in enumerate(parameter.values):
        if sweep.first < row.start <= sweep.last:
            yield NewValue(row.start, parameter.id, before, row.value, i == 0, categories)
        before = row.value


def _editions(table: Table, sweep: Sweep, categories: tuple[str, ...]) -> Iterator[NewEdition]:
    come = Counter(row.start for row in table.rows if row.start)
    gone = Counter(row.end + _DAY for row in table.rows if row.end and row.end < dt.date.max)
    known = {d for c in table.coverage for d in (c.start, c.end + _DAY if c.end and c.end < dt.date.max else None) if d}
    for day in sorted(d for d in come.keys() | gone.keys() | known if sweep.first < d <= sweep.last):
        before, after = (_said(table.coverage, d) for d in (day - _DAY, day))
        if come[day] or gone[day] or before != after:
            yield NewEdition(day, table.id, come[day], gone[day], before, after, categories)


def _said(coverage: Iterable[Coverage], day: dt.date) -> Said:
    for stretch in coverage:
        if (stretch.start or dt.date.min) <= day <= (stretch.end or dt.date.max):
            return stretch.kind
    return "nothing"


def _birthdays(sweep: Sweep, categories: Iterable[str]) -> Iterator[Birthday]:
    """Days on which a test of an age that was looked at turns."""
    seen = sweep.seen
    used = {c: sweep.compiled.used(c) for c in categories}
    days: dict[tuple[dt.date, str, int], dict[str, None]] = {}
    for (test, places), turns in seen.turned.items():
        readers = [c for c, tests in used.items() if test in tests]
        spec = sweep.compiled.tests[test].spec
        if any(p >= len(seen.elements[name]) for name, p in zip(spec.lists, places, strict=True)):
            continue  # of an element there was room for only while totals were looked at beside one another
        names = {f"#{i}": i for i in range(len(spec.lists))}
        els = tuple(seen.elements[name][p] for name, p in zip(spec.lists, places, strict=True))
        held = sweep.moving.on(sweep.compiled.tests[test].test, els)
        for age in found(spec.cond, AgeOn) if readers else ():
            if age.born == age.on or not _bound(age, names, sweep.compiled.book):
                continue
            at = sweep.moving.on(expr_fn(age, sweep.compiled.book, names), els)
            for day in turns:
                before, after = at(day - _DAY), at(day)
                if isinstance(after, int) and after != before and held(day - _DAY) != held(day):
                    where = str(age.born)
                    for i, (name, p) in enumerate(zip(spec.lists, places, strict=True)):
                        where = where.replace(f"#{i}", f"{name}[{p}]")
                    days.setdefault((day, where, after), {}).update(dict.fromkeys(readers))
    for (day, where, years), readers_ in days.items():
        yield Birthday(day, where, years, tuple(readers_))


def _bound(age: AgeOn, names: Iterable[str], book: Book) -> bool:
    """Whether all an age reads is a given or an element of the test itself, not inside a filter."""
    return all(p.base in names or p.base in book.givens for p in found(age, Path))
