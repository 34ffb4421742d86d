"""What a word in a case stands for: one function per kind of fact, each giving a value or saying what is wrong.

The functions know nothing of files. What they report has a typeable fix wherever one can be told without guessing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from dsl.calendar import FIRST, LAST, ONGOING, Duration, Unit
from dsl.countries import countries
from dsl.model import OTHER, Enumeration, Table, Value
from dsl.suggest import nearest

HIGHEST = 10**15
"""The greatest whole number and amount (`docs/semantics.md` section 1)."""

LONGEST = 999_999
"""The greatest count of a duration: past every calendar the language has, in any unit."""

ONGOING_WORD = "ongoing"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a word, without its place. `value`: what it is taken for if that does no harm."""

    code: str
    message: str
    label: str
    help: str | None = None
    notes: tuple[str, ...] = ()
    value: Value | None = None


def shown(text: str, most: int = 40) -> str:
    """User text as it stands in a message: in backticks, on one line, not too long."""
    text = " ".join(text.split()) or text
    return f"`{text if len(text) <= most else text[: most - 3] + '...'}`"


def plain(text: str) -> str:
    """The text with full-width forms made ordinary and outer space gone."""
    return unicodedata.normalize("NFKC", text).strip()


# -------------------------------------------------------------------------------------------------------------- truths


_YES = ("yes", "y", "on", "true", "t", "1", "是")
_NO = ("no", "n", "off", "false", "f", "0", "否")


def truth(text: str, *, quoted: bool = False) -> bool | Problem:
    """`true` or `false`."""
    if not quoted and text in ("true", "True", "TRUE"):
        return True
    if not quoted and text in ("false", "False", "FALSE"):
        return False
    word = plain(text).casefold()
    meant = "true" if word in _YES else "false" if word in _NO else None
    label = "a text in quotes" if quoted and meant else "neither `true` nor `false`"
    fix = f"write `{meant}`" if meant else "write `true`, `false` or `unknown`"
    return Problem("C527", f"not a truth: {shown(text)}", label, fix)


def outcome(text: str, *, quoted: bool = False) -> bool | Problem:
    """What an officer decided: `favourable` or `unfavourable`, or a truth."""
    if text == "favourable" or (text == "true" and not quoted):
        return True
    if text == "unfavourable" or (text == "false" and not quoted):
        return False
    word = plain(text).casefold()
    meant = nearest(word, ("favourable", "unfavourable"))
    if word in (*_YES, "favourable", "met", "passed", "ok"):
        meant = "favourable"
    elif word in (*_NO, "unfavourable", "refused", "failed", "negative"):
        meant = "unfavourable"
    fix = f"write `{meant}`" if meant else "write `favourable`, `unfavourable` or `unknown`"
    return Problem("C528", f"not the outcome of a judgement: {shown(text)}", "not an outcome", fix)


# ------------------------------------------------------------------------------------------------------------- numbers

_WHOLE = re.compile(r"0|[1-9][0-9]*")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_TIMES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "萬": 10_000, "万": 10_000, "億": 10**8}


def _bounded(digits: str, what: str) -> int | Problem:
    if len(digits) > 16 or int(digits) > HIGHEST:
        return Problem("C506", f"the {what} is too large", f"more than {HIGHEST:,}", f"write at most `{HIGHEST}`")
    return int(digits)


