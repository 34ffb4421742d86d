"""Under a total over a list, in words: which entries count and with what, which do not and why, which are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

from dsl.calendar import FIRST, ONGOING
from dsl.case import Absent, Case
from dsl.model import Book, Not, Quantified, Score
from solver.answer import Entry, Status, Step, Tally
from whereas.phrases import Lang, Language, enumerated, listed, say
from whereas.scripts import Say
from whereas.sentences import judgement_asked, scene_of, step_words
from whereas.values import address_parts, address_words, date_words, entity_at, told, type_of, value_words
from whereas.words import Scene, cond_words, expr_words

Counts = Literal["counted", "left_out", "open"]

MOST = 8
"""Lines that a report gives to the entries of one total."""


class EntryView(NamedTuple):
    """An entry of a list under a total; `words`: what it adds, why it does not count, or why that cannot be told.

    amount: what it adds to a sum, or would. first, last: of a time, the days that it adds, or as far as they are told.
    """

    id: str
    label: str
    counts: Counts
    words: str
    amount: int | None = None
    first: str | None = None
    last: str | None = None


class TotalView(NamedTuple):
    """What a total over a list, or a score, was made of.

    more: in words that the list may have other entries, if it may. caps: in words, scores cut to the most they may be.
    """

    id: str
    label: str
    entries: tuple[EntryView, ...]
    more: str | None
    caps: tuple[str, ...] = ()


class _Telling(Struct, frozen=True):
    book: Book
    case: Case
    lang: Lang
    readings: Mapping[str, str]


def totals_of(book: Book, case: Case, step: Step, lang: Lang, readings: Mapping[str, str]) -> tuple[TotalView, ...]:
    """What the totals of a line were made of; nothing of a list that has no entries and cannot have any."""
    telling = _Telling(book, case, lang, readings)
    return tuple(_total(telling, tally) for tally in step.totals if tally.entries or tally.open)


def _total(telling: _Telling, tally: Tally) -> TotalView:
    book, lang = telling.book, telling.lang
    entities = {name: entity for name, at in tally.binding.items() if (entity := entity_at(book, at))}
    scene = Scene(book, lang, entities, telling.readings)
    entry_of = _line_of_score if isinstance(tally.total, Score) else _entry
    return TotalView(
        tally.list,
        expr_words(scene, tally.total),
        tuple(entry_of(telling, scene, tally, entry) for entry in tally.entries),
        say("hinge_open_list", lang, what=address_words(book, tally.list, lang)) if tally.open else None,
        tuple(say("capped", lang, what=expr_words(scene, score), n=score.most) for score in tally.caps),
    )


def _line_of_score(telling: _Telling, scene: Scene, tally: Tally, entry: Entry) -> EntryView:  # noqa: ARG001
    """A line of a score, called by its label: how its condition stands, and the points it gives or would give."""
    assert entry.why is not None
    lang = telling.lang
    counts: Counts = "open" if entry.counts is None else "counted" if entry.counts else "left_out"
    words = _condition(telling, entry.why)
    if entry.counts is not False or entry.outdone:
        words = say("noted", lang, what=words, note=say("points", lang, n=entry.amount))
    if entry.outdone:
        words = listed([words, say("outdone" if entry.counts is False else "may_be_outdone", lang)], lang)
    return EntryView(entry.address, entry.address, counts, words, entry.amount)


def _entry(telling: _Telling, scene: Scene, tally: Tally, entry: Entry) -> EntryView:
    match entry.counts:
        case True:
            counts: Counts = "counted"
            words = _adds(scene, tally, entry)
        case False:
            counts, words = "left_out", _why_not(telling, tally, entry)
        case None:
            counts, words = "open", _open(telling, scene, tally, entry)
    first, last = (None if day is None else _as_written(day) for day in entry.spell or (None, None))
    return EntryView(entry.address, _name(telling, entry.address), counts, words, entry.amount, first, last)


def _name(telling: _Telling, address: str) -> str:
    return address_parts(telling.book, address, telling.lang)[0]


def _adds(scene: Scene, tally: Tally, entry: Entry) -> str:
    """The amount, or the days, that an entry adds; of a count nothing."""
    lang = scene.lang
    if entry.amount is not None:
        return value_words(scene.book, entry.amount, type_of(scene.book, scene.entities, tally.total), lang)
    if entry.spell is None:
        return ""
    days = _days(*entry.spell, lang)
    same = enumerated([address_parts(scene.book, address, lang)[0] for address in entry.overlaps], lang)
    return say("days_once", lang, what=days, thing=same) if same else days


def _why_not(telling: _Telling, tally: Tally, entry: Entry) -> str:
    lang = telling.lang
    if entry.why is not None:
        words = _condition(telling, entry.why)
        return say("nor_elsewhere", lang, what=words) if entry.elsewhere else words
    first, last = entry.spell or (None, None)
    days = _days(first, last, lang)
    if first is not None and last is not None and last < first:
        return say("ends_early", lang, days=days)
    assert tally.window is not None
    return say("outside", lang, days=days, window=_days(*tally.window, lang))


def _open(telling: _Telling, scene: Scene, tally: Tally, entry: Entry) -> str:
    """Why it cannot be told, with what the entry would add as far as that is told."""
    lang = telling.lang
    reasons = [_condition(telling, entry.why)] if entry.why is not None else []
    for address in entry.absent:
        here = address.startswith(f"{entry.address}.")
        what = _name(telling, address) if here else address_words(telling.book, address, lang)
        absent = told(telling.case, address)
        why = absent if isinstance(absent, Absent) else Absent.NOT_ASKED
        reasons.append(say("hinge_fact", lang, why=say(why.value, lang), what=what))
    adds = "" if entry.spell == (None, None) else _adds(scene, tally, entry)
    words = listed(dict.fromkeys(reasons), lang)
    return say("noted", lang, what=words, note=adds) if adds and words else words or adds


def _condition(telling: _Telling, step: Step) -> str:
    """A condition of a filter that fails or is open, in its own sentence."""
    book, lang = telling.book, telling.lang
    clause = step.clause
    assert clause is not None
    if step.status is Status.FAILS and not clause.sentence and isinstance(
        clause.cond, Not | Quantified
    ):  # fmt: skip
        return cond_words(scene_of(book, step, lang, telling.readings), clause.cond, positive=False)
    words = step_words(book, step, lang, telling.readings, judged=judgement_asked(book, step) is not None)
    silent = say("law_silent", lang)
    return say("noted", lang, what=words, note=silent) if step.gaps and silent not in words else words


def _as_written(day: dt.date) -> str:
    """A day as a case file writes it."""
    return "ongoing" if day == ONGOING else day.isoformat()


def _days(first: dt.date | None, last: dt.date | None, lang: Lang) -> str:
    """Days from one to another, both included; None or an end of the calendar: no such bound is told."""
    low = None if first is None or first <= FIRST else date_words(first, lang)
    high = None if last is None else date_words(last, lang)
    if last == ONGOING:
        return say("days_on", lang, low=low) if low else say("ongoing", lang)
    if low is None:
        return say("days_up_to", lang, high=high) if high else say("unknown", lang)
    return say("days", lang, low=low, high=high) if high else say("days_from", lang, low=low)


# ------------------------------------------------------------------------------------------------------- as a few lines


def entry_lines(say: Say, lang: Language, total: TotalView) -> Iterator[tuple[Counts | None, str]]:
    """A total in a few lines, those that tell of its entries marked: what counts first, then what is open."""
    together: dict[tuple[Counts, str, str], list[str]] = {}
    for entry in sorted(total.entries, key=lambda entry: _ORDER[entry.counts]):
        alone = entry.id if entry.counts == "counted" and entry.words else ""
        together.setdefault((entry.counts, entry.words, alone), []).append(entry.label)
    lines: list[tuple[Counts | None, str]] = [
        (counts, _line(say, lang, counts, labels, words)) for (counts, words, _), labels in together.items()
    ]
    if total.more:
        lines.append(("open", total.more))
    lines[:0] = [(None, words) for words in total.caps]
    shown = lines if len(lines) <= MOST else lines[: MOST - 1]
    yield from shown
    if len(lines) > len(shown):
        yield None, say("and_more", n=len(lines) - len(shown))


_ORDER: Mapping[Counts, int] = {"counted": 0, "open": 1, "left_out": 2}


def _line(say: Say, lang: Language, counts: Counts, labels: Iterable[str], words: str) -> str:
    what = enumerated(labels, lang)
    return say(f"entry_{counts}", what=say("about", thing=what, what=words) if words else what)
