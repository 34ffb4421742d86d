"""Answers as they are typed: read as a case file reads them, with the same findings."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl import yamltree
from dsl.case import Absent, Case
from dsl.casefile import read_case
from dsl.changes import changes_text
from dsl.diagnostics import OPTION, Diagnostic, Label
from dsl.model import Book, Place
from dsl.writecase import case_text
from solver.asking import Further, Interview, Question, answered
from solver.check import check_case
from solver.places import at

DONT_KNOW = ("don't know", "dont know", "don’t know", "unknown", "不知道")
WONT_SAY = ("won't say", "wont say", "won’t say", "declined", "不願提供", "不愿提供")
_COUNTS = {
    **dict.fromkeys(("none", "no", "沒有", "没有", "無", "无", "否"), Further(0)),
    **dict.fromkeys(("one", "一項", "一项"), Further(1)),
    **dict.fromkeys(("yes", "有", "是"), Further(1, open=True)),
}
"""How many there are, in words; of who only says that there are some there may be more."""
_COUNT = re.compile(r"([0-9]{1,2})(\+?)", re.ASCII)
_TRUTHS = {"yes": "true", "y": "true", "是": "true", "no": "false", "n": "false", "否": "false"}


class Taken(Struct, frozen=True):
    """What became of an answer: the case after it, or what is wrong with it and the texts that points into."""

    case: Case | None
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: dict[str, str] | None = None


def take(interview: Interview, case: Case, question: Question, typed: str, *, today: dt.date) -> Taken:
    """The case after an answer; refused if it is no value of what is asked or contradicts what was told."""
    book = interview.compiled.book
    word = typed.strip().casefold()
    if word in DONT_KNOW or word in WONT_SAY:
        reason = Absent.UNKNOWN if word in DONT_KNOW else Absent.DECLINED
        return Taken(answered(interview, case, question, reason))
    if question.kind == "list" and (further := _further(word)) is not None:
        after = answered(interview, case, question, further)
        found = check_case(interview.compiled, after)
        texts = {case.name: case_text(case, book)}
        return Taken(None, _placed(found, case), texts) if found else Taken(after)
    return _read(interview, case, question, _plain(book, question, typed, word), today)


def _placed(found: tuple[Diagnostic, ...], case: Case) -> tuple[Diagnostic, ...]:
    """Findings about a number of elements, which stands nowhere: without places in a text that was not written."""
    return tuple(replace(d, primary=Label(Place(case.name, 0, 0), d.primary.text), secondary=()) for d in found)


def _further(word: str) -> Further | None:
    if word in _COUNTS:
        return _COUNTS[word]
    match = _COUNT.fullmatch(word)
    return Further(int(match[1]), open=bool(match[2])) if match else None


def _plain(book: Book, question: Question, typed: str, word: str) -> str:
    """Words for yes and no as the file has them."""
    from dsl.model import Scalar
    from whereas.values import fact_at

    fact = fact_at(book, question.id)
    if question.kind == "judgement" and word in _TRUTHS:
        return "favourable" if _TRUTHS[word] == "true" else "unfavourable"
    if fact is not None and fact.judgement is None and fact.type == Scalar("truth"):
        return _TRUTHS.get(word, typed.strip())
    return typed.strip()


def _read(interview: Interview, case: Case, question: Question, typed: str, today: dt.date) -> Taken:
    book = interview.compiled.book
    given = book.givens.get(question.id)
    path = f"judgements.{question.id}" if given is not None and given.judgement is not None else question.id
    change = ((path, typed),)
    base = case_text(case, book)
    texts = {case.name: base, OPTION: changes_text(change)}
    read = read_case(base, case.name, book, today=today, changes=change)
    if read.value is None:
        return Taken(None, tuple(_as_typed(d, path) for d in read.diagnostics), texts | {OPTION: typed})
    (told,) = read.value
    if found := check_case(interview.compiled, told):
        return Taken(None, tuple(_as_typed(d, path) for d in found), texts | {OPTION: typed})
    value: Any = at(told, question.id)
    return Taken(answered(interview, case, question, value))


_IN_A_TALK = (("`true`", "`yes`"), ("`false`", "`no`"), ("`unknown`", "`don't know`"))
"""Words of a case file, and those that are typed in their place."""


def _as_typed(found: Diagnostic, path: str) -> Diagnostic:
    """A finding about a change, in a text that has the answer alone, and in the words that answers have."""
    before = len(changes_text(((path, ""),)))

    def said(words: str | None) -> str | None:
        for written, spoken in _IN_A_TALK if words else ():
            words = words and words.replace(written, spoken)
        return words

    def moved(label: Label) -> Label:
        place = label.place
        if place.file == OPTION:
            place = Place(OPTION, max(0, place.start - before), max(0, place.end - before))
        return Label(place, said(label.text) or "")

    other = tuple(map(moved, found.secondary))
    help = "write `none`, `one`, `2`, or `2+` if there may be more" if found.code == "C505" else said(found.help)
    return replace(found, primary=moved(found.primary), secondary=other, help=help)


def typed_value(node: yamltree.Node) -> str:
    """A value of a file on one line, as it could be typed."""
    match node:
        case yamltree.Mapping(entries):
            return "{" + ", ".join(f"{key.text}: {typed_value(value)}" for key, value in entries) + "}"
        case yamltree.Sequence(items):
            return "[" + ", ".join(typed_value(item) for item in items) + "]"
        case yamltree.Scalar(text, _, quoted):
            return json.dumps(text, ensure_ascii=False) if quoted else text
