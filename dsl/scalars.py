"""Truths, numbers, lengths of time and countries in a case: one function for each, giving a value or what is wrong.

The functions know nothing of files. What they report has a typeable fix wherever one can be told without guessing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, cast

from dsl.calendar import Duration, Unit
from dsl.countries import STATELESS, countries
from dsl.problem import Problem, plain, shown
from dsl.suggest import nearest

HIGHEST = 10**15
"""The greatest whole number and amount (`docs/semantics.md` section 1)."""

LONGEST = 999_999
"""The greatest count of a duration: past every calendar the language has, in any unit."""


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
    if parted := _PARTED.fullmatch(text):
        return Problem("C507", message, _POINTS, _whichever(parted, ""))
    fix = f"write `{meant}`" if meant else "write a whole number in digits, such as `12`, or `unknown`"
    if quoted and text == meant:
        return Problem("C507", message, "a text in quotes", f"write `{meant}` without quotes")
    label = "not a whole number"
    if re.fullmatch(r"[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?", text):
        label = "a number with a decimal point"
    elif text in ("true", "false"):
        label = "a truth"
    return Problem("C507", message, label, fix)


_PARTED = re.compile(r"([1-9][0-9]{0,2})((?:\.[0-9]{3})+)")
_POINTS = "points between the digits"


def _whichever(parted: re.Match[str], unit: str) -> str:
    """What may be meant by a number with three digits behind a point: thousands, or where they are noughts none."""
    thousands = f"`{unit}{parted[0].replace('.', ',' if unit else '')}`"
    return (
        f"write {thousands} or `{unit}{parted[1]}`, whichever is meant" if parted[2] == ".000" else f"write {thousands}"
    )


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
    if parted := _PARTED.fullmatch(bare):
        return Problem("C513", message, _POINTS, _whichever(parted, "HK$"))
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


def duration(text: str, *, days: bool = False) -> Duration | Problem:
    """A length of time in one unit: `24 months`. days: one that counts days or weeks, and not months or years."""
    if match := _DURATION.fullmatch(text):
        count = int(match[1])
        if count > LONGEST:
            return Problem(
                "C506", "the duration is too long", f"more than {LONGEST:,}", f"write at most `{LONGEST} days`"
            )
        if (match[2] in ("day", "week")) is not days:
            wanted = "`days` or `weeks`" if days else "`months` or `years`"
            counted = "days" if days else "months"
            return Problem(
                "C536",
                f"the length is not told in {counted}",
                f"the rules count {counted}, and {match[2]}s do not compare with these",
                f"write it in {wanted}, or `unknown`",
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

    names: dict[str, str] = {"stateless": STATELESS}
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
