"""The few days on which alone two editions can differ, where a row of a parameter or a table is moved by a day or two.

Nothing of a person but the day that chooses the row can then make the difference, so that whoever asks for somebody
told apart, or for the proof of nobody, need look at no other day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from dsl.calendar import FIRST, LAST
from dsl.inside import found
from dsl.model import Book, Member, Parameter, Path, Row, Table

MOST = 3
"""Days that are worth being looked at one by one."""

_ONE = dt.timedelta(days=1)


def days_apart(old: Book, new: Book) -> tuple[str, tuple[dt.date, ...]] | None:
    """The given that chooses and the days on which the editions differ; None if that is not all that can differ.

    There may be no day at all: where a row says what the one before it says, it makes no difference when it begins.
    """
    edited = [*edited_in(old, new)]
    if len(edited) != 1:
        return None
    ((kind, id),) = edited
    match getattr(old, kind)[id] if id else None, getattr(new, kind)[id] if id else None:
        case Parameter() as before, Parameter() as after if before.event and before.event == after.event:
            spans = _of_parameter(before, after)
            event: str | None = before.event
        case Table() as before, Table() as after if replace(before, rows=()) == replace(after, rows=()):
            spans = _of_rows(before.rows, after.rows)
            event = _asked_on(old, id)
        case _:
            return None
    days = {first + n * _ONE for first, last in spans for n in range(min((last - first).days, MOST) + 1)}
    return (event, tuple(sorted(days))) if event in old.givens and len(days) <= MOST else None


def edited_in(old: Book, new: Book) -> Iterable[tuple[str, str]]:
    """The declarations that are not the same thing, by field and id; an empty id for what has none."""
    for name in Book.__struct_fields__:
        a, b = getattr(old, name), getattr(new, name)
        if a is b or name in Book.aside:
            continue
        if isinstance(a, Mapping):
            yield from ((name, id) for id in {**a, **b} if a.get(id) is not b.get(id))
        elif a != b:
            yield name, ""


def _of_parameter(before: Parameter, after: Parameter) -> Iterable[tuple[dt.date, dt.date]]:
    """Spans of days, both included, on which two parameters of the same event say different things."""
    starts = sorted({FIRST, *(row.start for p in (before, after) for row in p.values)})
    for first, end in pairwise([*starts, LAST + _ONE]):
        if _on(before, first) != _on(after, first):
            yield first, end - _ONE


def _on(p: Parameter, day: dt.date) -> Any:
    """What a parameter says on a day; nothing before its first row."""
    return next(((row.value,) for row in reversed(p.values) if row.start <= day), None)


def _of_rows(before: Iterable[Row], after: Iterable[Row]) -> Iterable[tuple[dt.date, dt.date]]:
    """The same for the rows of a table: where one is there and its counterpart is not."""
    gone = [r for r in before if r not in after]
    come = [r for r in after if r not in before]
    pair = (*gone, *come)
    if len(gone) != 1 or len(come) != 1 or len({(r.key, r.columns) for r in pair}) != 1:
        yield FIRST, LAST
        return
    starts = sorted(r.start or FIRST for r in pair)
    ends = sorted(r.end or LAST for r in pair)
    if starts[0] < starts[1]:
        yield starts[0], starts[1] - _ONE
    if ends[0] < ends[1]:
        yield ends[0] + _ONE, ends[1]


def _asked_on(book: Book, table: str) -> str | None:
    """The given on whose day every rule asks a table; None if they do not all ask on the same."""
    rules = (*book.terms.values(), *book.categories.values(), *book.entities.values(), *book.invariants)
    asked = {m.on for m in found(rules, Member) if m.table == table}
    match [*asked]:
        case [Path(base, ())]:
            return base
        case _:
            return None
