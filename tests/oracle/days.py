"""Days and months counted by walking (docs/semantics.md section 2), apart from the project's own calendar module."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
ONGOING = dt.date.max
DAY = dt.timedelta(days=1)

Spell = tuple[dt.date, dt.date]
"""First and last day, both inside."""


def day_in(year: int, month: int, day: int) -> dt.date:
    """That day of the month, or the last one the month has."""
    while True:
        try:
            return dt.date(year, month, day)
        except ValueError:
            day -= 1


@lru_cache(maxsize=1 << 16)
def months_on(start: dt.date, months: int) -> dt.date:
    """The corresponding date so many months later (or earlier), by stepping through them; not kept in range."""
    step = 1 if months > 0 else -1
    year, month = start.year, start.month
    for _ in range(abs(months) // 12):
        year += step
    for _ in range(abs(months) % 12):
        month += step
        if month == 13:
            year, month = year + 1, 1
        elif month == 0:
            year, month = year - 1, 12
    return day_in(year, month, start.day)


@lru_cache(maxsize=1 << 16)
def moved(start: dt.date, count: int, unit: str) -> dt.date:
    """`start` plus `count` units (minus, if negative), kept inside the calendar of the language."""
    if start == ONGOING:
        return start
    far = 400 * 366
    match unit:
        case "days":
            out = start + max(-far, min(far, count)) * DAY
        case "weeks":
            out = start + max(-far, min(far, 7 * count)) * DAY
        case "months":
            out = months_on(start, max(-12 * 400, min(12 * 400, count)))
        case _:
            out = months_on(start, 12 * max(-400, min(400, count)))
    return max(FIRST, min(LAST, out))


@lru_cache(maxsize=1 << 16)
def edge(day: dt.date, name: str) -> dt.date:
    """The first or last day of the month or year of a day, by walking there day by day."""
    if day == ONGOING:
        return day
    period, side = name.split()
    step = -DAY if side == "begins" else DAY

    def inside(other: dt.date) -> bool:
        return other.year == day.year and (period == "year" or other.month == day.month)

    while inside(day + step):
        day += step
    return day


@lru_cache(maxsize=1 << 16)
def age(born: dt.date, on: dt.date) -> int:
    """The greatest n with `born` + n years on or before `on`."""
    years = 0
    while months_on(born, 12 * (years + 1)) <= on:
        years += 1
    while months_on(born, 12 * years) > on:
        years -= 1
    return years


def runs(spells: Iterable[Spell]) -> set[Spell]:
    """The longest stretches of days on which some spell lasts.

    A run begins on a first day whose eve no spell covers, and goes on while some spell covers the next day.
    """
    lasting = [(first, last) for first, last in spells if first <= last]
    out = set()
    for first, end in lasting:
        eve, last = first - DAY, end
        if not any(a <= eve <= b for a, b in lasting):
            while longer := [b for a, b in lasting if a <= last + DAY and b > last]:
                last = max(longer)
            out.add((first, last))
    return out


@lru_cache(maxsize=1 << 16)
def length(first: dt.date, last: dt.date) -> tuple[int, int]:
    """Whole months from the first day to the last, both inside, and the days left over."""
    after = last + DAY
    months = max(0, 12 * (after.year - first.year) - 12)  # a year less than there may be
    while months_on(first, months + 1) <= after:
        months += 1
    return months, (after - months_on(first, months)).days


def total(spells: Iterable[Spell]) -> tuple[int, int, int]:
    """Months and days (thirty to a month) of the merged runs, and all their days counted one by one."""
    return added(frozenset(spells))


@lru_cache(maxsize=1 << 16)
def added(spells: frozenset[Spell]) -> tuple[int, int, int]:
    """The same of different spells."""
    found = runs(spells)
    months = sum(length(*run)[0] for run in found)
    days = sum(length(*run)[1] for run in found)
    return months + days // 30, days % 30, sum((last - first).days + 1 for first, last in found)
