"""Days, months and windows: the only place where time is counted.

A date is a `datetime.date`; Hong Kong time (UTC+8) is meant throughout. Months follow the corresponding-date rule
(Dodds v Walker [1981]; Interpretation and General Clauses Ordinance, Cap. 1 s.3: a month is a calendar month), are
clipped to the end of a shorter month and are always counted from the original date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""The calendar the language knows. `LAST` doubles as the end of a spell that is still going on."""

ONGOING = dt.date.max
"""End of a spell that has not ended."""

_DAY = dt.timedelta(days=1)

_FIRST_YEAR, _LAST_YEAR = FIRST.year, LAST.year

_HONG_KONG = dt.timezone(dt.timedelta(hours=8))

Unit = Literal["days", "weeks", "months", "years"]
Span = tuple[dt.date, dt.date]
"""A half-open run of days `[first, end)`."""


class Duration(Struct, frozen=True, order=True):
    """A length of time in one unit; 6 months and 180 days are different things and never compare equal."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        """Render as the language writes it."""
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"


def today() -> dt.date:
    """Today in Hong Kong."""
    return dt.datetime.now(_HONG_KONG).date()


def _last_of(year: int, month: int) -> int:
    """The last day of a month."""
    return (dt.date(year + month // 12, month % 12 + 1, 1) - _DAY).day


def add_months(day: dt.date, months: int) -> dt.date:
    """`day` plus `months` (may be negative) by the corresponding-date rule, clipped to `FIRST`..`LAST`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return FIRST if year < _FIRST_YEAR else LAST
    last = day.day
    if last > 28:
        last = min(last, _last_of(year, month + 1))
    return dt.date(year, month + 1, last)


def shift(day: dt.date, by: Duration, sign: int = 1) -> dt.date:
    """`day` moved by a duration; `sign` -1 moves back. Clipped to `FIRST`..`LAST`; `ONGOING` stays."""
    if day == ONGOING:
        return day
    count = sign * by.count
    if by.unit == "months":
        return add_months(day, count)
    if by.unit == "years":
        return add_months(day, 12 * count)
    days = count * (7 if by.unit == "weeks" else 1)
    return dt.date.fromordinal(min(max(day.toordinal() + days, FIRST.toordinal()), LAST.toordinal()))


Edge = Literal["month begins", "month ends", "year begins", "year ends"]


def edge_of(day: dt.date, edge: Edge) -> dt.date:
    """The first or last day of the month or year that a day falls in; `ONGOING` stays."""
    if day == ONGOING:
        return day
    match edge:
        case "month begins":
            return day.replace(day=1)
        case "month ends":
            return day.replace(day=_last_of(day.year, day.month))
        case "year begins":
            return dt.date(day.year, 1, 1)
        case "year ends":
            return dt.date(day.year, 12, 31)


def age(born: dt.date, on: dt.date) -> int:
    """Completed years from `born` to `on`; a birthday on 29 February falls on 28 February in a common year.

    Negative before birth is not meant to happen and counts as completed years below zero.
    """
    years = on.year - born.year
    return years if add_months(born, 12 * years) <= on else years - 1


def merged(spells: Iterable[Span]) -> tuple[Span, ...]:
    """The spells as disjoint runs in order, overlaps and touching ends joined, empty ones dropped."""
    out: list[Span] = []
    for first, end in sorted(s for s in spells if s[0] < s[1]):
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((first, end))
    return tuple(out)


def clipped(spells: Iterable[Span], first: dt.date, end: dt.date) -> tuple[Span, ...]:
    """The parts of the spells inside `[first, end)`."""
    return tuple([(max(a, first), min(b, end)) for a, b in spells if a < end and b > first and a < b and first < end])


def months_and_days(first: dt.date, end: dt.date) -> tuple[int, int]:
    """Whole months from `first` that fit before `end`, and the days left over (reading A-07)."""
    months = (end.year - first.year) * 12 + end.month - first.month
    corresponding = add_months(first, months)
    if corresponding > end:
        months -= 1
        corresponding = add_months(first, months)
    return months, (end - corresponding).days


def months_of(runs: Iterable[Span]) -> tuple[int, int]:
    """Total of merged runs as `(months, days)`, days under thirty.

    The default reading of A-07: whole months of each merged run, the days left over added up, thirty to a month.
    """
    months = days = 0
    for first, end in runs:
        m, d = months_and_days(first, end)
        months, days = months + m, days + d
    return months + days // 30, days % 30


def days_of(runs: Iterable[Span]) -> int:
    """Total days of merged runs."""
    return sum((end - first).days for first, end in runs)
