"""Values of a record: how they are written as JSON, and read back by the type that the book declares."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from dsl import model as m
from dsl.calendar import ONGOING, Duration, Unit

_DURATION = re.compile(r"(-?\d{1,6}) (day|week|month|year)s?")


def written(it: Any) -> Any:
    """A known value as JSON: dates as `2026-11-21` or `ongoing`, durations as `6 months`."""
    match it:
        case dt.date():
            return "ongoing" if it == ONGOING else it.isoformat()
        case Duration():
            return str(it)
        case _:
            return it


def read(kind: m.Type, it: Any) -> Any:
    """A value of a type from JSON.

    Raises:
        ValueError: it is not one.
    """
    match kind, it:
        case m.Scalar("truth"), bool():
            return it
        case m.Scalar("whole" | "money"), int() if not isinstance(it, bool):
            return it
        case m.Scalar("date"), str():
            return ONGOING if it == "ongoing" else dt.date.fromisoformat(it)
        case m.Scalar("duration"), str() if found := _DURATION.fullmatch(it):
            return Duration(int(found[1]), cast("Unit", f"{found[2]}s"))
        case m.Scalar("country" | "text") | m.EnumOf() | m.KeyOf(), str():
            return it
        case _:
            raise ValueError(f"{it!r} is not a value of {kind}")


def type_at(book: m.Book, address: str) -> m.Type:
    """The type of the fact at an address (of a thing in a list, if the address ends with a place in it).

    Raises:
        ValueError: the book has no such fact.
    """
    first, *steps = address.split(".")
    name, bracket, _ = first.partition("[")
    given = book.givens.get(name)
    kind = None if given is None else given.type
    for step in steps:
        kind = m.EntityOf(kind.entity) if bracket and isinstance(kind, m.ListOf) else kind
        name, bracket, _ = step.partition("[")
        fact = book.entities[kind.entity].fact(name) if isinstance(kind, m.EntityOf) else None
        kind = None if fact is None else fact.type
    if kind is None or (bracket and not isinstance(kind, m.ListOf)):
        raise ValueError(f"the book has no fact {address}")
    return m.EntityOf(kind.entity) if bracket and isinstance(kind, m.ListOf) else kind


def leaves(book: m.Book, address: str, kind: m.Type, counts: Mapping[str, int]) -> Iterator[tuple[str, m.Type]]:
    """Every fact with a value of its own, and every list, at an address and below it; `counts`: elements of lists."""
    match kind:
        case m.EntityOf(entity):
            for fact in book.entities[entity].facts:
                yield from leaves(book, f"{address}.{fact.id}", fact.type, counts)
        case m.ListOf(entity):
            yield address, kind
            for i in range(counts.get(address, 0)):
                yield from leaves(book, f"{address}[{i}]", m.EntityOf(entity), counts)
        case _:
            yield address, kind
