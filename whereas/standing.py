"""What stands in the way of a category, and what a yes rests on, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dsl.case import Case, Listed
from dsl.model import Book, Value, Verdict
from solver.answer import Answer, Step
from whereas.granted import plain
from whereas.phrases import Lang, Language, enumerated, listed, say, words_language
from whereas.rows import reasons_of
from whereas.scripts import Say, scripted
from whereas.sentences import reading_words
from whereas.values import address_words, count_words, fact_at, pick, told, value_words
from whereas.views import MARK_OF, CaseView, Mark, Nearest, Part, Readings, Row, Standing, Told, Turning

if TYPE_CHECKING:
    from solver.atoms import Atom
    from solver.blocking import Asking, Rests
    from solver.surviving import Surviving


def with_standing(view: CaseView, ask: Asking, answer: Answer) -> CaseView:
    """A view in which every yes says what it rests on, and every no all that stands in its way."""
    from solver.blocking import resting

    results = []
    for result in view.results:
        if result.verdict is not Verdict.DEPENDS:
            rests = resting(ask, result.category, result.verdict)
            steps = next((r.steps for r in answer.results if r.category == result.category), ())
            made = standing(ask, answer, rests, steps, view.lang)
            result = result._replace(standing=scripted(made, view.lang))  # noqa: PLW2901
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


def with_nearest(view: CaseView, ask: Asking, answer: Answer, most: int) -> CaseView:
    """A view that lists the categories nearest to being open, so many at most."""
    from solver.standing import nearest

    book, lang = ask.compiled.book, words_language(view.lang)
    no = {r.category: r.steps for r in answer.results if r.verdict is Verdict.DOES_NOT_QUALIFY}
    out = []
    for near in nearest(ask, no)[:most]:
        category = near.rests.category
        rows = [
            row
            for steps in near.steps
            for row in reasons_of(book, ask.case, answer, category, Verdict.DOES_NOT_QUALIFY, steps, lang)[:1]
        ]
        words = listed(dict.fromkeys(row.words for row in rows), lang)
        label = next(r.label for r in view.results if r.category == category)
        out.append(Nearest(category, label, near.changes, round(near.distance, 3), words, near.rests.complete))
    return view._replace(near=scripted(tuple(out), view.lang))


def with_readings(view: CaseView, book: Book, found: Sequence[Surviving]) -> CaseView:
    """A view that says which verdicts survive every reading, and which readings the others turn on."""
    lang = words_language(view.lang)
    same = []
    for v in Verdict:
        names = tuple(f.category for f in found if f.verdict is v and not f.turns and f.complete)
        if names:
            same.append((v.value, names))
    turning = []
    for f in (f for f in found if f.turns):
        told_ = tuple((t.reading, tuple((v, got.value if got else None) for v, got in t.values)) for t in f.turns)
        lines = []
        for t in f.turns:
            label = pick(book.readings[t.reading].label, lang)
            each = [
                say(
                    "noted",
                    lang,
                    what=reading_words(book, t.reading, v, lang),
                    note=say(got.value if got else "unsettled", lang),
                )
                for v, got in t.values
            ]
            if len({got for _, got in t.values}) == 1:
                each = [say("with_others", lang)]
            lines.append(say("about", lang, thing=label, what=listed(each, lang)))
        turning.append(Turning(f.category, f.verdict.value if f.verdict else None, told_, tuple(lines)))
    made = Readings(tuple(same), tuple(turning), tuple(f.category for f in found if not f.complete))
    return view._replace(under_readings=scripted(made, view.lang))


def near_lines(say: Say, view: CaseView) -> Iterator[str]:
    """A line for each category nearest to being open."""
    for near in view.near:
        if not near.complete:
            yield say("about", thing=near.category, what=say("not_all_found"))
            continue
        key = "nothing_opens" if near.changes is None else "to_change_one" if near.changes == 1 else "to_change"
        head = say("noted", what=near.category, note=say(key, n=near.changes))
        yield say("about", thing=head, what=near.words or near.label)


def reading_lines(say: Say, view: CaseView) -> Iterator[tuple[Mark | None, str]]:
    """What holds however the text is read, and what turns on how it is read."""
    found = view.under_readings
    if found is None:
        return
    for verdict, categories in found.same:
        yield (
            MARK_OF[Verdict(verdict)],
            say("about", thing=say("always_so", what=say(verdict)), what=enumerated(categories, view.lang)),
        )
    for turning in found.turning:
        for words in turning.words:
            yield "open", say("about", thing=say("turns_on", what=turning.category), what=words)
    if found.unsettled:
        yield "open", say("about", thing=enumerated(found.unsettled, view.lang), what=say("not_all_found"))


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
            assert isinstance(value, Value)
            return Told(atom.kind, atom.id, _data(value), words)


def _data(value: Value) -> bool | int | str:
    """A value as JSON has it."""
    return value if isinstance(value, bool | int) and not isinstance(value, dt.date) else plain(value)


def told_in(say: Say, lang: Language, found: Standing, *, yes: bool) -> Iterator[tuple[Mark | None, str]]:
    """Of a yes a line for each fact it rests on; of a no a line for each part, with the facts of it."""
    if not found.complete:
        yield "open", say("not_all_found")
    if yes:
        yield from _rested_on(say, lang, found.parts)
        return
    for part in found.parts:
        facts = listed([it.words for it in part.told], lang)
        rows = (say("about", thing=row.label, what=row.words) if row.label else row.words for row in part.rows)
        fails = listed(dict.fromkeys(rows), lang)
        if fails and facts:
            yield "not_met", say("noted", what=fails, note=facts)
        else:
            yield "not_met", fails or facts or say("whatever_told")


def _rested_on(say: Say, lang: Language, parts: Sequence[Part]) -> Iterator[tuple[Mark | None, str]]:
    """What every part has, then what the parts have besides, any of which is enough."""
    shared = [it for it in parts[0].told if all(it in part.told for part in parts)] if parts else []
    yield from ((None, it.words) for it in shared)
    rest = [[it.words for it in part.told if it not in shared] for part in parts]
    if len(parts) == 1:
        return
    for words in rest:
        yield "met", say("about", thing=say("any_is_enough"), what=listed(words, lang))
