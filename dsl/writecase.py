"""A case as a file that reads as the same case."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping

from dsl.calendar import ONGOING
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.casewords import ABOUT, ABSENT_WORDS, AT_LEAST, JUDGEMENTS, READINGS, TITLE
from dsl.model import FILING, Book, Entity, EntityOf, Fact, ListOf, Scalar

_WORDS = {reason: word for word, reason in ABSENT_WORDS.items()}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_NARROW = 100


def case_text(case: Case, book: Book) -> str:
    """A case in YAML, facts in the order of the book; what nobody was asked is left out.

    So is a day that was filled in, but for the day of filing, on which every answer stands. Reading the text on the
    same day gives the same facts and readings.
    """
    lines: list[str] = []
    for key, words in ((ABOUT, case.about), (TITLE, case.title)):
        if words is not None:
            lines.append(f"{key}: {json.dumps(words, ensure_ascii=False)}")
    judged = [f for f in book.givens.values() if f.judgement is not None]
    for fact in book.givens.values():
        if fact.judgement is None and (fact.id == FILING or fact.id not in case.defaulted):
            lines += _fact(fact, case.root.facts.get(fact.id, Absent.NOT_ASKED), book)
    outcomes = [line for fact in judged for line in _fact(fact, case.root.facts.get(fact.id, Absent.NOT_ASKED), book)]
    lines += _under(JUDGEMENTS, outcomes)
    lines += _under(READINGS, [f"{name}: {value}" for name, value in case.readings.items()])
    return "\n".join(lines or ["{}"]) + "\n"


def value_text(value: object) -> str:
    """A value on one line, as a case or a change has it; things and lists in brackets."""
    match value:
        case bool():
            return "true" if value else "false"
        case Absent():
            return _WORDS.get(value, "unknown")
        case dt.date():
            return "ongoing" if value == ONGOING else value.isoformat()
        case Record(facts) | (Mapping() as facts):
            return "{" + ", ".join(f"{name}: {value_text(it)}" for name, it in facts.items() if _told(it)) + "}"
        case Listed(told=False):
            return "unknown"
        case Listed(items, open_):
            inner = "[" + ", ".join(value_text(it) for it in items) + "]"
            return f"{{{AT_LEAST}: {inner}}}" if open_ else inner
        case list() | tuple():
            return "[" + ", ".join(value_text(it) for it in value) + "]"
        case str():
            return (
                value
                if _PLAIN.fullmatch(value) and value not in _READ_OTHERWISE
                else json.dumps(value, ensure_ascii=False)
            )
        case _:
            return str(value)


_READ_OTHERWISE = frozenset({*ABSENT_WORDS, "null", "true", "false", "True", "False", "TRUE", "FALSE", "ongoing"})
"""Words that a file would not take for text."""


def _told(value: object) -> bool:
    return value is not Absent.NOT_ASKED


def _under(key: str, lines: list[str]) -> list[str]:
    """Lines under a key; nothing if there are none."""
    return [f"{key}:", *(f"  {line}" for line in lines)] if lines else []


def _fact(fact: Fact, value: Known, book: Book) -> Iterator[str]:
    """The lines of a fact; none if nobody was asked."""
    match fact.type, value:
        case EntityOf(entity), Record():
            inner = _thing(book.entities[entity], value, book)
            yield from _under(fact.id, inner)
        case ListOf(entity), Listed():
            yield from _list(fact.id, book.entities[entity], value, book)
        case _, Absent.NOT_ASKED:
            pass
        case _, bool() if fact.judgement is not None:
            yield f"{fact.id}: {'favourable' if value else 'unfavourable'}"
        case Scalar("text"), str():
            yield f"{fact.id}: {json.dumps(value, ensure_ascii=False)}"
        case _:
            yield f"{fact.id}: {value_text(value)}"


def _thing(entity: Entity, thing: Record, book: Book) -> list[str]:
    return [line for f in entity.facts for line in _fact(f, thing.facts.get(f.id, Absent.NOT_ASKED), book)]


def _list(key: str, entity: Entity, listed: Listed, book: Book) -> Iterator[str]:
    """A list: absent, empty, complete or open; a small element on one line."""
    if not listed.told:
        if listed.reason is not Absent.NOT_ASKED:
            yield f"{key}: {_WORDS[listed.reason]}"
        return
    depth = "    " if listed.open else "  "
    if not listed.items:
        yield f"{key}: {{{AT_LEAST}: []}}" if listed.open else f"{key}: []"
        return
    yield f"{key}:"
    if listed.open:
        yield f"  {AT_LEAST}:"
    for item in listed.items:
        inner = _thing(entity, item, book)
        short = "{" + ", ".join(inner) + "}"
        if len(short) <= _NARROW and not any(line.startswith(" ") or line.endswith(":") for line in inner):
            yield f"{depth}- {short}"
        else:
            yield f"{depth}- {inner[0]}"
            yield from (f"{depth}  {line}" for line in inner[1:])
