"""Dated rules without an end on which an answer leans: they are known only to the day of their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dsl.case import Case
from dsl.model import (
    FILING,
    AgeOn,
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Citation,
    Compare,
    Difference,
    EdgeOf,
    Expr,
    Extreme,
    Label,
    Member,
    Not,
    OneOf,
    Param,
    Parameter,
    Path,
    Points,
    Quantified,
    Score,
    Shift,
    Table,
    Window,
    YearOf,
)
from solver.answer import Step


class Lasting(NamedTuple):
    """A rule that goes on until it is changed, and the day its newest source is of."""

    id: str
    label: Label
    known_to: dt.date


def leaned_on(
    book: Book, case: Case, steps: Iterable[Step], grants: Iterable[Expr], as_known_on: dt.date | None
) -> tuple[Lasting, ...]:
    """The rules without an end that decide or are granted by, on a day later than their sources are of."""
    out: dict[str, Lasting] = {}
    read = [*(step.clause.cond for step in steps if step.clause is not None and step.kind == "test"), *grants]
    for id, on in (found for thing in read for found in _dated(book, thing)):
        if id in out:
            continue
        lasting = (
            _value(book, case, book.parameters[id], as_known_on)
            if id in book.parameters
            else _stretch(book, case, book.tables[id], on)
        )
        if lasting is not None:
            out[id] = lasting
    return tuple(out.values())


def _value(book: Book, case: Case, parameter: Parameter, as_known_on: dt.date | None) -> Lasting | None:
    """A parameter whose last value is the one in force."""
    day = _day(case, parameter.event) if parameter.event else None
    rows = [row for row in parameter.values if as_known_on is None or row.known <= as_known_on]
    if day is None or not rows or rows[-1].start > day or rows[-1].value is None:
        return None
    return _lasting(book, parameter.id, parameter.label, rows[-1].cites, day)


def _stretch(book: Book, case: Case, table: Table, on: Expr | None) -> Lasting | None:
    """A table that is said to be complete, or to be known in part, from some day on."""
    day = _day(case, on.base if isinstance(on, Path) and not on.steps else FILING)
    if day is None:
        return None
    lasts = any(c.end is None and (c.start is None or c.start <= day) for c in table.coverage)
    return _lasting(book, table.id, table.label, table.cites, day) if lasts else None


def _lasting(book: Book, id: str, label: Label, cites: Iterable[Citation], day: dt.date) -> Lasting | None:
    known_to = max((book.sources[c.source].edition or book.known for c in cites), default=book.known)
    return Lasting(id, label, known_to) if day > known_to else None


def _day(case: Case, event: str) -> dt.date | None:
    """The day of an event; one that is not told is taken to come no earlier than filing."""
    found = case.root.facts.get(event)
    if not isinstance(found, dt.date):
        found = case.root.facts.get(FILING)
    return found if isinstance(found, dt.date) else None


def _dated(book: Book, thing: Any) -> Iterator[tuple[str, Expr | None]]:
    """The parameters and tables a condition or a value reads; of a table, on which day."""
    match thing:
        case Param(id):
            yield id, None
        case Member(value, table, on):
            yield from _dated(book, value)
            yield table, on
        case Compare(_, left, right) | Difference(left, right):
            yield from _dated(book, left)
            yield from _dated(book, right)
        case OneOf(value) | Shift(value) | YearOf(value) | EdgeOf(value):
            yield from _dated(book, value)
        case Window(value, _, _, other) | AgeOn(value, other):
            yield from _dated(book, value)
            yield from _dated(book, other)
        case All(items) | AnyOf(items) | AtLeast(_, items):
            for item in items:
                yield from _dated(book, item.cond)
        case Not(item) | Quantified(body=item) | Points(when=item):
            yield from _dated(book, item.cond)
        case ByReading(_, branches):
            for _, branch in branches:
                yield from _dated(book, branch.cond)
        case Call(term):
            yield from _dated(book, book.terms[term].means.cond)
        case Aggregate(where=where, after=after, before=before):
            yield from _dated(book, where)
            yield from _dated(book, after)
            yield from _dated(book, before)
        case Extreme(_, values):
            for each in values:
                yield from _dated(book, each)
        case Score(_, lines):
            for line in lines:
                yield from _dated(book, line)
        case _:
            return
