"""What a category gives, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dsl.calendar import ONGOING, Duration
from dsl.model import Book, Const, Expr, Extreme, Param, Type, Value
from solver.answer import Granted
from whereas.phrases import Lang, joined, say
from whereas.values import address_words, pick, type_of, value_words
from whereas.views import GrantView


def kind_words(book: Book, kind: str, lang: Lang) -> str:
    """What is granted: a stay, which every book knows, or what the book calls the enumeration."""
    declared = book.enumerations.get(kind)
    return pick(declared.label, lang) if declared else say("stay", lang)


def grant_view(book: Book, category: str, granted: Granted, lang: Lang) -> GrantView:
    """What is granted, and what chooses it where that is not told."""
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
    words = say("about", lang, thing=kind_words(book, granted.kind, lang), what=words)
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
