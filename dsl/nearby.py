"""The slip: something near what is written, in its place; and the values that stand beside a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from dsl.calendar import FIRST, LAST, ONGOING, Duration
from dsl.model import Book, EnumOf, KeyOf, Type, Value

Kind = Literal[
    "threshold",  # a number, an amount, a length of time, points
    "date",  # a day, or the side on which one lies
    "comparison",  # at least / more than / less than
    "connective",  # all of / any of / at least n of
    "negation",
    "quantifier",  # some / every
    "clause",  # left out
    "exception",  # left out, turned round, or in another order
    "member",  # of a set, an enumeration or a list of the law
    "coverage",  # closed / gappy
    "reading",  # another default
    "judgement",  # presumed / open
]

Way: TypeAlias = "tuple[str | int, ...]"
Scope: TypeAlias = Mapping[str, str]
"""The entity of each variable."""


class Slip(Struct, frozen=True):
    """What is written, and what comes instead (nothing: it is left out).

    after_node: what stands in the tree then, at the end of the way that comes with the slip. which: tells slips with
    one way apart; the place of an item, or the first day of a row.
    """

    kind: Kind
    before: str
    after: str
    after_node: Any
    which: Any = None


ONE = dt.timedelta(days=1)
_MOST = 10**15


def show(value: Value) -> str:
    """A value as the language writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def kind_of(value: Value) -> Kind:
    """The kind of slip that takes another value for this one."""
    match value:
        case bool():
            return "negation"
        case dt.date():
            return "date"
        case str():
            return "member"
        case _:
            return "threshold"


def near(value: Value, kind: Type, book: Book) -> list[Value]:
    """The values beside one: one less and one more, the day before and after, the neighbours in a list of words."""
    match value:
        case bool():
            return [not value]
        case int():
            return list(numbers(value))
        case Duration():
            return list(lengths(value))
        case dt.date():
            return list(days(value))
        case _:
            pass
    match kind:
        case EnumOf(name):
            words = [m for m, _ in book.enumerations[name].members]
        case KeyOf(name):
            words = list(dict.fromkeys(r.key for r in book.tables[name].rows))
        case _:
            words = []
    at = words.index(value) if value in words else -1
    return [words[i] for i in (at - 1, at + 1) if at >= 0 and 0 <= i < len(words)]


def numbers(n: int) -> Iterator[int]:
    """One less and one more."""
    return (m for m in (n - 1, n + 1) if 0 <= m <= _MOST)


def lengths(by: Duration) -> Iterator[Duration]:
    """One unit shorter and longer; never nothing."""
    return (Duration(n, by.unit) for n in (by.count - 1, by.count + 1) if n >= 1)


def days(day: dt.date) -> Iterator[dt.date]:
    """The day before and the day after."""
    if day != ONGOING:
        yield from (day + k * ONE for k in (-1, 1) if FIRST < day < LAST)
