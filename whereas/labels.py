"""What the things of an answer are called: categories, judgements, readings, sources, and what a verdict hangs on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from dsl.case import Absent, Case, Known, Listed, ended
from dsl.model import Book, Judgement, Path
from solver.answer import Hinge
from whereas.phrases import Lang, joined, say
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
            why = ended_words(book, case, hinge.id, lang)
            label = say("not_presumed", lang, what=label, why=why) if why else label
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


def ended_words(book: Book, case: Case, id: str, lang: Lang) -> str:
    """What the case tells that ends the presumption of a judgement; empty if nothing does."""
    why = ended(book.judgements[id], case.root.facts) if id in book.judgements else ()
    return say("ended_by", lang, facts=_facts(book, why, lang, "and")) if why else ""


def presumed_words(book: Book, case: Case, id: str, lang: Lang) -> str:
    """What is taken as favourable, and the facts that would end that if they were told."""
    words = judgement_words(book, id, lang)
    ends = book.judgements[id].unless if id in book.judgements else ()
    untold = [p for p in ends if isinstance(told(case, str(p)), Absent)]
    return say("unless_told", lang, what=words, facts=_facts(book, untold, lang, "or")) if untold else words


def mode_words(book: Book, judgement: Judgement, lang: Lang) -> str:
    """Whether a judgement is presumed, and unless what is told."""
    if not judgement.unless:
        return say(f"is_{judgement.mode}", lang)
    return say("is_presumed_unless", lang, facts=_facts(book, judgement.unless, lang, "or"))


def _facts(book: Book, paths: Iterable[Path], lang: Lang, kind: Literal["and", "or"]) -> str:
    return joined([address_words(book, str(p), lang) for p in paths], lang, kind)


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
