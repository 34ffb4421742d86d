"""A question in words: what is asked, how it can be answered, and why it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dsl.case import Case, Listed
from dsl.model import Book, EnumOf, KeyOf, Scalar
from dsl.writecase import value_text
from solver.answer import Step
from solver.asking import Further, Next, Question
from whereas.phrases import Lang, Language, listed, say, words_language
from whereas.scripts import scripted
from whereas.sentences import step_words
from whereas.values import address_words, country_words, fact_at, key_words, pick, told


class Option(NamedTuple):
    """An answer that can be given, and its words."""

    value: str
    label: str


class Condition(NamedTuple):
    """A condition that looks at what is asked."""

    path: str
    words: str


class Why(NamedTuple):
    """A category that could hang on the question, and its conditions that look at it."""

    category: str
    label: str
    conditions: tuple[Condition, ...]


class Effect(NamedTuple):
    """Answers that come to the same, and the verdicts they settle."""

    values: tuple[Option, ...]
    settles: tuple[tuple[str, str], ...]


class QuestionView(NamedTuple):
    """A question. type: what kind of value answers it; options: all answers, where they can be listed.

    all_told: `effects` have every answer; of dates, amounts and names they have one of those that come to the same.
    """

    id: str
    kind: str
    type: str
    words: str
    hint: str
    options: tuple[Option, ...]
    why: tuple[Why, ...]
    effects: tuple[Effect, ...]
    all_told: bool
    worth: float
    complete: bool


def question_view(
    book: Book,
    case: Case,
    question: Question,
    lang: Language,
    why: Mapping[str, tuple[Step, ...]],
    readings: Mapping[str, str],
) -> QuestionView:
    """A question in one language."""
    words = words_language(lang)
    reasons = (
        Why(
            name,
            category_words(book, name, words),
            tuple(Condition(step.path, step_words(book, step, words, readings)) for step in steps),
        )
        for name, steps in why.items()
    )
    effects = (
        Effect(
            tuple(_answer(book, question, value, words) for value in outcome.values),
            tuple((name, verdict.value) for name, verdict in outcome.settled.items()),
        )
        for outcome in question.outcomes
    )
    type = type_of(book, question)
    built = QuestionView(
        question.id,
        question.kind,
        type,
        _asked(book, case, question, words),
        say(f"ask_{type}", words),
        tuple(_options(book, question, words)),
        tuple(reasons),
        tuple(effects),
        type in ("list", "judgement", "truth", "one_of"),
        round(float(question.worth), 3),
        question.complete,
    )
    return scripted(built, lang)


def category_words(book: Book, id: str, lang: Lang) -> str:
    """A category with its scheme."""
    category = book.categories[id]
    scheme = book.schemes[category.scheme]
    return say("about", lang, thing=pick(scheme.label, lang), what=pick(category.label, lang))


def type_of(book: Book, question: Question) -> str:
    """What kind of value answers a question, in one word."""
    if question.kind != "fact":
        return question.kind
    fact = fact_at(book, question.id)
    match fact.type if fact else None:
        case EnumOf():
            return "one_of"
        case KeyOf():
            return "key"
        case Scalar(kind):
            return kind
        case _:
            return "text"


def _asked(book: Book, case: Case, question: Question, lang: Lang) -> str:
    if question.kind == "judgement" and question.id in book.judgements:
        return say("ask_judged", lang, what=pick(book.judgements[question.id].label, lang))
    what = address_words(book, question.id, lang)
    match told(case, question.id):
        case Listed(items):
            return say("ask_more" if items else "ask_any", lang, what=what)
        case _:
            return say("ask_judged" if question.kind == "judgement" else "ask_is", lang, what=what)


def _options(book: Book, question: Question, lang: Lang) -> list[Option]:
    """Every answer, where they can be listed."""
    if question.kind == "list":
        counts = (("0", "nothing"), ("1", "ask_one"), ("2+", "ask_two_or_more"))
        return [Option(value, say(key, lang)) for value, key in counts]
    if question.kind == "judgement":
        return [_judged(truth, lang) for truth in (True, False)]
    fact = fact_at(book, question.id)
    match fact.type if fact else None:
        case Scalar("truth"):
            return [Option("true", say("yes", lang)), Option("false", say("no", lang))]
        case EnumOf(name):
            return [Option(id, pick(label, lang)) for id, label in book.enumerations[name].members]
        case KeyOf(table):
            keys = dict.fromkeys((*(row.key for row in book.tables[table].rows), "other"))
            return [Option(key, key_words(book, table, key, lang)) for key in keys]
        case _:
            return []


def _judged(truth: bool, lang: Lang) -> Option:
    return Option("favourable" if truth else "unfavourable", say("yes" if truth else "no", lang))


def _answer(book: Book, question: Question, value: object, lang: Lang) -> Option:
    """One answer as it is typed, and in words."""
    if isinstance(value, Further):
        key = ("nothing", "ask_one", "ask_two_or_more")[value.count]
        return Option(f"{value.count}{'+' if value.open else ''}", say(key, lang))
    if question.kind == "judgement":
        return _judged(bool(value), lang)
    from whereas.values import value_words

    fact = fact_at(book, question.id)
    kind = fact.type if fact else None
    words = country_words(value, lang) if kind == Scalar("country") and isinstance(value, str) else None
    return Option(value_text(value), words or value_words(book, value, kind, lang))


def question_lines(view: QuestionView, lang: Language) -> str:
    """A question as it is put in a terminal."""
    from whereas.scripts import spoken

    speak = spoken(lang)
    lines = [view.words]
    if view.type == "one_of" or (view.type == "key" and len(view.options) <= _SHORT):
        lines.append(f"    {speak('about', thing=speak('ask_one_of'), what='').rstrip()}")
        lines += [f"      {option.value:<20} {option.label}" for option in view.options]
    else:
        lines.append(f"    {view.hint}")
    lines.append(f"    {speak('ask_keys')}")
    return "\n".join(lines) + "\n"


_SHORT = 12
"""So many names of a list are told; of a longer one it is said how they are written."""


def why_lines(view: QuestionView, lang: Language) -> str:
    """Why a question is asked: the categories that could hang on it with their conditions, and what answers settle."""
    from whereas.scripts import spoken

    speak = spoken(lang)
    head = speak("noted", what=speak("ask_why"), note=speak("ask_on_average", n=f"{view.worth:g}"))
    lines = [speak("about", thing=head, what="").rstrip()]
    for why in view.why:
        lines.append(f"  {why.category}  {why.label}")
        lines += dict.fromkeys(f"      {condition.words}" for condition in why.conditions)
    for effect in view.effects:
        values = listed((option.label for option in effect.values[:4]), lang)
        values = values if view.all_told else speak("wi_such_as", value=values)
        verdicts = listed((f"{name} {speak(verdict)}" for name, verdict in effect.settles), lang)
        more = ", ..." if len(effect.values) > 4 else ""
        lines.append(f"  {speak('about', thing=values + more, what=verdicts or '-')}")
    return "\n".join(lines) + "\n"


def question_json(view: QuestionView) -> dict[str, object]:
    """A question for another front end."""
    return {
        "id": view.id,
        "kind": view.kind,
        "type": view.type,
        "label": view.words,
        "hint": view.hint,
        "options": [option._asdict() for option in view.options],
        "why": [
            {
                "category": why.category,
                "label": why.label,
                "conditions": [{"path": c.path, "sentence": c.words} for c in why.conditions],
            }
            for why in view.why
        ],
        "answers": [
            {"values": [option._asdict() for option in effect.values], "settles": dict(effect.settles)}
            for effect in view.effects
        ],
        "examples": not view.all_told,
        "worth": view.worth,
        "complete": view.complete,
    }


def progress(found: Next) -> dict[str, object]:
    """How far an interview is."""
    settled = sum(verdict.value != "depends" for verdict in found.verdicts.values())
    return {
        "settled": settled,
        "all": len(found.verdicts) + len(found.missing),
        "unsettled": list(found.missing),
    }
