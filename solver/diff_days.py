"""On which days of filing two editions are one law for a category, by what they say alone: nothing is searched.

Between neighbouring editions mostly a row of a parameter or a stretch of a table is new. Whoever files on a day on
which what is in force is said alike in both can have no other verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain
from typing import Any

from msgspec import Struct

from dsl.calendar import FIRST, LAST
from dsl.inside import directly
from dsl.model import Book, ByReading, Call, Coverage, Member, Param, Parameter, Path, Row, Table
from solver.said import branches_said, columns_read, meaning_said, row_said, rows_said, rules_of, values_said


class Filed(Struct, frozen=True):
    """What a category speaks of that the editions do not say alike; the day of filing chooses all of it."""

    parameters: tuple[tuple[Parameter, Parameter], ...]
    tables: tuple[tuple[Table, Table], ...]
    columns: frozenset[str]

    def alike(self, day: dt.date) -> bool:
        """Whether the same is in force for applications filed on a day."""
        return all(_row(a, day) == _row(b, day) for a, b in self.parameters) and all(
            _rows(a, self.columns, day) == _rows(b, self.columns, day) for a, b in self.tables
        )

    @property
    def parting(self) -> tuple[dt.date, ...]:
        """The first day of each stretch, between two days from which something else is in force, that is not alike."""
        starts = {FIRST, *(row.start for pair in self.parameters for p in pair for row in p.values)}
        for table in chain.from_iterable(self.tables):
            spans: list[Row | Coverage] = [*table.rows, *table.coverage]
            for it in spans:
                starts |= {it.start or FIRST, FIRST if it.end is None else it.end + dt.timedelta(days=1)}
        return tuple(day for day in sorted(starts) if FIRST <= day <= LAST and not self.alike(day))


def filed(old: Book, new: Book, category: str, name: str) -> Filed | None:
    """What the day of filing chooses between in a category; None if the editions differ in anything else.

    name: what the new edition calls the category. Both editions have one vocabulary (`solver.united`).
    """
    was, now = old.categories[category], new.categories[name]
    filing = next((f.id for f in new.givens.values() if f.default == "today"), None)
    if filing is None or rules_of(was) != rules_of(now):
        return None
    columns = columns_read(old) | columns_read(new)
    parameters: dict[str, tuple[Parameter, Parameter]] = {}
    tables: dict[str, tuple[Table, Table]] = {}
    for part in _reached((was.needs, was.bars, was.overrides), old):
        match part:
            case Param(id) if values_said(old.parameters[id]) != values_said(new.parameters[id]):
                parameters[id] = pair = old.parameters[id], new.parameters[id]
                if any(p.event != filing for p in pair) or pair[0].type != pair[1].type:
                    return None
            case Member(table=id, on=on):
                a, b = old.tables[id], new.tables[id]
                if a is not b and rows_said(a, columns) != rows_said(b, columns):
                    tables[id] = a, b
                    if on != Path(filing) or a.key_type != b.key_type:
                        return None
            case Call(id) if meaning_said(old.terms[id]) != meaning_said(new.terms[id]):
                return None
            case ByReading(id):
                x, y = old.readings[id], new.readings[id]
                if x.default != y.default or branches_said(x) != branches_said(y):
                    return None
            case _:
                pass
    return Filed(tuple(parameters.values()), tuple(tables.values()), columns)


def _reached(thing: Any, book: Book) -> Iterator[Any]:
    """Everything in some rules and in the terms that they speak of."""
    todo, seen = [thing], set[str]()
    while todo:
        part = todo.pop()
        yield part
        if isinstance(part, Call) and part.term not in seen:
            seen.add(part.term)
            todo.append(book.terms[part.term].means)
        todo += directly(part)


def _row(p: Parameter, day: dt.date) -> Any:
    """What a parameter says on a day; nothing before its first row."""
    return next(((row.value,) for row in reversed(p.values) if row.start <= day), None)


def _rows(t: Table, columns: frozenset[str], day: dt.date) -> Any:
    """The rows of a table that are in force on a day, and whether it is known who is listed then."""
    first, last = dt.date.min, dt.date.max
    here = [r for r in t.rows if (r.start or first) <= day <= (r.end or last)]
    known = {c.kind for c in t.coverage if (c.start or first) <= day <= (c.end or last)} - {"nothing"}
    return {(r.key, row_said(r, columns)[2]) for r in here}, known