def _digits(text: str) -> str | None:
    """The whole number somebody meant by another way of writing it, if there is no doubt."""
    word = plain(text).replace("_", "").replace(" ", "").removeprefix("+")
    if len(word) > 60:
        return None
    if _GROUPED.fullmatch(word):
        word = word.replace(",", "")
    if match := re.fullmatch(r"([0-9]+)\.0+", word):
        word = match[1]
    elif match := re.fullmatch(r"([0-9]+)(?:\.([0-9]+))?(k|m|mn|million|萬|万|億)", word, re.IGNORECASE):
        times, fraction = _TIMES[match[3].lower()], match[2] or ""
        product = int(match[1] + fraction) * times
        if product % 10 ** len(fraction):
            return None
        word = str(product // 10 ** len(fraction))
    elif match := re.fullmatch(r"([0-9](?:\.([0-9]+))?)[eE]\+?([0-9]{1,2})", word):
        fraction = match[2] or ""
        if int(match[3]) >= len(fraction):
            word = match[1].replace(".", "") + "0" * (int(match[3]) - len(fraction))
    word = word.lstrip("0") or "0" if re.fullmatch("[0-9]+", word) else word
    return word if _WHOLE.fullmatch(word) and len(word) <= 16 and int(word) <= HIGHEST else None


def whole(text: str, *, quoted: bool = False) -> int | Problem:
    """A whole number from 0 to `HIGHEST`, in plain digits."""
    if _WHOLE.fullmatch(text) and not quoted:
        return _bounded(text, "number")
    if re.fullmatch("-[0-9]+", text) and not quoted and text.strip("-0"):
        return Problem("C506", "the number is below zero", "less than 0", "write a whole number from `0` up")
    meant = _digits(text)
    message = f"not a whole number: {shown(text)}"
    fix = f"write `{meant}`" if meant else "write a whole number in digits, such as `12`, or `unknown`"
    if quoted and text == meant:
        return Problem("C507", message, "a text in quotes", f"write `{meant}` without quotes")
    label = "not a whole number"
    if re.fullmatch(r"[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?", text):
        label = "a number with a decimal point"
    elif text in ("true", "false"):
        label = "a truth"
    return Problem("C507", message, label, fix)


_FOREIGN = re.compile(
    r"US\$|USD|RMB|CNY|CN¥|¥|￥|€|EUR|£|GBP|SGD|S\$|A\$|AUD|JPY|NT\$|人民幣|人民币|美元", re.IGNORECASE
)
_LOCAL = re.compile(r"^(HK\$|HKD|HK|\$|港幣|港元|港币)\s*|\s*(港元|元|HKD|HK\$|dollars)$", re.IGNORECASE)


def money(text: str, *, quoted: bool = False) -> int | Problem:
    """Whole Hong Kong dollars: `2500000` or `HK$2,500,000`."""
    if _WHOLE.fullmatch(text) and not quoted:
        return _bounded(text, "amount")
    amount = text.removeprefix("HK$")
    if amount != text and (_WHOLE.fullmatch(amount) or (_GROUPED.fullmatch(amount) and amount[0] != "0")):
        return _bounded(amount.replace(",", ""), "amount")
    message = f"not an amount in whole Hong Kong dollars: {shown(text)}"
    word = plain(text)[:60]
    if _FOREIGN.search(word):
        note = "amounts are in Hong Kong dollars; the book has no rates of exchange"
        return Problem("C513", message, "another currency", "write the amount in Hong Kong dollars", (note,))
    bare = _LOCAL.sub("", _LOCAL.sub("", word)).strip()
    if bare.startswith("-") or word.startswith("-"):
        return Problem("C506", "the amount is below zero", "less than 0", "write an amount from `0` up")
    if meant := _digits(bare):
        label = "a text in quotes" if quoted and meant == text else "not written in digits or with `HK$`"
        fix = f"write `{meant}` without quotes" if meant == text else f"write `HK${int(meant):,}`"
        return Problem("C513", message, label, fix)
    if re.fullmatch(r"[0-9][0-9,]*\.[0-9]+", bare):
        return Problem(
            "C513", message, "an amount with cents", f"write whole dollars, such as `HK${bare.split('.')[0]}`"
        )
    label = "a truth" if text in ("true", "false") else "not an amount"
    return Problem("C513", message, label, "write an amount such as `HK$2,500,000`, or `unknown`")


# --------------------------------------------------------------------------------------------------------------- dates

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


# ----------------------------------------------------------------------------------------------------------- durations

_DURATION = re.compile(r"([1-9][0-9]{0,9}|0) (day|week|month|year)(s?)")
_UNITS = {
    "d": "days",
    "w": "weeks",
    "m": "months",
    "y": "years",
    "日": "days",
    "天": "days",
    "週": "weeks",
    "周": "weeks",
}
_UNITS |= {
    "星期": "weeks",
    "個月": "months",
    "个月": "months",
    "月": "months",
    "年": "years",
    "mo": "months",
    "yr": "years",
}
_UNITS |= {u: f"{u.rstrip('s')}s" for u in ("day", "days", "week", "weeks", "month", "months", "year", "years", "yrs")}
_UNITS["yrs"] = "years"


def duration(text: str) -> Duration | Problem:
    """A length of time in one unit: `24 months`."""
    if match := _DURATION.fullmatch(text):
        count = int(match[1])
        if count > LONGEST:
            return Problem(
                "C506", "the duration is too long", f"more than {LONGEST:,}", f"write at most `{LONGEST} days`"
            )
        return Duration(count, cast("Unit", f"{match[2]}s"))
    message = f"not a duration: {shown(text)}"
    word = plain(text)[:60].lower()
    if re.fullmatch("[0-9]{1,6}", word):
        return Problem("C514", message, "a number without a unit", f"write `{int(word)} months`, or another unit")
    match = re.fullmatch(r"([0-9]{1,6})\s*-?\s*([a-z]+|\W|[^\W\d]+)", word) or re.fullmatch(
        "p([0-9]{1,6})([dwmy])", word
    )
    if match and (unit := _UNITS.get(match[2])):
        length = Duration(int(match[1]), cast("Unit", unit))
        return Problem("C514", message, "not written as `NUMBER UNIT`", f"write `{length}`")
    if match := re.fullmatch(r"([0-9]{1,4})\.5 ?(?:years?|yrs?)", word):
        return Problem("C514", message, "not a whole number", f"write `{int(match[1]) * 12 + 6} months`")
    fix = "write a number and one of `days`, `weeks`, `months`, `years`, such as `24 months`"
    return Problem("C514", message, "not a duration", fix)


# ----------------------------------------------------------------------------------------------------------- countries

_USUAL = {"UK": "GB", "ENGLAND": "GB", "SCOTLAND": "GB", "USA": "US", "AMERICA": "US", "PRC": "CN", "MAINLAND": "CN"}
_USUAL |= {"MAINLAND CHINA": "CN", "HKSAR": "HK", "MACAU": "MO", "ROC": "TW", "KOREA": "KR", "EL": "GR"}


def _from_three(code: str) -> str | None:
    import pycountry

    found = pycountry.countries.get(alpha_3=code)
    return found.alpha_2 if found else None


def country_names() -> dict[str, str]:
    """The English names of countries, usual and official, with their codes."""
    import pycountry

    names: dict[str, str] = {}
    for each in pycountry.countries:
        for field in ("name", "common_name", "official_name"):
            names.setdefault(getattr(each, field, each.name), each.alpha_2)
    return names


def country(text: str) -> str | Problem:
    """A country or territory by its ISO 3166 code; the exact English name is taken too, with a word about it."""
    if text in countries():
        return text
    message = f"not the code of a country: {shown(text)}"
    word = plain(text)
    if text in ("true", "false"):
        note = "a program that writes YAML 1.1 turns `NO`, Norway, into `false`"
        return Problem("C510", message, "a truth", "write `NO` for Norway, or `unknown`", (note,))
    names = country_names()
    if found := names.get(text):
        message = f"a country is named, not coded: {shown(text)}"
        return Problem("C535", message, f"taken as `{found}`", f"write `{found}`", value=found)
    folded = {name.casefold(): code for name, code in names.items()}
    meant = _USUAL.get(word.upper()) or folded.get(word.casefold())
    label = "not an ISO 3166 code"
    if meant is None and word.upper() in countries():
        meant, label = word.upper(), "codes are in capitals"
    if meant is None and re.fullmatch("[A-Za-z]{3}", word) and (two := _from_three(word.upper())):
        meant, label = two, "a code of three letters"
    if meant is None and (name := nearest(word, names)) and len(word) > 3:
        meant = names[name]
    if meant:
        named = next(name for name, code in names.items() if code == meant)
        return Problem("C510", message, label, f"write `{meant}`", (f"`{meant}` is {named}",))
    return Problem("C510", message, label, "write the two-letter code, such as `JP`, or `unknown`")


# -------------------------------------------------------------------------------------------------------- names of law


def member(text: str, enumeration: Enumeration) -> str | Problem:
    """A member of an enumeration, by its id."""
    ids = [ident for ident, _ in enumeration.members]
    if text in ids:
        return text
    word = plain(text).casefold()
    labels = {words.casefold(): ident for ident, label in enumeration.members for words in (label.en, label.zh)}
    meant = labels.get(word) or nearest(word.replace(" ", "_").replace("-", "_"), ids)
    if meant is None and word.replace(" ", "_").replace("-", "_") in ids:
        meant = word.replace(" ", "_").replace("-", "_")
    if meant is None and (near := nearest(word, labels)):
        meant = labels[near]
    label = "a truth" if text in ("true", "false") else f"not one of {enumeration.label.en}"
    listed = ", ".join(f"`{ident}`" for ident in ids[:20]) + (f" and {len(ids) - 20} more" if len(ids) > 20 else "")
    fix = f"write `{meant}`" if meant else "write one of these, or `unknown`"
    return Problem("C511", f"no such value: {shown(text)}", label, fix, (f"the values are {listed}",))


def key(text: str, table: Table) -> str | Problem:
    """A key of a table: its id, the exact English or Chinese name of a row, or `other`."""
    if text == OTHER or any(row.key == text for row in table.rows):
        return text
    names = table_names(table)
    exact = names.get(unicodedata.normalize("NFC", text), ())
    if len(exact) == 1:
        return exact[0]
    if exact:
        message = f"a name stands for more than one row: {shown(text)}"
        labels = {row.key: row.label for row in table.rows if row.key in exact and row.label}
        rows = ", ".join(f"`{ident}` ({label.en}, {label.zh})" for ident, label in labels.items())
        fix = "write " + " or ".join(f"`{ident}`" for ident in exact[:5]) + ", whichever is meant"
        return Problem("C532", message, f"the name of {len(exact)} rows", fix, (f"the rows are {rows}",))
    close = _close(plain(text), names)
    label = "a truth" if text in ("true", "false") else "not on the list"
    fix = f"write its full name or its id; write `{OTHER}` only if it is truly on no list"
    notes: tuple[str, ...] = ()
    if close:
        near = ", ".join(f"{name} (`{ident}`)" if name != ident else f"`{ident}`" for name, ident in close)
        notes = (f"nearest on the list: {near}",)
        sure = "" if len(close) == 1 else " if that is meant"
        fix = f"write `{close[0][1]}`{sure}; write `{OTHER}` only if it is truly on no list"
    return Problem("C512", f"not in {table.label.en}: {shown(text)}", label, fix, notes)


def table_names(table: Table) -> Mapping[str, tuple[str, ...]]:
    """The keys that each name of a row stands for; most names stand for one."""
    names: dict[str, tuple[str, ...]] = {}
    for row in table.rows:
        for name in (row.label.en, row.label.zh) if row.label else ():
            exact = unicodedata.normalize("NFC", name)
            if exact and row.key not in names.setdefault(exact, ()):
                names[exact] = (*names[exact], row.key)
    return names


def _close(text: str, names: Mapping[str, tuple[str, ...]], most: int = 3) -> list[tuple[str, str]]:
    """The rows whose names or ids are nearest, as (name, id), nearest first; far ones not beside a near one."""
    import difflib  # only after a mistake

    if len(text) > 200:
        return []
    text = _traditional(text)
    rows = {name: ids[0] for name, ids in names.items()} | {ident: ident for ids in names.values() for ident in ids}
    wanted, letters = _words(text), sorted(text) if text.isupper() and text.isalpha() and len(text) > 1 else None
    scored: list[tuple[float, int, str, str]] = []
    around = [name for name in rows if wanted and wanted <= _words(name)]
    for name, ident in rows.items():
        own = _words(name)
        likeness = len(wanted & own) / len(wanted | own) if wanted | own else 0.0
        spelled = difflib.SequenceMatcher(None, text.casefold(), name.casefold())
        if spelled.real_quick_ratio() > _LIKE:
            likeness = max(likeness, spelled.ratio())
        if letters and sorted(word[0].upper() for word in own) == letters:
            likeness = 1.0
        if name in around and len(around) <= 2 * most:
            likeness = max(likeness, 0.8)
        if likeness >= _LIKE:
            scored.append((-likeness, len(scored), name, ident))
    best: dict[str, str] = {}
    for likeness, _, name, ident in sorted(scored):
        if likeness <= min(scored)[0] + 0.2:
            best.setdefault(ident, name)
    return [(name, ident) for ident, name in list(best.items())[:most]]


_LIKE = 0.6


def _traditional(text: str) -> str:
    """Chinese in the script the labels are written in."""
    if text.isascii():
        return text
    from opencc import OpenCC  # only after a mistake

    return str(OpenCC("s2hk").convert(text))


def _words(text: str) -> frozenset[str]:
    small = ("the", "of", "at", "and", "de", "for", "in")
    return frozenset(word for word in re.findall(r"\w+", text.casefold().replace("_", " ")) if word not in small)


# --------------------------------------------------------------------------------------------------------------- kinds

_KINDS: Mapping[str, str] = {
    "truth": "a truth (`true` or `false`)",
    "whole": "a whole number",
    "money": "an amount of money",
    "date": "a date",
    "duration": "a duration",
    "country": "the code of a country",
    "text": "a text",
}

SAMPLES: Mapping[str, str] = {
    "truth": "true",
    "whole": "12",
    "money": "HK$2,500,000",
    "date": "2026-03-31",
    "duration": "24 months",
    "country": "JP",
    "text": "text",
}
"""A value of each kind as a case writes it."""

Kind = Literal["truth", "whole", "money", "date", "duration", "country", "text"]


def kind_words(kind: Kind) -> str:
    """A kind of value in words, with its article."""
    return _KINDS[kind]
