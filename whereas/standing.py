"""What stands in the way of a category, and what a yes rests on, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dsl.case import Case, Listed
from dsl.model import Book, Value, Verdict
from solver.answer import Answer, Step
from solver.atoms import Atom
from whereas.phrases import Lang, Language, listed, say, words_language
from whereas.report import CaseView, Mark, Part, Row, Standing, Told, plain, reasons_of
from whereas.scripts import Say, simplify
from whereas.values import address_words, count_words, fact_at, pick, told, value_words

if TYPE_CHECKING:
    from solver.blocking import Asking, Rests


def with_standing(view: CaseView, ask: Asking, answer: Answer) -> CaseView:
    """A view in which every yes says what it rests on, and every no all that stands in its way."""
    from solver.blocking import resting

    results = []
    for result in view.results:
        if result.verdict is not Verdict.DEPENDS:
            rests = resting(ask, result.category, result.verdict)
            steps = next((r.steps for r in answer.results if r.category == result.category), ())
            made = standing(ask, answer, rests, steps, view.lang)
            result = result._replace(standing=simplify(made) if view.lang == "zh-Hans" else made)  # noqa: PLW2901
        results.append(result)
    return view._replace(results=tuple(results))


def standing(ask: Asking, answer: Answer, rests: Rests, whole: Sequence[Step], language: Language) -> Standing:
    """The sets found for a category in words, Chinese as Traditional. whole: the steps of the whole case."""
    from solver.standing import conditions

    book, case, lang = ask.compiled.book, ask.case, words_language(language)
    parts = []
    for number, atoms in enumerate(rests.sets):
        rows: tuple[Row, ...] = ()
        if rests.verdict is Verdict.DOES_NOT_QUALIFY:
            steps = conditions(ask, rests, number, whole)
            rows = reasons_of(book, case, answer, rests.category, rests.verdict, steps, lang)
        parts.append(Part(tuple(tell(book, case, atom, lang) for atom in atoms), rows))
    return Standing(tuple(parts), rests.complete)


def tell(book: Book, case: Case, atom: Atom, lang: Lang) -> Told:
    """One thing a case tells, in words."""
    match atom.kind:
        case "presumption":
            label = pick(book.judgements[atom.id].label, lang)
            return Told(atom.kind, atom.id, True, say("about", lang, thing=say("presumed", lang), what=label))
        case "element":
            thing = address_words(book, atom.id, lang)
            return Told(atom.kind, atom.id, None, say("is_told", lang, thing=thing))
        case "list":
            value = told(case, atom.id)
            number = len(value.items) if isinstance(value, Listed) else 0
            words = say("no_more", lang, thing=address_words(book, atom.id, lang), n=count_words(number, lang))
            return Told(atom.kind, atom.id, number, words)
        case _:
            value = told(case, atom.id)
            fact = fact_at(book, atom.id)
            words = value_words(book, value, fact.type if fact else None, lang)
            words = say("about", lang, thing=address_words(book, atom.id, lang), what=words)
            return Told(atom.kind, atom.id, _data(value), words)  # type: ignore[arg-type]


def _data(value: Value) -> bool | int | str:
    """A value as JSON has it."""
    return value if isinstance(value, bool | int) and not isinstance(value, dt.date) else plain(value)


def told_in(say: Say, lang: Language, found: Standing, *, yes: bool) -> Iterator[tuple[Mark | None, str]]:
    """A line for each part, the facts of it told together; of a yes that has one part a line for each fact."""
    if not found.complete:
        yield "open", say("not_all_found")
    if yes and len(found.parts) == 1:
        yield from ((None, it.words) for it in found.parts[0].told)
        return
    for part in found.parts:
        facts = listed([it.words for it in part.told], lang)
        rows = (say("about", thing=row.label, what=row.words) if row.label else row.words for row in part.rows)
        fails = listed(dict.fromkeys(rows), lang)
        mark: Mark = "met" if yes else "not_met"
        if fails and facts:
            yield mark, say("noted", what=fails, note=facts)
        else:
            yield mark, fails or facts or say("whatever_told")
