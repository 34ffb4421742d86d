"""Values in words: money, dates, durations, names of countries, members and rows, and what is not known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from itertools import islice

from dsl.calendar import FIRST, LAST, ONGOING, Duration
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.model import (
    OTHER,
    AgeOn,
    Aggregate,
    Book,
    Const,
    Difference,
    EdgeOf,
    Entity,
    EntityOf,
    EnumOf,
    Expr,
    Extreme,
    Fact,
    KeyOf,
    Label,
    ListOf,
    Param,
    Path,
    Scalar,
    Score,
    Shift,
    Type,
    YearOf,
)
from whereas.countries import country_names
from whereas.phrases import Lang, joined, say

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_UNITS = {"days": "日", "weeks": "星期", "months": "個月", "years": "年"}
_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+|\+)\])?")


def pick(label: Label, lang: Lang) -> str:
    """The label in one language."""
    return label.zh if lang == "zh" else label.en


def date_words(day: dt.date, lang: Lang) -> str:
    """`16 October 2024`, `2024年10月16日`."""
    if day == ONGOING:
        return say("ongoing", lang)
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def money_words(amount: int, lang: Lang) -> str:
    """`HK$2,500,000`, `2,500,000港元`."""
    sign = "-" if amount < 0 else ""
    return f"{amount:,}港元" if lang == "zh" else f"{sign}HK${abs(amount):,}"


def duration_words(duration: Duration, lang: Lang) -> str:
    """`24 months`, `24個月`."""
    return f"{duration.count}{_UNITS[duration.unit]}" if lang == "zh" else str(duration)


def months_words(months: int, days: int, lang: Lang) -> str:
    """`35 months and 12 days`, `35個月12日`; a part that is nothing is left out."""
    parts = [Duration(months, "months")] if months or not days else []
    parts += [Duration(days, "days")] if days else []
    words = [duration_words(part, lang) for part in parts]
    return "".join(words) if lang == "zh" else joined(words, lang)


def country_words(code: str, lang: Lang) -> str:
    """The name of a country as CLDR has it, Chinese as in Hong Kong; its code if it has none."""
    return country_names(lang).get(code, code)


def key_words(book: Book, table: str, key: str, lang: Lang) -> str:
    """The label of a row, or what its key says."""
    if key == OTHER:
        return say("other", lang)
    found = book.tables.get(table)
    for row in found.rows if found else ():
        if row.key == key and row.label:
            return pick(row.label, lang)
    return _name(book, key, found.key_type, lang) if found else key


def _member(book: Book, enumeration: str, member: str, lang: Lang) -> str:
    found = book.enumerations.get(enumeration)
    return next((pick(label, lang) for id, label in found.members if id == member), member) if found else member


def value_words(book: Book, value: object, type: Type | None, lang: Lang) -> str:
    """Anything a test can have seen, in words: a value, an absence, a months total, a range of either, a list."""
    match value:
        case None:
            return say("unknown", lang)
        case Absent():
            return say(value.value, lang)
        case bool():
            return say("yes" if value else "no", lang)
        case int() if type == Scalar("money"):
            return money_words(value, lang)
        case int():
            return str(value) if -10_000 < value < 10_000 else f"{value:,}"
        case dt.date():
            return date_words(value, lang)
        case Duration():
            return duration_words(value, lang)
        case str():
            return _name(book, value, type, lang)
        case (int() as months, int() as days) if _is_length(type):
            return months_words(months, days, lang)
        case (low, (int() as months, int())) if _is_length(type) and months >= _ENDLESS:
            return say("range_up", lang, low=value_words(book, low, type, lang))
        case (low, None):
            return say("range_up", lang, low=value_words(book, low, type, lang))
        case (low, high) if low == high:
            return value_words(book, low, type, lang)
        case (low, high):
            low, high = value_words(book, low, type, lang), value_words(book, high, type, lang)
            return say("range", lang, low=low, high=high)
        case Listed():
            return _list_words(value, lang)
        case frozenset() | tuple():
            return joined([value_words(book, item, type, lang) for item in value], lang, "or")
        case _:
            return str(value)


_ENDLESS = 12 * (LAST.year - FIRST.year + 1)
"""Months from the first day of the calendar to its last: no length of time is longer, so that it says nothing."""


def _is_length(type: Type | None) -> bool:
    return type is None or type == Scalar("duration")


def _name(book: Book, value: str, type: Type | None, lang: Lang) -> str:
    match type:
        case Scalar("country"):
            return country_words(value, lang)
        case EnumOf(enumeration):
            return _member(book, enumeration, value, lang)
        case KeyOf(table):
            return key_words(book, table, value, lang)
        case _:
            return value


def _list_words(value: Listed, lang: Lang) -> str:
    if not value.told:
        return say(value.reason.value, lang)
    words = count_words(len(value.items), lang)
    return say("maybe_more", lang, what=words) if value.open else words


def count_words(count: int, lang: Lang) -> str:
    """`none`, `one entry`, `3 entries`."""
    if count == 0:
        return say("nothing", lang)
    return say("entry", lang) if count == 1 else say("entries", lang, n=count)


# ------------------------------------------------------------------------------------------------------ types and names


def fact_of(book: Book, entities: Mapping[str, str], path: Path) -> Fact | None:
    """The declaration a path ends at; `entities` gives the entity of each bound variable."""
    if path.base in entities:
        fact, entity = None, book.entities.get(entities[path.base])
    else:
        fact = book.givens.get(path.base)
        entity = _inside(book, fact)
    for step in path.steps:
        fact = entity.fact(step) if entity else None
        entity = _inside(book, fact)
    return fact


def _inside(book: Book, fact: Fact | None) -> Entity | None:
    match fact and fact.type:
        case EntityOf(id) | ListOf(id):
            return book.entities.get(id)
        case _:
            return None


def type_of(book: Book, entities: Mapping[str, str], expr: Expr) -> Type | None:
    """The type of an expression. A months total is a duration."""
    match expr:
        case Path():
            fact = fact_of(book, entities, expr)
            return fact.type if fact else None
        case Const(type=type):
            return type
        case Param(id):
            return book.parameters[id].type if id in book.parameters else None
        case Shift() | EdgeOf():
            return Scalar("date")
        case YearOf() | AgeOn() | Score() | Aggregate(kind="count"):
            return Scalar("whole")
        case Difference(left, _):
            return type_of(book, entities, left)
        case Aggregate(kind="months"):
            return Scalar("duration")
        case Aggregate(var=var, entity=entity, of=of):
            return type_of(book, {**entities, var: entity}, of) if of else None
        case Extreme(args=args):
            return type_of(book, entities, args[0])


# ------------------------------------------------------------------------------------------------------------ addresses


def steps_of(address: str) -> tuple[tuple[str, str | None], ...]:
    """`applicant.degrees[0].level` as (name, place in a list) pairs."""
    return tuple((m[1], m[2]) for m in _STEP.finditer(address))


def fact_at(book: Book, address: str) -> Fact | None:
    """The declaration of what stands at an address."""
    return fact_of(book, {}, Path(*_names(address)))


def entity_at(book: Book, address: str) -> str | None:
    """The entity of the thing at an address."""
    entity = _inside(book, fact_at(book, address))
    return entity.id if entity else None


def _names(address: str) -> tuple[str, tuple[str, ...]]:
    names = [name for name, _ in steps_of(address)]
    return names[0], tuple(names[1:])


def address_words(book: Book, address: str, lang: Lang) -> str:
    """`awarding university (degree 1)`; the thing is named when it is not the only one that could be meant."""
    words, thing = address_parts(book, address, lang)
    return say("of_thing", lang, fact=words, thing=thing) if thing else words


def address_parts(book: Book, address: str, lang: Lang) -> tuple[str, str]:
    """A fact, and the thing it is a fact of; that is empty when no other could be meant."""
    steps = steps_of(address)
    fact = book.givens.get(steps[0][0]) if steps else None
    if fact is None:
        return address, ""
    several = len(list(islice((given for given in book.givens.values() if isinstance(given.type, EntityOf)), 2))) > 1
    words = pick(fact.label, lang)
    things = [words] if several and len(steps) > 1 else []
    for number, (name, place) in enumerate(steps):
        if number:
            entity = _inside(book, fact)
            fact = entity.fact(name) if entity else None
            if fact is None:
                return address, ""
            words = pick(fact.label, lang) if place is None else element_words(book, fact, place, lang)
            if number + 1 < len(steps):
                things.append(words)
    return words, ("，" if lang == "zh" else ", ").join(things)


def element_words(book: Book, fact: Fact, place: str, lang: Lang) -> str:
    """`degree 1`, counted from one; `a further degree` for one that an open list may have."""
    entity = _inside(book, fact)
    thing = pick(entity.label, lang) if entity else pick(fact.label, lang)
    return say("further", lang, thing=thing) if place == "+" else say("nth", lang, thing=thing, n=int(place) + 1)


def told(case: Case, address: str) -> Known | None:
    """What the case says at an address; None where it reaches nothing."""
    here: Known | None = case.root
    for name, place in steps_of(address):
        if not isinstance(here, Record):
            return here if isinstance(here, Absent) else None
        here = here.facts.get(name)
        if place is not None:
            if not isinstance(here, Listed) or place == "+" or int(place) >= len(here.items):
                return None
            here = here.items[int(place)]
    return here
