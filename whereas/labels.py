"""What the things of an answer are called: categories, judgements, readings, sources, and what a verdict hangs on."""

from __future__ import annotations

from dsl.case import Absent, Case, Known, Listed
from dsl.model import Book
from solver.answer import Hinge
from whereas.phrases import Lang, say
from whereas.scripts import Say
from whereas.sentences import law_words
from whereas.values import address_parts, address_words, date_words, pick, told
from whereas.views import HingeView


def category_words(book: Book, id: str, lang: Lang) -> str:
    """The name of a category or of a scheme."""
    if id in book.categories:
        return pick(book.categories[id].label, lang)
    return pick(book.schemes[id].label, lang) if id in book.schemes else id


def hinge_view(book: Book, case: Case, hinge: Hinge, lang: Lang) -> HingeView:
    """What a verdict hangs on, and how it stands in the case."""
    match hinge.kind:
        case "fact":
            label = address_words(book, hinge.id, lang)
            way = _fact_hinge(told(case, hinge.id))
            fact, thing = address_parts(book, hinge.id, lang)
            return HingeView("fact", hinge.id, label, hung(_speaking(lang), way, label), way, fact, thing)
        case "judgement":
            label = judgement_words(book, hinge.id, lang)
            return _plain_hinge(hinge, label, lang)
        case "reading":
            label = reading_label(book, hinge.id, lang)
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


def judgement_words(book: Book, id: str, lang: Lang) -> str:
    """What an officer is to judge."""
    if id in book.judgements:
        return pick(book.judgements[id].label, lang)
    return address_words(book, id, lang)


def reading_label(book: Book, id: str, lang: Lang) -> str:
    """The doubt that a reading settles."""
    return pick(book.readings[id].label, lang) if id in book.readings else id


def source_words(book: Book, id: str, lang: Lang) -> str:
    """A source and the day of its edition."""
    if id not in book.sources:
        return id
    source = book.sources[id]
    words = pick(source.label, lang)
    if source.edition is None:
        return words
    return words + ("，" if lang == "zh" else ", ") + date_words(source.edition, lang)
