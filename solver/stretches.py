"""Dated tables looked over: days left out between days on which a list speaks, and rows that overlap."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator
from itertools import pairwise

from msgspec import Struct

from dsl.inside import found
from dsl.model import Book, Label, Member, Place, Row, Table

ONE = dt.timedelta(days=1)


class Stretch(Struct, frozen=True):
    """A gap or an overlap: its code, what it is about, and words.

    table, key, day: where it is; the first day of it. key: of whose rows, if it is not about all of the table. places:
    what to underline.
    """

    code: str
    subject: str
    words: Label
    advice: Label
    table: str
    day: dt.date
    key: str | None = None
    places: tuple[tuple[Place, Label], ...] = ()


def stretches_of(book: Book) -> Iterator[Stretch]:
    """Every gap and overlap in the dated tables of a book."""
    asked: dict[str, set[str]] = {}
    rules = (*book.terms.values(), *book.categories.values(), *book.entities.values(), *book.invariants)
    for part in found(rules, Member):
        asked.setdefault(part.table, set()).update(column for column, _ in part.rows)
    for table in book.tables.values():
        yield from _uncovered(table)
        yield from _rows(table, asked.get(table.id, set()), book)


def _uncovered(table: Table) -> Iterator[Stretch]:
    """Days between two stretches of coverage."""
    known = sorted(table.coverage, key=lambda c: c.start or dt.date.min)
    for a, b in pairwise(known):
        if a.end is not None and b.start is not None and a.end + ONE < b.start:
            first, last = a.end + ONE, b.start - ONE
            yield Stretch(
                "B908",
                f"{table.id} {first}",
                Label(
                    f"`{table.id}` says nothing from {first} to {last}, between days on which it is known",
                    f"`{table.id}`由{first}至{last}沒有說明，而其前後均有",
                ),
                Label(
                    f"add `gappy from {first} to {last}`, or what was in force",
                    f"加入`gappy from {first} to {last}`或當時的內容",
                ),
                table.id,
                first,
                places=tuple((c.place, said) for c, said in ((a, _ENDS), (b, _GOES_ON)) if c.place),
            )


def _rows(table: Table, asked: Collection[str], book: Book) -> Iterator[Stretch]:
    """Rows of one key, alike in the columns that some rule asks for, that overlap or leave a few days between them."""
    by_key: dict[object, list[Row]] = {}
    for row in table.rows:
        by_key.setdefault((row.key, tuple(c for c in row.columns if c[0] in asked)), []).append(row)
    for rows in by_key.values():
        ordered = sorted(rows, key=lambda r: r.start or dt.date.min)
        for a, b in pairwise(ordered):
            end, start = a.end or dt.date.max, b.start or dt.date.min
            if b.start is None:
                yield Stretch(
                    "B909",
                    f"{table.id} {a.key}",
                    Label(
                        f"two rows of `{a.key}` in `{table.id}` have no first day",
                        f"`{table.id}`中`{a.key}`有兩列沒有開始日期",
                    ),
                    Label("delete one of them, or say from when it is in force", "刪去其一，或說明由何時起生效"),
                    table.id,
                    min(end, b.end or dt.date.max, book.known),
                    a.key,
                    _written(book, table, a, b),
                )
            elif start <= end:
                yield Stretch(
                    "B909",
                    f"{table.id} {a.key} {start}",
                    Label(
                        f"two rows of `{a.key}` in `{table.id}` are in force on {start}",
                        f"`{table.id}`中`{a.key}`有兩列於{start}同時生效",
                    ),
                    Label(f"end the first on {start - ONE}", f"將第一列的終止日改為{start - ONE}"),
                    table.id,
                    start,
                    a.key,
                    _written(book, table, a, b),
                )
            elif end + ONE < start and (start - end).days <= _SHORT:
                yield Stretch(
                    "B908",
                    f"{table.id} {a.key} {end + ONE}",
                    Label(
                        f"`{a.key}` is left out of `{table.id}` from {end + ONE} to {start - ONE} only",
                        f"`{a.key}`僅由{end + ONE}至{start - ONE}不在`{table.id}`內",
                    ),
                    Label(f"end its first row on {start - ONE}", f"將第一列的終止日改為{start - ONE}"),
                    table.id,
                    end + ONE,
                    a.key,
                    _written(book, table, a, b),
                )


_ENDS = Label("the last day before", "此前最後一日")
_GOES_ON = Label("goes on from here", "由此繼續")


def _written(book: Book, table: Table, *rows: Row) -> tuple[tuple[Place, Label], ...]:
    """Where rows stand in the file of a table; where the table is declared, if they are not found there."""
    text = book.texts.get(table.file, "")
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines)
    out: list[tuple[Place, Label]] = []
    for record in reader:
        cells = {cell.strip() for cell in record}
        for row in rows:
            if row.key in cells and {day.isoformat() for day in (row.start, row.end) if day} <= cells:
                start = sum(map(len, lines[: reader.line_num - 1]))
                place = Place(table.file, start, start + len(lines[reader.line_num - 1].rstrip("\r\n")))
                out.append((place, Label(f"row of `{row.key}`", f"`{row.key}`的一列")))
                break
    said = Label("its rows", "其各列")
    return tuple(out[:2]) or (((table.place, said),) if table.place else ())


_SHORT = 31
"""So few days between two rows of one key are taken for a slip."""
