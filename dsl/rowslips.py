"""What could be written wrong in what the law says by date: the rows of parameters and tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec.structs import replace

from dsl.model import Book, Coverage, Parameter, Table
from dsl.nearby import Slip, Way, days, kind_of, near, show


def parameter_slips(parameter: Parameter, book: Book) -> Iterator[tuple[Way, Slip]]:
    """Values beside those of a parameter, other first days, and rows left out."""
    rows = parameter.values
    for i, row in enumerate(rows):
        if row.value is not None:
            for other in near(row.value, parameter.type, book):
                slip = Slip(kind_of(row.value), show(row.value), show(other), other, row.start)
                yield ("values", i, "value"), slip
        if parameter.event is None:
            continue
        for day in days(row.start):
            if (i == 0 or rows[i - 1].start < day) and (i + 1 == len(rows) or day < rows[i + 1].start):
                # What was known from its first day on still is.
                moved = replace(row, start=day, known=day if row.known == row.start else row.known)
                yield ("values", i), Slip("date", f"from {row.start}", f"from {day}", moved, row.start)
        if len(rows) > 1:
            value = "unknown" if row.value is None else show(row.value)
            rest = rows[:i] + rows[i + 1 :]
            yield ("values",), Slip("date", f"from {row.start} {value}", "", rest, row.start)


def table_slips(table: Table, columns: Collection[str]) -> Iterator[tuple[Way, Slip]]:
    """Rows left out or in force for a day more or less; stretches whose silence means something else.

    `columns`: those that the rules look at; a row is told by its key and them.
    """
    for i, row in enumerate(table.rows):
        name = " ".join(("row", row.key, *(v for c, v in row.columns if c in columns)))
        if len(table.rows) > 1:
            rest = table.rows[:i] + table.rows[i + 1 :]
            yield ("rows",), Slip("member", name, "", rest, i)
        for word, day in (("from", row.start), ("to", row.end)):
            for other in days(day) if day else ():
                changed = replace(row, start=other) if word == "from" else replace(row, end=other)
                if changed.start is None or changed.end is None or changed.start <= changed.end:
                    yield ("rows", i), Slip("date", f"{name} {word} {day}", f"{name} {word} {other}", changed, word)
    for i, stretch in enumerate(table.coverage):
        other_kind: Literal["closed", "gappy"] = "gappy" if stretch.kind == "closed" else "closed"
        words = _stretch(stretch)
        slip = Slip("coverage", f"{stretch.kind}{words}", f"{other_kind}{words}", other_kind)
        yield ("coverage", i, "kind"), slip


def _stretch(stretch: Coverage) -> str:
    return (f" from {stretch.start}" if stretch.start else "") + (f" to {stretch.end}" if stretch.end else "")
