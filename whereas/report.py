"""The view of one answer in one language: the text, JSON and HTML reports all draw from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from dsl.case import Case, Listed, Record
from dsl.model import Book, Verdict
from solver.answer import Answer, Result
from whereas.granted import grant_view
from whereas.labels import category_words, hinge_view, presumed_words, reading_label, source_words
from whereas.open_ended import leaned_on
from whereas.phrases import PHRASES, Lang, Language, enumerated, joined, say, words_language
from whereas.rows import Telling, category_rows, cites_of, decisive_rows, every_step, terms_called
from whereas.scripts import scripted
from whereas.sentences import reading_words
from whereas.values import address_words, count_words, date_words, pick, value_words
from whereas.views import CaseView, Closes, Lasts, Mark, Named, ResultView, Row

SHORT = 3
"""Reasons of a category that a short report gives before it points to `explain`."""

MANY = 6
"""With more categories that depend than this their number is told, not their names."""


def view(
    book: Book,
    case: Case,
    answer: Answer,
    lang: Language,
    *,
    as_known_on: dt.date | None = None,
    categories: Sequence[str] | None = None,
    chain: bool = True,
    most: int | None = None,
    brief: bool = False,
    all_readings: bool = False,
    judgements: str = "presumed",
    last_days: Mapping[str, tuple[dt.date, Verdict]] | None = None,
) -> CaseView:
    """The view of an answer in one language, on all categories or some; `all_readings`, `judgements`: how it was asked.

    chain: with a row for every condition, and the sources. most: so many reasons of each category at most; what is not
    shown is not put into words, which is quicker. brief: of a no only the first, uncounted, of what depends none.
    last_days: by category, the last day of filing of a yes and the verdict after it.
    """
    words = words_language(lang)
    shown = [r for r in answer.results if categories is None or r.category in categories]
    submitted = case.root.facts.get("submitted_on")
    built = CaseView(
        case=case.name,
        title=case.title,
        lang=lang,
        book=Named(book.id, pick(book.label, words)),
        known=date_words(book.known, words),
        submitted_on=submitted.isoformat() if isinstance(submitted, dt.date) else None,
        submitted_on_defaulted="submitted_on" in case.defaulted,
        filed=_filed(book, case, words),
        as_known_on=as_known_on.isoformat() if as_known_on else None,
        as_known_words=as_known_words(book, as_known_on, words) if as_known_on else None,
        readings=tuple(_readings(book, answer, words)),
        chosen=(
            *_chosen(book, answer, words, all_readings=all_readings),
            *([say("judgements_open", words)] if judgements == "open" else []),
        ),
        summary=tuple(_summary(answer, shown, words)),
        lists=tuple(Named(a, _list_words(book, a, n, words)) for a, n in _complete_lists(case.root) if n),
        none_told=tuple(Named(a, address_words(book, a, words)) for a, n in _complete_lists(case.root) if not n),
        unused=tuple(Named(a, address_words(book, a, words)) for a in answer.unused),
        notices=tuple(Named(n.id, pick(n.label, words)) for n in book.notices.values()),
        limit=_limit_words(answer, words),
        complete=answer.complete,
        unsettled=tuple(Named(id, category_words(book, id, words)) for id in answer.unsettled),
        results=tuple(
            _result(
                book,
                case,
                answer,
                r,
                words,
                chain=chain,
                most=most,
                brief=brief,
                as_known_on=as_known_on,
                last_day=(last_days or {}).get(r.category),
            )
            for r in shown
        ),
    )
    return scripted(built, lang)


def _filed(book: Book, case: Case, lang: Lang) -> str | None:
    if "submitted_on" not in book.givens:
        return None
    day = case.root.facts.get("submitted_on")
    if isinstance(day, dt.date):
        key = "filed_default" if "submitted_on" in case.defaulted else "filed"
        return say(key, lang, date=date_words(day, lang))
    return say("filed_unknown", lang, why=value_words(book, day, None, lang))


def as_known_words(book: Book, day: dt.date, lang: Lang) -> str:
    """As known on which day the answer is given."""
    key = "as_known_on" if day <= book.known else "as_known_late"
    return say(key, lang, date=date_words(day, lang), last=date_words(book.known, lang))


def _chosen(book: Book, answer: Answer, lang: Lang, *, all_readings: bool) -> Iterator[str]:
    if all_readings:
        yield say("readings_open", lang)
        return
    for reading, value in _readings(book, answer, lang):
        if value.id != _default(book, reading.id):
            yield say("reading_is", lang, reading=reading.words, value=value.words)


def _summary(answer: Answer, results: Sequence[Result], lang: Lang) -> Iterator[tuple[Mark, str]]:
    """What qualifies and what depends, by name; that nothing does is said only of a finished analysis."""
    if len(results) < 2:
        return
    by_verdict = {verdict: [r.category for r in results if r.verdict is verdict] for verdict in Verdict}
    if yes := by_verdict[Verdict.QUALIFIES]:
        yield "met", say("in_all_yes", lang, what=enumerated(yes, lang))
    if open := by_verdict[Verdict.DEPENDS]:
        few = len(open) <= MANY
        yield (
            "open",
            say("in_all_depends", lang, what=enumerated(open, lang) if few else say("many", lang, n=len(open))),
        )
    if not yes and not open and answer.complete:
        yield "not_met", say("in_all_no", lang)


def _default(book: Book, reading: str) -> str | None:
    return book.readings[reading].default if reading in book.readings else None


def _readings(book: Book, answer: Answer, lang: Lang) -> Iterator[tuple[Named, Named]]:
    for id, value in answer.readings.items():
        label = pick(book.readings[id].label, lang) if id in book.readings else id
        yield Named(id, label), Named(value, reading_words(book, id, value, lang))


def _complete_lists(record: Record, before: str = "") -> Iterator[tuple[str, int]]:
    """Addresses of the lists written in full, and how many things are on them."""
    for name, value in record.facts.items():
        address = f"{before}{name}"
        match value:
            case Record():
                yield from _complete_lists(value, f"{address}.")
            case Listed(items=items, open=False, told=True):
                yield address, len(items)
            case _:
                pass


def _list_words(book: Book, address: str, count: int, lang: Lang) -> str:
    size = count_words(count, lang)
    return say("of_thing", lang, fact=address_words(book, address, lang), thing=size)


def _limit_words(answer: Answer, lang: Lang) -> str | None:
    if answer.complete:
        return None
    what = joined(answer.unsettled, lang)
    return say("limit_words", lang, limit=say(_limit_key(answer.limit), lang), what=what)


def _limit_key(limit: str | None) -> str:
    key = f"limit_{limit}"
    return key if key in PHRASES else "limit_other"


# ----------------------------------------------------------------------------------------------------------- a category


def _result(
    book: Book,
    case: Case,
    answer: Answer,
    result: Result,
    lang: Lang,
    *,
    chain: bool,
    most: int | None,
    brief: bool,
    as_known_on: dt.date | None,
    last_day: tuple[dt.date, Verdict] | None,
) -> ResultView:
    terms = terms_called(book, result.category) if chain else {}
    telling = Telling(book, case, lang, answer, terms, chain)
    rows: Iterable[Row] = category_rows(telling, result.steps, result.category)
    rows = tuple(rows) if chain else rows
    found = decisive_rows(rows, result.verdict, lang)
    shortened = brief and result.verdict is not Verdict.QUALIFIES
    reasons = tuple(islice(found, int(result.verdict is Verdict.DOES_NOT_QUALIFY) if shortened else most))
    more = max(len(result.because) - len(reasons), 1) if not shortened and next(found, None) else 0
    scheme = book.schemes.get(result.scheme)
    cited = dict.fromkeys(c.source for step in every_step(result.steps) for c in cites_of(book, step)) if chain else ()
    return ResultView(
        category=result.category,
        scheme=result.scheme,
        label=category_words(book, result.category, lang),
        scheme_label=pick(scheme.label, lang) if scheme else result.scheme,
        verdict=result.verdict,
        verdict_words=say(result.verdict.value, lang),
        reasons=reasons,
        more=more,
        rows=tuple(rows) if chain else (),
        hinges=tuple(hinge_view(book, case, h, lang) for h in result.hinges),
        assumes=tuple(Named(id, presumed_words(book, case, id, lang)) for id in result.assumes),
        sensitive_to=tuple(Named(id, reading_label(book, id, lang)) for id in result.sensitive_to),
        grants=tuple(grant_view(book, result.category, g, lang) for g in result.grants),
        asks_for=tuple(Named(id, pick(book.documents[id].label, lang)) for id in result.asks_for),
        routes_to=tuple(Named(id, category_words(book, id, lang)) for id in result.routes_to),
        leans_on=tuple(Named(id, source_words(book, id, lang)) for id in result.leans_on),
        because=result.because,
        sources=tuple(Named(id, source_words(book, id, lang)) for id in cited),
        closes=_closes(last_day, lang) if last_day else None,
        open_ended=tuple(_open_ended(book, case, result, as_known_on, lang)),
    )


def _closes(last: tuple[dt.date, Verdict], lang: Lang) -> Closes:
    day, then = last
    key = "after_depends" if then is Verdict.DEPENDS else "after_no"
    return Closes(day.isoformat(), then.value, say(key, lang, date=date_words(day, lang)))


def _open_ended(book: Book, case: Case, result: Result, as_known_on: dt.date | None, lang: Lang) -> Iterator[Lasts]:
    grants = book.categories[result.category].grants if result.category in book.categories else ()
    given = [grant.value for grant in grants] if result.verdict is not Verdict.DOES_NOT_QUALIFY else []
    decisive = [step for step in every_step(result.steps) if step.decisive]
    for rule in leaned_on(book, case, decisive, given, as_known_on):
        date = date_words(rule.known_to, lang)
        yield Lasts(rule.id, pick(rule.label, lang), rule.known_to.isoformat(), date)
