"""What `when` says of a case, in words but without a shape: windows, what opens and closes them, what is ahead.

The text, JSON, HTML and SVG reports all draw from this one view.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dsl.calendar import ONGOING
from dsl.case import Case, Known, Listed, Record
from dsl.model import Book, Type, Verdict
from solver.ahead import Birthday, Change, NewEdition, NewValue
from solver.answer import Answer
from solver.filing import Filing
from solver.when import Stretch
from whereas.granted import grant_view
from whereas.labels import category_words, hinge_view
from whereas.phrases import Lang, Language, joined, listed, say, words_language
from whereas.report import view
from whereas.rows import leaf_words, leaves
from whereas.scripts import scripted
from whereas.values import address_words, date_words, pick, value_words
from whereas.views import MARK_OF, HingeView, Named, ResultView, Row

_DAY = dt.timedelta(days=1)

Explained = Callable[[str, dt.date], Answer]
"""The answer on one category, filed on a day, with every condition."""


class Window(NamedTuple):
    """Days of filing on which the answer is the same.

    outcome: a verdict, `contradiction` or `unsettled`. why: the conditions that turned on the first day, as they stand
    on it; none in the first window of all. hinges: on what it hangs; grants: in words.
    """

    first: str
    last: str
    days: str
    outcome: str
    outcome_words: str
    why: tuple[Row, ...]
    hinges: tuple[HingeView, ...]
    grants: tuple[str, ...]
    notes: tuple[str, ...]


class Track(NamedTuple):
    """The windows of one category, in order and without gaps. `reason`: why one is closed all along."""

    category: str
    scheme: str
    label: str
    scheme_label: str
    windows: tuple[Window, ...]
    reason: str

    @property
    def opens(self) -> bool:
        """Whether it is open, or may be, on some day."""
        return any(w.outcome != Verdict.DOES_NOT_QUALIFY.value for w in self.windows)


class Ahead(NamedTuple):
    """Something that is known to change."""

    date: str
    kind: str
    id: str
    day: str
    words: str
    categories: tuple[str, ...]


class WhenView(NamedTuple):
    """Everything a report of `when` says of one case. assumed: what is taken to stay as it is."""

    case: str
    title: str | None
    lang: Language
    book: Named
    known: str
    known_to: str
    first: str
    last: str
    span: str
    options: tuple[str, ...]
    assumed: tuple[str, ...]
    tracks: tuple[Track, ...]
    ahead: tuple[Ahead, ...]
    notices: tuple[Named, ...]
    limit: str | None
    unsettled: tuple[Named, ...]


class Swept(NamedTuple):
    """What was found: the stretches of each category in the order of the book, those left out, and what is ahead."""

    filing: Filing
    first: dt.date
    last: dt.date
    stretches: dict[str, tuple[Stretch, ...]]
    unsettled: tuple[str, ...]
    ahead: tuple[Change, ...]
    contradicted: Callable[[dt.date], tuple[str, ...]]


def when_view(
    book: Book,
    case: Case,
    swept: Swept,
    explained: Explained,
    lang: Language,
    options: Sequence[str] = (),
) -> WhenView:
    """Put a sweep into words. `explained` is asked only about the days on which a window that is shown begins."""
    words = words_language(lang)
    teller = _Teller(book, swept, explained, words)
    built = WhenView(
        case=case.name,
        title=case.title,
        lang=lang,
        book=Named(book.id, pick(book.label, words)),
        known=date_words(book.known, words),
        known_to=book.known.isoformat(),
        first=swept.first.isoformat(),
        last=swept.last.isoformat(),
        span=say("when_span", words, first=date_words(swept.first, words), last=date_words(swept.last, words)),
        options=tuple(options),
        assumed=tuple(_assumed(book, case, swept.filing, words)),
        tracks=tuple(teller.track(category, found) for category, found in swept.stretches.items()),
        ahead=tuple(_ahead(book, change, words) for change in swept.ahead),
        notices=tuple(Named(n.id, pick(n.label, words)) for n in book.notices.values()),
        limit=say("limit_time", words) if swept.unsettled else None,
        unsettled=tuple(Named(id, category_words(book, id, words)) for id in swept.unsettled),
    )
    return scripted(built, lang)


# -------------------------------------------------------------------------------------------------------------- windows


class _Teller:
    """Windows in words; each answer is asked for once."""

    def __init__(self, book: Book, swept: Swept, explained: Explained, lang: Lang) -> None:
        self.book, self.swept, self.lang = book, swept, lang
        self._explained = explained
        self._answers: dict[tuple[str, dt.date], Answer] = {}
        self._told: dict[tuple[str, dt.date], dict[tuple[str, str], Row]] = {}

    def track(self, category: str, found: Sequence[Stretch]) -> Track:
        spec = self.book.categories[category]
        closed = all(s.outcome is Verdict.DOES_NOT_QUALIFY for s in found)
        return Track(
            category,
            spec.scheme,
            category_words(self.book, category, self.lang),
            category_words(self.book, spec.scheme, self.lang),
            tuple(self._window(category, s, found[i - 1] if i else None) for i, s in enumerate(found)),
            self._lasting_reason(category) if closed and found else "",
        )

    def _window(self, category: str, s: Stretch, before: Stretch | None) -> Window:
        outcome = s.outcome.value if isinstance(s.outcome, Verdict) else s.outcome
        why = self._turned(category, s, before) if before is not None else ()
        case = self.swept.filing.on(s.first)
        hinges = tuple(hinge_view(self.book, case, h, self.lang) for h in s.hinges)
        grants = tuple(grant_view(self.book, category, g, self.lang).words for g in s.grants)
        return Window(
            s.first.isoformat(),
            s.last.isoformat(),
            self._days(s),
            outcome,
            say(f"when_{outcome}" if outcome in ("contradiction", "unsettled") else outcome, self.lang),
            why,
            hinges,
            grants,
            tuple(self._notes(s)),
        )

    def _days(self, s: Stretch) -> str:
        first, last = (date_words(d, self.lang) for d in (s.first, s.last))
        if s.first == s.last:
            return say("when_on", self.lang, first=first)
        if s.last == self.swept.last:
            return say("when_from" if s.first > self.swept.first else "when_all", self.lang, first=first, last=last)
        return say("when_between", self.lang, first=first, last=last)

    def _notes(self, s: Stretch) -> Iterator[str]:
        if s.outcome == "contradiction":
            places = self.swept.contradicted(s.first)
            what = joined([address_words(self.book, a, self.lang) for a in places], self.lang)
            yield say("when_does_not_fit", self.lang, what=what) if what else say("when_fits_nothing", self.lang)

    def _turned(self, category: str, s: Stretch, before: Stretch) -> tuple[Row, ...]:
        """The conditions that turned on the first day of a window, as they stand on it.

        Of a window that is closed, those that stand in the way; of one that opens, those that did.
        """
        if not (isinstance(s.outcome, Verdict) and isinstance(before.outcome, Verdict)):
            return ()
        old, new = self._leaves(category, s.first - _DAY), self._leaves(category, s.first)
        turned = {key: row for key, row in new.items() if key not in old or old[key].status != row.status}
        deciding = {key: row for key, row in new.items() if row.decisive and row.mark == MARK_OF[s.outcome]}
        if s.outcome is Verdict.DOES_NOT_QUALIFY:
            return _both(deciding, turned) or tuple(deciding.values())
        stood = {key for key, row in old.items() if row.decisive and row.mark == MARK_OF[before.outcome]}
        now = {key: row for key, row in turned.items() if row.mark != "not_met"}
        if before.outcome is Verdict.DOES_NOT_QUALIFY:
            return _both(now, stood) or _both(deciding, turned) or tuple(now.values())
        return _both(deciding, turned) or _both(now, stood) or tuple(now.values())

    def _answer(self, category: str, day: dt.date) -> Answer:
        key = (category, day)
        if key not in self._answers:
            self._answers[key] = self._explained(category, day)
        return self._answers[key]

    def _leaves(self, category: str, day: dt.date) -> dict[tuple[str, str], Row]:
        """Every condition that is one line, filed on a day, by its place and what it is about."""
        key = (category, day)
        if key not in self._told:
            self._told[key] = {
                (row.path, thing): row._replace(words=leaf_words(row, thing, self.lang))
                for result in self._view(category, day, chain=True, most=None)
                for _, thing, _, row in leaves(result.rows, (), "", ())
            }
        return self._told[key]

    def _view(self, category: str, day: dt.date, *, chain: bool, most: int | None) -> tuple[ResultView, ...]:
        lang: Language = "en" if self.lang == "en" else "zh-Hant"
        case = self.swept.filing.on(day)
        answer = self._answer(category, day)
        return view(self.book, case, answer, lang, categories=[category], chain=chain, most=most).results

    def _lasting_reason(self, category: str) -> str:
        """A reason on the first day that is one on the last too, not one to be waited for; or the first there is."""
        first, last = (self._reasons(category, day) for day in (self.swept.first, self.swept.last))
        stays = {row.path for row in last}
        return next((row.words for row in (*(r for r in first if r.path in stays), *first)), "")

    def _reasons(self, category: str, day: dt.date) -> tuple[Row, ...]:
        shown = self._view(category, day, chain=False, most=None)
        return shown[0].reasons if shown else ()


def _both(rows: Mapping[tuple[str, str], Row], keys: Iterable[tuple[str, str]]) -> tuple[Row, ...]:
    """Those of the rows that are among the keys."""
    wanted = set(keys)
    return tuple(row for key, row in rows.items() if key in wanted)


# ------------------------------------------------------------------------------------------------- assumptions, changes


def _assumed(book: Book, case: Case, filing: Filing, lang: Lang) -> Iterator[str]:
    """What is taken to be so on another day of filing: said so that nobody takes it for granted unseen."""
    yield say("when_stays", lang)
    if going := [address_words(book, a, lang) for a in _going_on(case.root)]:
        yield say("when_goes_on", lang, what=listed(going, lang))
    moving = [address_words(book, name, lang) for name in sorted(filing.moves) if name != "submitted_on"]
    if moving:
        yield say("when_moves", lang, what=joined(moving, lang))
    if filing.aside:
        yield say("when_aside", lang, what=joined([address_words(book, a, lang) for a in filing.aside], lang))


def _going_on(told: Known, address: str = "") -> Iterator[str]:
    """Addresses of what is told to be still going on."""
    match told:
        case dt.date() if told == ONGOING:
            yield address
        case Record(facts):
            for name, value in facts.items():
                yield from _going_on(value, f"{address}.{name}" if address else name)
        case Listed(items):
            for i, item in enumerate(items):
                yield from _going_on(item, f"{address}[{i}]")
        case _:
            return


def _ahead(book: Book, change: Change, lang: Lang) -> Ahead:
    day = date_words(change.day, lang)
    match change:
        case NewValue(_, id, before, after, starts, categories):
            parameter = book.parameters[id]
            old, new = (_value(book, v, parameter.type, lang) for v in (before, after))
            key = "ahead_starts" if starts else "ahead_value"
            words = say(key, lang, what=pick(parameter.label, lang), before=old, after=new)
            if parameter.event not in (None, "submitted_on"):
                event = address_words(book, str(parameter.event), lang)
                words = say("noted", lang, what=words, note=say("as_event", lang, event=event))
            return Ahead(change.day.isoformat(), "value", id, day, words, categories)
        case NewEdition(_, id, come, gone, before, after, categories):
            parts = [
                *([say("ahead_come", lang, n=come)] if come else []),
                *([say("ahead_gone", lang, n=gone)] if gone else []),
                *([say(f"ahead_{after}", lang)] if before != after else []),
            ]
            what = pick(book.tables[id].label, lang)
            words = say("about", lang, thing=what, what=listed(parts, lang))
            return Ahead(change.day.isoformat(), "list", id, day, words, categories)
        case Birthday(_, place, age, categories):
            words = say("ahead_age", lang, age=age, what=address_words(book, place, lang))
            return Ahead(change.day.isoformat(), "age", place, day, words, categories)


def _value(book: Book, value: object, type: Type, lang: Lang) -> str:
    if value is None:
        return say("ahead_unknown", lang)
    return value_words(book, value, type, lang)
