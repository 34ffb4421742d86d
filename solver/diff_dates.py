"""One book on two dates: as known on a day, and for applications filed on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.inside import rebuilt
from dsl.model import Book, Compare, Const, Coverage, Dated, Member, Param, Parameter, Path, Scalar, Table


def known_on(book: Book, day: dt.date) -> Book:
    """The book without the rows of parameters and the stretches of tables that became known after a day."""
    parameters = {
        n: replace(p, values=tuple(r for r in p.values if r.known <= day or p.event is None))
        for n, p in book.parameters.items()
    }
    tables = {
        n: replace(t, coverage=tuple(c for c in t.coverage if (c.known or c.start or day) <= day))
        for n, t in book.tables.items()
    }
    return replace(book, parameters=parameters, tables=tables)


def filed_on(book: Book, day: dt.date) -> Book:
    """The book with the law that applies to an application filed on a day, whenever a person files.

    Parameters and tables by the day of filing have what is in force on that day, and comparisons of the day of filing
    with a date of the calendar are made for that day. What is counted from the day of filing (ages, windows, months) is
    still counted from the person's own.
    """
    filing = next((f.id for f in book.givens.values() if f.default == "today"), None)
    if filing is None:
        return book
    law = _Law(book, filing, day)
    terms = {
        n: t if any(p == filing for p, _ in t.params) else replace(t, means=law.put(t.means))
        for n, t in book.terms.items()
    }
    categories = {
        n: replace(c, needs=law.put(c.needs), bars=law.put(c.bars), overrides=law.put(c.overrides))
        for n, c in book.categories.items()
    }
    return replace(
        book,
        terms=terms,
        categories=categories,
        parameters={n: _settled(p, filing, day) for n, p in book.parameters.items()},
        tables={**book.tables, **{n + WHEN_FILED: _snapshot(t, day) for n, t in book.tables.items()}},
    )


WHEN_FILED = "|filed"
"""The end of the id of a table as it is on the day of filing."""


class _Law(Struct, frozen=True):
    """Conditions with a day put in where the law depends on the day of filing."""

    book: Book
    filing: str
    day: dt.date

    def put(self, thing: Any) -> Any:
        match thing:
            case Member(value, table, Path(base, ()), rows) if base == self.filing:
                return Member(self.put(value), table + WHEN_FILED, None, rows)
            case Compare(left=left, right=right) if self._calendar(left, right) or self._calendar(right, left):
                return replace(thing, left=self._known(left), right=self._known(right))
            case _:
                return rebuilt(thing, self.put)

    def _calendar(self, one: Any, other: Any) -> bool:
        dated = isinstance(other, Const) or (isinstance(other, Param) and self.book.parameters[other.id].event is None)
        return one == Path(self.filing) and dated

    def _known(self, side: Any) -> Any:
        return Const(self.day, Scalar("date")) if side == Path(self.filing) else side


def _snapshot(t: Table, day: dt.date) -> Table:
    """A table as it is on a day, for ever."""
    rows = tuple(replace(r, start=None, end=None) for r in t.rows if (r.start or day) <= day <= (r.end or day))
    cover = tuple(Coverage(c.kind, None, None) for c in t.coverage if (c.start or day) <= day <= (c.end or day))
    return replace(t, id=t.id + WHEN_FILED, rows=rows, coverage=cover[:1])


def _settled(p: Parameter, filing: str, day: dt.date) -> Parameter:
    """A parameter with the one row that is in force on a day."""
    if p.event != filing:
        return p
    rows = [row for row in p.values if row.start <= day]
    values: tuple[Dated, ...] = (rows[-1],) if rows else ()
    return replace(p, event=None, values=values)
