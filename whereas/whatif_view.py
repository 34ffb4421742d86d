"""What a change would make of an answer, in words but without a shape: text, JSON and HTML all draw from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dsl.calendar import ONGOING
from dsl.case import Absent, Case, Known, Listed, Record, presumes
from dsl.model import Book, Type, Verdict
from dsl.writecase import value_text
from solver.repairs import Repair, Repairs, Touch
from whereas.labels import judgement_words
from whereas.phrases import Lang, Language, joined, listed, say, words_language
from whereas.scripts import scripted
from whereas.sentences import law_words, reading_words
from whereas.values import address_words, date_words, element_words, fact_at, pick, told, value_words
from whereas.views import CaseView, HingeView, Named, ResultView, Row


class Side(NamedTuple):
    """The answer on one category on one side: before the change or after it. lines: conditions only this side has."""

    verdict: Verdict
    verdict_words: str
    hinges: tuple[HingeView, ...]
    grants: tuple[str, ...]
    lines: tuple[Row, ...]


class Beside(NamedTuple):
    """A category whose answer changes."""

    category: str
    label: str
    scheme_label: str
    before: Side
    after: Side


class Changes(NamedTuple):
    """Two answers side by side. made: the changes in words; alike: how many categories stay as they are."""

    case: str
    title: str | None
    lang: Language
    book: Named
    known: str
    made: tuple[Named, ...]
    changed: tuple[Beside, ...]
    alike: int
    limit: str | None


class Suggestion(NamedTuple):
    """A smallest change. filing: when to file; hangs_on: what is then left; options: how to try it out."""

    steps: tuple[Named, ...]
    effort: str
    ranks: int
    filing: str | None
    filed: tuple[str, str | None] | None
    verdict: Verdict
    verdict_words: str
    hangs_on: tuple[Named, ...]
    law: bool
    options: tuple[str, ...]


class Goal(NamedTuple):
    """What reaches a category. forbids: facts that cannot change and stand in the way of every change."""

    case: str
    title: str | None
    lang: Language
    book: Named
    known: str
    category: str
    label: str
    scheme_label: str
    verdict: Verdict | None
    verdict_words: str
    reached: bool
    suggestions: tuple[Suggestion, ...]
    forbids: tuple[Named, ...]
    complete: bool


# ----------------------------------------------------------------------------------------------------------- two sides


def changes_view(
    book: Book, before: CaseView, after: CaseView, cases: tuple[Case, Case], paths: Sequence[tuple[str, str]]
) -> Changes:
    """The answers before and after, only what is different. paths: what was set, as typed."""
    lang = words_language(before.lang)
    olds = {r.category: r for r in before.results}
    pairs = [(olds[r.category], r) for r in after.results if r.category in olds]
    changed = tuple(_beside(old, new) for old, new in pairs if _differ(old, new))
    made = tuple(named for path, value in paths for named in _made(book, cases, path, value, lang))
    limits = dict.fromkeys(x for x in (before.limit, after.limit) if x)
    built = Changes(
        before.case, before.title, before.lang, before.book, before.known, made, changed, len(pairs) - len(changed),
        listed(limits, lang) or None,
    )  # fmt: skip
    return scripted(built, before.lang)


def _differ(a: ResultView, b: ResultView) -> bool:
    """Whether verdict, grants or hinges are others."""

    def shown(r: ResultView) -> object:
        return r.verdict, [(g.kind, g.values) for g in r.grants], {(h.kind, h.id) for h in r.hinges}

    return shown(a) != shown(b)


def _beside(old: ResultView, new: ResultView) -> Beside:
    return Beside(new.category, new.label, new.scheme_label, _side(old, new), _side(new, old))


def _side(r: ResultView, other: ResultView) -> Side:
    """One side: the conditions that made the difference, what it hangs on and grants, as far as the other differs."""
    shown = {(h.kind, h.id) for h in other.hinges}
    hinges = tuple(h for h in r.hinges if (h.kind, h.id) not in shown)
    known = {h.words for h in hinges}
    lines = tuple(row for row in _turning(r, other) if row.words not in known)
    given = {g.words for g in other.grants}
    return Side(r.verdict, r.verdict_words, hinges, tuple(g.words for g in r.grants if g.words not in given), lines)


def _turning(r: ResultView, other: ResultView) -> Iterator[Row]:
    """Conditions that this side sees otherwise; of a yes only those that the other side fails or hangs on."""
    alike = {(row.path, row.mark, row.words) for row in other.reasons}
    sides = {r.verdict, other.verdict}
    one_is_yes = Verdict.QUALIFIES in sides and len(sides) > 1
    pivots = {row.path for row in (other if r.verdict is Verdict.QUALIFIES else r).reasons}
    for row in r.reasons:
        if (row.path, row.mark, row.words) in alike:
            continue
        if one_is_yes and row.path not in pivots:
            continue
        yield row


def _made(book: Book, cases: tuple[Case, Case], path: str, value: str, lang: Lang) -> Iterator[Named]:
    """One change as typed, in words; of a thing a line for each fact of it that is another."""
    where, _, name = path.rpartition(".")
    if where == "readings" and name in book.readings:
        label, words = pick(book.readings[name].label, lang), reading_words(book, name, value, lang)
        yield Named(path, say("about", lang, thing=label, what=words))
    elif where == "judgements" and name in book.judgements:
        was, now = (_judged(book, case, name, lang) for case in cases)
        yield Named(path, say("wi_from_to", lang, what=judgement_words(book, name, lang), before=was, after=now))
    elif fact_at(book, path) is None or "[+]" in path or told(cases[0], path) is None:
        yield Named(path, say("about", lang, thing=address_words(book, path, lang), what=value))
    else:
        for inner in _apart(path, *(told(case, path) for case in cases)):
            fact = fact_at(book, inner)
            was, now = (value_words(book, told(case, inner), fact.type if fact else None, lang) for case in cases)
            yield Named(inner, say("wi_from_to", lang, what=address_words(book, inner, lang), before=was, after=now))


def _judged(book: Book, case: Case, name: str, lang: Lang) -> str:
    """What a case says of a judgement on the whole of it."""
    value = told(case, name)
    presumed = isinstance(value, Absent) and presumes(book.judgements[name], case.root.facts)
    return say("presumed", lang) if presumed else value_words(book, value, None, lang)


def _apart(path: str, was: Known | None, now: Known | None) -> Iterator[str]:
    """Where what stands at a path is told otherwise: the path itself of a value and of a list of another length."""
    if isinstance(was, Record) and isinstance(now, Record):
        for name, before in was.facts.items():
            after = now.facts[name]
            if before != after and not (_nothing(before) and _nothing(after)):
                yield from _apart(f"{path}.{name}", before, after)
    elif isinstance(was, Listed) and isinstance(now, Listed) and was.items and _shape(was) == _shape(now):
        for n, (before, after) in enumerate(zip(was.items, now.items, strict=True)):
            yield from _apart(f"{path}[{n}]", before, after)
    else:
        yield path


def _nothing(value: Known) -> bool:
    """Whether nothing is told."""
    match value:
        case Record(facts):
            return all(_nothing(inner) for inner in facts.values())
        case Listed():
            return not value.told
        case _:
            return isinstance(value, Absent)


def _shape(value: Listed) -> tuple[int, bool]:
    return len(value.items), value.open


# --------------------------------------------------------------------------------------------------------------- goals


def goal_view(book: Book, case: Case, found: Repairs, later: Repairs | None, lang: Language) -> Goal:
    """What reaches a category; `later`: what does if the law, as far as it is not known, turns out to help."""
    words = words_language(lang)
    category = book.categories[found.category]
    plain = [frozenset(t.address for t in r.touches) for r in found.repairs]
    more = [
        r
        for r in (later.repairs if later else ())
        if not any(p <= frozenset(t.address for t in r.touches) for p in plain)
    ]
    ways = [*_easiest_first(found.repairs), *_easiest_first(more)]
    suggestions = [_suggestion(book, case, r, words) for r in ways]
    verdict = found.verdict
    built = Goal(
        case.name, case.title, lang, Named(book.id, pick(book.label, words)), date_words(book.known, words),
        category.id, pick(category.label, words), pick(book.schemes[category.scheme].label, words),
        verdict, say(verdict.value if verdict else "unsettled", words), found.reached, tuple(suggestions),
        tuple(Named(a, _forbidding(book, a, v, words)) for a, v in found.forbids) if not suggestions else (),
        found.complete and (later is None or later.complete),
    )  # fmt: skip
    return scripted(built, lang)


_FOUND_OUT = ("settle", "learn")
"""How things come about that nobody does."""


def _easiest_first(ways: Iterable[Repair]) -> list[Repair]:
    """Changes by the effort of what is hardest in them, which is what is said of them, then as they are."""
    return sorted(ways, key=_most)


def _most(r: Repair) -> int:
    return max((t.effort for t in r.touches), default=1)


def _forbidding(book: Book, address: str, value: Known, lang: Lang) -> str:
    fact = fact_at(book, address)
    words = value_words(book, value, fact.type if fact else None, lang)
    if fact is not None and fact.change is not None and fact.change.kind in ("time", "person"):
        words = say("wi_only_later", lang, day=words)
    return say("about", lang, thing=address_words(book, address, lang), what=words)


def _suggestion(book: Book, case: Case, r: Repair, lang: Lang) -> Suggestion:
    ordered = sorted(r.touches, key=lambda t: (t.how in _FOUND_OUT, t.effort, t.address))
    steps = tuple(Named(t.address, _step(book, t, lang)) for t in ordered if t.address != "submitted_on")
    hangs = tuple(Named(h.id, _hinge(book, h.kind, h.id, lang)) for h in r.hinges)
    filed = (r.filed[0].isoformat(), r.filed[1].isoformat() if r.filed[1] else None) if r.filed else None
    return Suggestion(
        steps, say(f"wi_effort_{_most(r)}", lang), r.effort, _filing(r, lang), filed, r.verdict,
        say(r.verdict.value, lang), hangs, any(h.kind == "law" for h in r.hinges), tuple(options(case, r)),
    )  # fmt: skip


def _filing(r: Repair, lang: Lang) -> str | None:
    """From when to when to file."""
    if r.filed is None:
        return None
    first, last = r.filed
    if last is None:
        return say("wi_file_from", lang, first=date_words(first, lang))
    if first == last:
        return say("wi_file_on", lang, first=date_words(first, lang))
    return say("wi_file_between", lang, first=date_words(first, lang), last=date_words(last, lang))


def _step(book: Book, t: Touch, lang: Lang) -> str:
    """One thing to be done, to wait for, or to find out."""
    what = address_words(book, t.address, lang)
    fact = fact_at(book, t.address)
    type_ = fact.type if fact else None
    if isinstance(t.before, Listed):
        return _listed(book, t, what, lang)
    before = value_words(book, t.before, type_, lang)
    after = _range(book, t, type_, lang)
    if t.how == "settle":
        if after in (say("wi_either", lang), say("wi_any", lang, value=value_words(book, t.after, type_, lang))):
            return say("wi_tell", lang, what=what, after=after)
        person = fact is not None and fact.change is not None and fact.change.kind == "person"
        return say("wi_settle_person" if person else "wi_settle", lang, what=what, after=after)
    return say(f"wi_{t.how}", lang, what=what, before=before, after=after)


def _range(book: Book, t: Touch, type_: Type | None, lang: Lang) -> str:
    """A value, and how far others would do as well."""
    value = t.after
    words = value_words(book, value, type_, lang)
    if t.such:
        return say("wi_such_as", lang, value=words)
    if t.also and isinstance(value, bool):
        return say("wi_either", lang)
    if t.also:
        return joined([words, *(value_words(book, v, type_, lang) for v in t.also)], lang, "or")
    if isinstance(value, bool | str) or value == ONGOING or t.low == t.high:
        return words
    low = value_words(book, t.low, type_, lang) if t.low is not None else None
    high = value_words(book, t.high, type_, lang) if t.high is not None else None
    if low is None and high is None:
        return say("wi_any", lang, value=words)
    dated = isinstance(value, dt.date)
    if high is None:
        return say("wi_or_later" if dated else "range_up", lang, low=low)
    if low is None:
        return say("wi_or_earlier" if dated else "wi_or_less", lang, high=high)
    return say("range", lang, low=low, high=high)


def _listed(book: Book, t: Touch, what: str, lang: Lang) -> str:
    """An element that is gained or learnt of, or that there is none."""
    assert isinstance(t.before, Listed)
    if t.added is None:
        return say("wi_no_more" if t.before.items else "wi_none", lang, what=what)
    fact = fact_at(book, t.address)
    thing = element_words(book, fact, "+", lang) if fact else what
    return say(f"wi_{t.how}", lang, thing=thing, facts=listed(_added(book, t.address, t.added, lang), lang))


def _added(book: Book, address: str, added: Mapping[str, Touch], lang: Lang) -> Iterator[str]:
    for name, one in added.items():
        fact = fact_at(book, f"{address}[+].{name}")
        label = pick(fact.label, lang) if fact else name
        yield say("about", lang, thing=label, what=_range(book, one, fact.type if fact else None, lang))


def _hinge(book: Book, kind: str, id: str, lang: Lang) -> str:
    if kind == "law":
        return say("hinge_law", lang, what=law_words(book, id, lang))
    if kind == "judgement":
        return say("hinge_judgement", lang, what=judgement_words(book, id, lang))
    return address_words(book, id, lang)


def options(case: Case, r: Repair) -> Iterator[str]:
    """The change as `--set` takes it."""
    moved = any(t.address == "submitted_on" for t in r.touches)
    for name, now in r.case.root.facts.items():
        if moved and name != "submitted_on" and type(now) is Absent and type(case.root.facts.get(name)) is dt.date:
            yield f"{name}=unknown"
    for t in r.touches:
        yield f"{t.address}={value_text(t.after)}"
