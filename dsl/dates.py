"""Days as a case writes them, and what other ways of writing one were meant to say."""

from __future__ import annotations

import datetime as dt
import re

from dsl.calendar import FIRST, LAST, ONGOING
from dsl.problem import Problem, plain, shown

ONGOING_WORD = "ongoing"
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STILL = ("present", "now", "current", "currently", "today", "continuing", "none", "至今", "現在", "现在", "仍在職")


def date(text: str, *, spell_end: bool = False) -> dt.date | Problem:
    """A day as `2026-03-31`; the end of a spell may be `ongoing`."""
    if text == ONGOING_WORD:
        if spell_end:
            return ONGOING
        return Problem(
            "C526", "only the end of a spell may be `ongoing`", "not the end of a spell", "write a date, or `unknown`"
        )
    if match := _DATE.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    word = plain(text)[:60]
    message = f"not a date: {shown(text)}"
    if spell_end and word.casefold() in _STILL:
        return Problem("C509", message, "a word", f"write `{ONGOING_WORD}`")
    if match := re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ].*", word):
        note = "facts hold for whole days in Hong Kong"
        return Problem("C509", message, "a date with a time of day", f"write `{match[1]}`", (note,))
    if re.fullmatch(r"[0-9]{4}([-/.年][0-9]{1,2}月?)?年?", word):
        label = "a year without a day" if len(word.rstrip("年")) == 4 else "a month without a day"
        return Problem("C509", message, label, "write the whole date, such as `2026-03-31`, or `unknown`")
    meant = _meant(word)
    if len(meant) == 1:
        return Problem("C509", message, "not written year-month-day", f"write `{meant[0].isoformat()}`")
    if meant:
        fix = "write " + " or ".join(f"`{day.isoformat()}`" for day in meant) + ", whichever is meant"
        return Problem("C509", message, "day and month cannot be told apart", fix)
    words = "`2026-03-31`, `ongoing`" if spell_end else "`2026-03-31`"
    return Problem("C509", message, "not a date", f"write a date such as {words} or `unknown`")


def _day(year: int, month: int, day: int) -> dt.date | Problem:
    written = f"{year:04}-{month:02}-{day:02}"
    message = f"no calendar has the date `{written}`"
    if not 1 <= month <= 12:
        swapped = _possible(year, day, month)
        fix = f"write `{swapped.isoformat()}`" if swapped else "write a month from `01` to `12`"
        return Problem("C508", message, f"there is no month {month:02}", fix)
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)).day if 0 < year < 9999 else 31
    if not 1 <= day <= last:
        note = f"{dt.date(2000, month, 1):%B} {year} has {last} days" if day else "the first day of a month is 01"
        return Problem(
            "C508",
            message,
            f"there is no day {day:02}",
            f"write `{year:04}-{month:02}-{last if day else 1:02}`",
            (note,),
        )
    if not FIRST.year <= year <= LAST.year:
        note = f"the calendar of the language runs from {FIRST} to {LAST}"
        message = f"the date `{written}` is outside the calendar"
        return Problem("C525", message, "too early or too late", _year(year), (note,))
    return dt.date(year, month, day)


def _year(year: int) -> str:
    return f"write a year from `{FIRST.year}` to `{LAST.year}`" + (f", or `{ONGOING_WORD}`" if year == 9999 else "")


def _possible(year: int, month: int, day: int) -> dt.date | None:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None


def _meant(word: str) -> tuple[dt.date, ...]:
    """The dates another way of writing may stand for."""
    days: list[dt.date | None] = []
    if match := re.fullmatch(r"([0-9]{4})[-/. 年]?([0-9]{1,2})[-/. 月]?([0-9]{1,2})日?", word):
        days = [_possible(int(match[1]), int(match[2]), int(match[3]))]
    elif match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", word):
        one, two, year = int(match[1]), int(match[2]), int(match[3])
        days = [_possible(year, two, one), _possible(year, one, two)]
    elif match := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?[- ]([A-Za-z]{3,9})\.?,?[- ]([0-9]{4})", word):
        days = [_possible(int(match[3]), _month(match[2]), int(match[1]))]
    elif match := re.fullmatch(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})", word):
        days = [_possible(int(match[3]), _month(match[1]), int(match[2]))]
    return tuple(dict.fromkeys(day for day in days if day))


def _month(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0
