"""What a report says, in words but without a shape: the text, JSON and HTML reports all draw from this one view.

The parts are named tuples; those that go into a report of few words are made only as far as it shows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from msgspec import Struct

from dsl.calendar import ONGOING, Duration
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.inside import directly
from dsl.model import Book, ByReading, Call, Citation, Clause, Const, Expr, Extreme, Param, Truth, Type, Value, Verdict
from solver.answer import Answer, Granted, Hinge, Result, Status, Step
from whereas.entries import TotalView, totals_of
from whereas.open_ended import leaned_on
from whereas.phrases import PHRASES, Lang, Language, enumerated, joined, listed, say, words_language
from whereas.scripts import Say, simplify
from whereas.sentences import law_words, reading_words, step_words
from whereas.values import (
    address_parts,
    address_words,
    count_words,
    date_words,
    fact_at,
    pick,
    told,
    type_of,
    value_words,
)

Mark = Literal["met", "not_met", "open"]

SHORT = 3
"""Reasons of a category that a short report gives before it points to `explain`."""

GRANTS = ("stay", "condition", "filing_fee", "visa_fee")
"""Kinds of grant the interface has words for."""

MANY = 6
"""With more categories that depend than this their number is told, not their names."""


class Named(NamedTuple):
    """An id and its words."""

    id: str
    words: str


class Row(NamedTuple):
    """One condition as the case meets it, from the reader's side: a bar that does not apply is met.

    path: where the condition stands; label: what it is called among its neighbours, or below the category where it
    is told without the tree; reading: for a branch of a reading that is left open, how the text is read there; totals:
    in the tree, what the totals over lists that the condition compares were made of.
    """

    path: str
    label: str
    mark: Mark
    words: str
    cites: tuple[str, ...]
    decisive: bool
    status: str
    kind: str
    note: str | None
    rows: tuple[Row, ...]
    reading: str | None = None
    totals: tuple[TotalView, ...] = ()


class HingeView(NamedTuple):
    """Something a verdict turns on; `label` names it, `words` say how it stands.

    way: the phrase that `words` are made by; fact, thing: a fact and what it is a fact of, where several of one thing
    are told together.
    """

    kind: str
    id: str
    label: str
    words: str
    way: str
    fact: str
    thing: str


class Lasts(NamedTuple):
    """A rule without an end that an answer leans on, as known to the day of its source."""

    id: str
    words: str
    known_to: str
    date: str


class Closes(NamedTuple):
    """The last day of filing on which a yes is still one, and the verdict on the day after."""

    file_by: str
    then: str
    words: str


class GrantView(NamedTuple):
    """What a category gives."""

    kind: str
    values: tuple[str, ...]
    chosen_by: tuple[str, ...]
    words: str


class Told(NamedTuple):
    """One thing a case tells; `value` as data: None of what is not a value."""

    kind: str
    id: str
    value: bool | int | str | None
    words: str


class Part(NamedTuple):
    """A smallest part of a case that settles a category: what it tells, and the conditions it decides."""

    told: tuple[Told, ...]
    rows: tuple[Row, ...]


class Standing(NamedTuple):
    """All that stands in the way of a category, or all that a yes rests on; `complete`: nothing is missing."""

    parts: tuple[Part, ...]
    complete: bool


class ResultView(NamedTuple):
    """The answer on one category.

    reasons: the decisive conditions, without the tree around them; more: how many such conditions are left out.
    rows, sources: the tree and what it cites, if it was asked for.
    """

    category: str
    scheme: str
    label: str
    scheme_label: str
    verdict: Verdict
    verdict_words: str
    reasons: tuple[Row, ...]
    more: int
    rows: tuple[Row, ...]
    hinges: tuple[HingeView, ...]
    assumes: tuple[Named, ...]
    sensitive_to: tuple[Named, ...]
    grants: tuple[GrantView, ...]
    asks_for: tuple[Named, ...]
    routes_to: tuple[Named, ...]
    leans_on: tuple[Named, ...]
    because: tuple[str, ...]
    sources: tuple[Named, ...]
    closes: Closes | None
    open_ended: tuple[Lasts, ...]
    standing: Standing | None = None


class Nearest(NamedTuple):
    """A no, by how little stands in its way.

    changes: how many things would have to change at the least, None if something stands in the way that cannot.
    """

    category: str
    label: str
    changes: int | None
    distance: float
    words: str


class Turning(NamedTuple):
    """A verdict that turns on readings of the text, and in words on which, and what it is read otherwise."""

    category: str
    verdict: str | None
    readings: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    words: tuple[str, ...]


class Readings(NamedTuple):
    """The verdicts that are the same under every reading, and those that are not.

    complete: every combination of readings was tried for every category.
    """

    same: tuple[tuple[str, tuple[str, ...]], ...]
    turning: tuple[Turning, ...]
    complete: bool


class CaseView(NamedTuple):
    """Everything a report says of one case.

    chosen: where it is not answered as the book itself chooses. summary: the verdicts in short, where there are
    several. lists: those written in full with something on them;
    none_told: those written in full with nothing.
    """

    case: str
    title: str | None
    lang: Language
    book: Named
    known: str
    submitted_on: str | None
    submitted_on_defaulted: bool
    filed: str | None
    as_known_on: str | None
    as_known_words: str | None
    readings: tuple[tuple[Named, Named], ...]
    chosen: tuple[str, ...]
    summary: tuple[tuple[Mark, str], ...]
    lists: tuple[Named, ...]
    none_told: tuple[Named, ...]
    unused: tuple[Named, ...]
    notices: tuple[Named, ...]
    limit: str | None
    complete: bool
    unsettled: tuple[Named, ...]
    results: tuple[ResultView, ...]
    near: tuple[Nearest, ...] = ()
    under_readings: Readings | None = None


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
        as_known_words=_as_known(book, as_known_on, words) if as_known_on else None,
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
        unsettled=tuple(Named(id, _category_words(book, id, words)) for id in answer.unsettled),
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
    return simplify(built) if lang == "zh-Hans" else built


def _filed(book: Book, case: Case, lang: Lang) -> str | None:
    if "submitted_on" not in book.givens:
        return None
    day = case.root.facts.get("submitted_on")
    if isinstance(day, dt.date):
        key = "filed_default" if "submitted_on" in case.defaulted else "filed"
        return say(key, lang, date=date_words(day, lang))
    return say("filed_unknown", lang, why=value_words(book, day, None, lang))


def _as_known(book: Book, day: dt.date, lang: Lang) -> str:
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


def _category_words(book: Book, id: str, lang: Lang) -> str:
    if id in book.categories:
        return pick(book.categories[id].label, lang)
    return pick(book.schemes[id].label, lang) if id in book.schemes else id


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
    terms = _terms(book, result.category) if chain else {}
    telling = _Telling(book, case, lang, answer, terms, chain)
    rows: Iterable[Row] = _root_rows(telling, result.steps, result.category)
    rows = tuple(rows) if chain else rows
    found = _reasons(rows, result.verdict, lang)
    shortened = brief and result.verdict is not Verdict.QUALIFIES
    reasons = tuple(islice(found, int(result.verdict is Verdict.DOES_NOT_QUALIFY) if shortened else most))
    more = max(len(result.because) - len(reasons), 1) if not shortened and next(found, None) else 0
    scheme = book.schemes.get(result.scheme)
    cited = dict.fromkeys(c.source for step in _all(result.steps) for c in _cites(book, step)) if chain else ()
    return ResultView(
        category=result.category,
        scheme=result.scheme,
        label=_category_words(book, result.category, lang),
        scheme_label=pick(scheme.label, lang) if scheme else result.scheme,
        verdict=result.verdict,
        verdict_words=say(result.verdict.value, lang),
        reasons=reasons,
        more=more,
        rows=tuple(rows) if chain else (),
        hinges=tuple(_hinge(book, case, h, lang) for h in result.hinges),
        assumes=tuple(Named(id, _judgement_words(book, id, lang)) for id in result.assumes),
        sensitive_to=tuple(Named(id, _reading_label(book, id, lang)) for id in result.sensitive_to),
        grants=tuple(_grant(book, result.category, g, lang) for g in result.grants),
        asks_for=tuple(Named(id, pick(book.documents[id].label, lang)) for id in result.asks_for),
        routes_to=tuple(Named(id, _category_words(book, id, lang)) for id in result.routes_to),
        leans_on=tuple(Named(id, _source_words(book, id, lang)) for id in result.leans_on),
        because=result.because,
        sources=tuple(Named(id, _source_words(book, id, lang)) for id in cited),
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
    decisive = [step for step in _all(result.steps) if step.decisive]
    for rule in leaned_on(book, case, decisive, given, as_known_on):
        date = date_words(rule.known_to, lang)
        yield Lasts(rule.id, pick(rule.label, lang), rule.known_to.isoformat(), date)


def _all(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _all(step.children)


def _cites(book: Book, step: Step) -> tuple[Citation, ...]:
    """The citations said at this step; elements of a list repeat the clause above them and say none.

    A list with nothing in it has no steps below: it is told with what would be asked of an element.
    """
    if step.clause is None or step.kind == "element":
        return ()
    found = step.clause.cites
    level: tuple[Clause, ...] = (step.clause,) if step.kind in ("some", "every") and not step.children else ()
    while level and not found:
        found = tuple(dict.fromkeys(cite for clause in level for cite in clause.cites))
        level = tuple(inner for clause in level for inner in _inside(book, clause.cond))
    return found


def _inside(book: Book, thing: object) -> Iterator[Clause]:
    """The outermost clauses in a condition, that of a term if it is one."""
    for part in (book.terms[thing.term].means,) if isinstance(thing, Call) else directly(thing):
        if isinstance(part, Clause):
            yield part
        else:
            yield from _inside(book, part)


class _Telling(Struct, frozen=True):
    """What rows are told with. `terms`: by dotted path below the category, the term a clause calls."""

    book: Book
    case: Case
    lang: Lang
    answer: Answer
    terms: Mapping[str, str]
    chain: bool


def _terms(book: Book, category: str) -> dict[str, str]:
    from dsl.checks import labelled

    clauses = labelled(book, book.categories[category]) if category in book.categories else {}
    return {path: clause.cond.term for path, clause in clauses.items() if isinstance(clause.cond, Call)}


def reasons_of(
    book: Book, case: Case, answer: Answer, category: str, verdict: Verdict, steps: Iterable[Step], lang: Lang
) -> tuple[Row, ...]:
    """The decisive conditions among some steps of a category, with the labels above them."""
    telling = _Telling(book, case, lang, answer, _terms(book, category), False)
    return tuple(_reasons(_root_rows(telling, steps, category), verdict, lang))


def _root_rows(telling: _Telling, steps: Iterable[Step], category: str) -> Iterator[Row]:
    """The rows of a category. What only joins the needs, or the bars, is passed over."""
    for step in steps:
        joins = step.kind == ("all" if step.wanted else "any") and step.path == category and step.children
        for inner in step.children if joins else (step,):
            if not telling.chain and not inner.decisive:
                continue
            yield _row(telling, inner, category)


def _row(telling: _Telling, step: Step, above: str) -> Row:
    dotted = ".".join(step.path.split("/")[1:])
    judged, presumed = _judged(telling, step)
    notes = [say("overridden", telling.lang, label=step.override)] if step.override else []
    words = step_words(
        telling.book, step, telling.lang, telling.answer.readings, term=telling.terms.get(dotted), judged=judged
    )
    silent = say("law_silent", telling.lang)
    notes += [silent] if step.gaps and silent not in words else []
    notes += [say("presumed", telling.lang)] if presumed and step.status is Status.HOLDS else []
    row = Row(
        path=step.path,
        label=_labels(step.path.removeprefix(above).strip("/").split("/")),
        mark=_mark(step),
        words=words,
        cites=tuple(f"{c.source} {c.pinpoint}".strip() for c in _cites(telling.book, step)),
        decisive=step.decisive,
        status=step.status.value,
        kind=step.kind,
        note=joined(notes, telling.lang) or None,
        rows=tuple(
            _branch(telling, step, child, _row(telling, child, step.path))
            for child in _merged(step)
            if telling.chain or child.decisive
        ),
        totals=totals_of(telling.book, telling.case, step, telling.lang, telling.answer.readings)
        if telling.chain
        else (),
    )
    return _folded(telling, step, row)


def _branch(telling: _Telling, step: Step, child: Step, row: Row) -> Row:
    """The row of a branch of a reading that is left open, with how the text is read there."""
    if step.kind != "reading" or step.reading or step.clause is None:
        return row
    cond = step.clause.cond
    while isinstance(cond, Call):
        cond = telling.book.terms[cond.term].means.cond
    if not isinstance(cond, ByReading):
        return row
    label = child.path.rsplit("/", 1)[-1]
    value = next((value for value, clause in cond.branches if clause.label == label), label)
    words = reading_words(telling.book, cond.reading, value, telling.lang)
    how = say("reading_is", telling.lang, reading=_reading_label(telling.book, cond.reading, telling.lang), value=words)
    note = listed([note for note in (_read_as(telling, (cond.reading, value)), row.note) if note], telling.lang)
    return row._replace(note=note, reading=listed([how, row.reading] if row.reading else [how], telling.lang))


def _folded(telling: _Telling, step: Step, row: Row) -> Row:
    """A group of one is told as that one; a chosen reading becomes a note on it."""
    if len(row.rows) != 1 or step.kind not in ("all", "any", "reading") or step.override:
        return row
    if step.clause is not None and step.clause.sentence is not None:
        return row
    (only,) = row.rows
    notes = [note for note in (row.note, only.note) if note]
    if step.reading:
        read_as = say("by_reading", telling.lang, value="")
        notes = [_read_as(telling, step.reading), *(note.removeprefix(read_as) for note in notes)]
    return only._replace(
        label=row.label or only.label,
        mark=row.mark,
        status=row.status,
        decisive=row.decisive,
        cites=tuple(dict.fromkeys((*row.cites, *only.cites))),
        note=listed(notes, telling.lang) or None,
    )


def _read_as(telling: _Telling, reading: tuple[str, str]) -> str:
    return say("by_reading", telling.lang, value=reading_words(telling.book, *reading, telling.lang))


def _labels(labels: Iterable[str]) -> str:
    return " · ".join(label for label in labels if label)


def _judged(telling: _Telling, step: Step) -> tuple[bool, bool]:
    """Whether a step asks for one judgement, and whether the case leaves it unrecorded."""
    if step.clause is None or not isinstance(step.clause.cond, Truth):
        return False, False
    path = step.clause.cond.fact
    base = step.binding.get(path.base, path.base)
    address = ".".join((base, *path.steps))
    fact = fact_at(telling.book, address)
    if fact is None or fact.judgement is None:
        return False, False
    return True, isinstance(told(telling.case, address), Absent)


def _merged(step: Step) -> tuple[Step, ...]:
    """The steps below; a lone group directly under an element says nothing of its own and is passed over."""
    if step.kind == "element" and len(step.children) == 1:
        only = step.children[0]
        if only.kind == "all" and only.path == step.path and (only.clause is None or only.clause.sentence is None):
            return only.children
    return step.children


def _mark(step: Step) -> Mark:
    if step.status is Status.VARIES:
        return "open"
    return "met" if (step.status is Status.HOLDS) is step.wanted else "not_met"


def _reasons(rows: Iterable[Row], verdict: Verdict, lang: Lang) -> Iterator[Row]:
    """The decisive leaves that carry the verdict, in rule order, each once."""
    wanted: dict[Verdict, tuple[Mark, ...]] = {
        Verdict.QUALIFIES: ("met",),
        Verdict.DEPENDS: ("open",),
        Verdict.DOES_NOT_QUALIFY: ("not_met",),
    }
    applies, seen = say("applies", lang, what=""), set()
    for trail, thing, read, row in _leaves(rows, (), "", ()):
        if row.decisive and row.mark in wanted[verdict]:
            words = row.words
            if row.mark == "not_met" and words.startswith(applies):
                words = say("against", lang, what=words.removeprefix(applies))
            words = say("about", lang, thing=thing, what=words) if thing else words
            words = say("noted", lang, what=words, note=listed(read, lang)) if read else words
            if (row.path, words) not in seen:
                seen.add((row.path, words))
                yield row._replace(label=_labels(trail), words=words)


def _leaves(
    rows: Iterable[Row], above: tuple[str, ...], thing: str, read: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...], Row]]:
    """Rows without rows: the labels from the category down, the thing it is about, if of several, how the text is read.

    How it is read is told where that is left open.
    """
    for row in rows:
        trail = (*above, row.label)
        how = (*read, row.reading) if row.reading else read
        if not row.rows:
            yield trail, thing, how, row
        several = sum(below.kind == "element" for below in row.rows) > 1
        for below in row.rows:
            yield from _leaves((below,), trail, below.words if several else thing, how)


# ---------------------------------------------------------------------------------------------- hinges and other things


def _hinge(book: Book, case: Case, hinge: Hinge, lang: Lang) -> HingeView:
    match hinge.kind:
        case "fact":
            label = address_words(book, hinge.id, lang)
            way = _fact_hinge(told(case, hinge.id))
            fact, thing = address_parts(book, hinge.id, lang)
            return HingeView("fact", hinge.id, label, hung(_speaking(lang), way, label), way, fact, thing)
        case "judgement":
            label = _judgement_words(book, hinge.id, lang)
            return _plain_hinge(hinge, label, lang)
        case "reading":
            label = _reading_label(book, hinge.id, lang)
            return _plain_hinge(hinge, label, lang)
        case "law":
            label = law_words(book, hinge.id, lang)
            return _plain_hinge(hinge, label, lang)


def _plain_hinge(hinge: Hinge, label: str, lang: Lang) -> HingeView:
    way = f"hinge_{hinge.kind}"
    return HingeView(hinge.kind, hinge.id, label, say(way, lang, what=label), way, label, "")


def _fact_hinge(known: Known | None) -> str:
    """How a fact that is a hinge stands: a list that may have more, or why it has no value."""
    match known:
        case Absent() as absent:
            return absent.value
        case Listed(told=False, reason=reason):
            return reason.value
        case Listed():
            return "hinge_open_list"
        case _:
            return "not_asked"


def hung(speak: Say, way: str, what: str) -> str:
    """What a verdict hangs on, in the way the thing stands."""
    if way.startswith("hinge_"):
        return speak(way, what=what)
    return speak("hinge_fact", why=speak(way), what=what)


def _speaking(lang: Lang) -> Say:
    return lambda key, **holes: say(key, lang, **holes)


def _judgement_words(book: Book, id: str, lang: Lang) -> str:
    if id in book.judgements:
        return pick(book.judgements[id].label, lang)
    return address_words(book, id, lang)


def _reading_label(book: Book, id: str, lang: Lang) -> str:
    return pick(book.readings[id].label, lang) if id in book.readings else id


def _source_words(book: Book, id: str, lang: Lang) -> str:
    if id not in book.sources:
        return id
    source = book.sources[id]
    words = pick(source.label, lang)
    if source.edition is None:
        return words
    return words + ("，" if lang == "zh" else ", ") + date_words(source.edition, lang)


def _grant(book: Book, category: str, granted: Granted, lang: Lang) -> GrantView:
    grants = book.categories[category].grants if category in book.categories else ()
    value = next((g.value for g in grants if g.kind == granted.kind), None)
    type = type_of(book, {}, value) if value is not None else None
    words = joined([value_words(book, each, type, lang) for each in granted.values], lang, "or")
    if not granted.values and not granted.chosen_by:
        words = say("not_settled", lang)
    if granted.chosen_by:
        event = joined([address_words(book, id, lang) for id in granted.chosen_by], lang)
        if value is not None and not _settled(value):
            words = _between(book, value, granted.values, type, lang)
        words = say("by_event", lang, values=words, event=event) if words else say("as_event", lang, event=event)
    kind = say(granted.kind, lang) if granted.kind in GRANTS else granted.kind
    words = say("about", lang, thing=kind, what=words)
    return GrantView(granted.kind, tuple(plain(v) for v in granted.values), granted.chosen_by, words)


def _settled(value: Expr) -> bool:
    """Whether the values found are all there can be; of a fact that is not told they are samples."""
    match value:
        case Const() | Param():
            return True
        case Extreme(args=args):
            return all(_settled(arg) for arg in args)
        case _:
            return False


def _between(book: Book, value: Expr, values: Sequence[Value], type: Type | None, lang: Lang) -> str:
    """What bounds a granted value that a fact not told chooses; empty if nothing does."""
    match value:
        case Extreme(kind="least" | "earliest", args=args) if any(_settled(arg) for arg in args):
            return say("up_to", lang, high=value_words(book, max(values, key=_size), type, lang))
        case Extreme(kind="greatest" | "latest", args=args) if any(_settled(arg) for arg in args):
            return say("not_less", lang, low=value_words(book, min(values, key=_size), type, lang))
        case _:
            return ""


def _size(value: Value) -> int:
    match value:
        case Duration(count, _):
            return count
        case dt.date():
            return value.toordinal()
        case _:
            return 0


def plain(value: Value) -> str:
    """A value as a case file writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case dt.date():
            return "ongoing" if value == ONGOING else value.isoformat()
        case Duration() | int() | str():
            return str(value)
