"""What parameters and tables say by day, as plain data: a question where the law does not say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dsl import model as m
from whereas.records.values import written

Json = dict[str, Any]
FIRST, _DAY = dt.date(1900, 1, 1), dt.timedelta(1)


def parameter(p: m.Parameter) -> Json:
    """The values of a parameter by day: none before the first; where a row has none, each comparison is a question."""
    rows = sorted(p.values, key=lambda r: r.start)
    said = [{"ask": f"{p.id}|{written(r.start)}|"} if r.value is None else written(r.value) for r in rows]
    return {"starts": [written(r.start) for r in rows], "said": [None, *said]}


Stretch = tuple[dt.date | None, dt.date | None]
"""The first day, and the first day after."""


def table(t: m.Table, columns: Mapping[str, str]) -> Json:
    """What a table says by day of each key, of any other (*) and whether it may have one that is not known (?).

    A row is there, or is not, where the table is complete; elsewhere the law does not say, and that is one question for
    as long as the table says the same.
    """
    rows: dict[str, list[Stretch]] = {}
    for r in t.rows:
        if columns.items() <= dict(r.columns).items():
            rows.setdefault(r.key, []).append(_while(r))
    covers = [(_while(c), c.kind) for c in t.coverage]

    def said(key: str, mine: Sequence[Stretch]) -> Json:
        stretches = [*mine, *(it for it, _ in covers)]
        turns = sorted({x for it in stretches if it[0] != it[1] for x in it if x is not None and x > FIRST})
        out: list[Any] = []
        for day in (FIRST, *turns):
            kind = next((kind for it, kind in covers if _lasts(it, day)), None)
            present = any(_lasts(it, day) for it in mine)
            if key == "?":
                out.append(present or kind != "closed")
            elif kind == "closed" or (kind is not None and present and key != "other"):
                out.append(present)
            else:
                out.append({"ask": f"{t.id}:*|{dict(columns)}{'' if day == FIRST else written(day)}"})
        return {"starts": [written(x) for x in turns], "said": out}

    named = {key: said(key, mine) for key, mine in rows.items()}
    return named | {"*": said("*", ()), "?": said("?", [it for mine in rows.values() for it in mine])}


def _while(it: m.Row | m.Coverage) -> Stretch:
    return it.start, None if it.end is None or it.end == dt.date.max else it.end + _DAY


def _lasts(it: Stretch, day: dt.date) -> bool:
    return (it[0] is None or it[0] <= day) and (it[1] is None or day < it[1])
