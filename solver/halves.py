"""Two editions of a table as what both list and what one lists besides.

That keeps questions about the two small: whoever is listed alike in both is one test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dsl.model import Book, Row, Table
from solver.said import all_uses, columns_read

Apart = frozenset[tuple[str, str]]
"""What the editions do not share: the kind of declaration and its id."""


class Shared(Struct, frozen=True):
    """Rows of a table that both editions have, and those that only one has."""

    both: tuple[Row, ...]
    old: tuple[Row, ...]
    new: tuple[Row, ...]


def halves(old: Book, new: Book, apart: Apart) -> dict[str, Shared]:
    """Tables that can be told as what both editions list and what one lists besides: those of the same coverage.

    A row that is there means yes wherever the table says anything, whatever is not known of rows that are not.
    """
    columns = columns_read(old) | columns_read(new)
    undated = {name for kind, name in all_uses(old) | all_uses(new) if kind == "undated"}
    out = {}
    for kind, id in apart:
        if kind != "tables":
            continue
        a, b = old.tables[id], new.tables[id]
        cover = [(c.kind, c.start, c.end) for c in a.coverage]
        if a.key_type != b.key_type or cover != [(c.kind, c.start, c.end) for c in b.coverage]:
            continue
        made = _split(_spans(a, columns), _spans(b, columns))
        if id in undated:
            known = all(_inside(r, cover) for r in (*made.old, *made.new))
        else:
            known = True
            made = Shared(made.both, _clipped(made.old, cover), _clipped(made.new, cover))
        if known:
            out[id] = made
    return out


Cover = Sequence[tuple[str, dt.date | None, dt.date | None]]


def _clipped(rows: Iterable[Row], cover: Cover) -> tuple[Row, ...]:
    """Rows on the days of which a table says anything; on others it is not known who is listed, row or no row."""
    out = []
    for r in rows:
        for _, start, end in cover:
            first = max((d for d in (r.start, start) if d is not None), default=None)
            last = min((d for d in (r.end, end) if d is not None), default=None)
            if first is None or last is None or first <= last:
                out.append(replace(r, start=first, end=last))
    return tuple(out)


Spans = dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[int, int]]]
"""For a key and its columns the days on which it is listed, as numbers of days, both ends included, in order."""


def _spans(t: Table, columns: frozenset[str]) -> Spans:
    out: Spans = {}
    for r in t.rows:
        key = (r.key, tuple(sorted((c, v) for c, v in r.columns if c in columns)))
        first, last = r.start or dt.date.min, r.end or dt.date.max
        out.setdefault(key, []).append((first.toordinal(), last.toordinal()))
    return {key: sorted(spans) for key, spans in out.items()}


def _split(a: Spans, b: Spans) -> Shared:
    """The days that both list, and those that only one lists."""
    both, old, new = list[Row](), list[Row](), list[Row]()
    for key in a.keys() | b.keys():
        mine, yours = a.get(key, []), b.get(key, [])
        both += _rows(key, [(max(x, u), min(y, v)) for x, y in mine for u, v in yours])
        old += _rows(key, _less(mine, yours))
        new += _rows(key, _less(yours, mine))
    order = lambda r: (r.key, r.start or dt.date.min)  # noqa: E731
    return Shared(tuple(sorted(both, key=order)), tuple(sorted(old, key=order)), tuple(sorted(new, key=order)))


def _less(spans: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The days of some spans that are in none of the others."""
    out = spans
    for u, v in others:
        out = [part for x, y in out for part in ((x, min(y, u - 1)), (max(x, v + 1), y)) if part[0] <= part[1]]
    return out


def _rows(key: tuple[str, tuple[tuple[str, str], ...]], spans: Iterable[tuple[int, int]]) -> list[Row]:
    low, high = dt.date.min.toordinal(), dt.date.max.toordinal()
    return [
        Row(
            key[0],
            None if x == low else dt.date.fromordinal(x),
            None if y == high else dt.date.fromordinal(y),
            key[1],
        )
        for x, y in spans
        if x <= y
    ]


def _inside(r: Row, cover: Cover) -> bool:
    """Whether a row lies in one closed stretch of what a table is known to say."""
    first, last = dt.date.min, dt.date.max
    return any(
        kind == "closed" and (start or first) <= (r.start or first) and (r.end or last) <= (end or last)
        for kind, start, end in cover
    )
