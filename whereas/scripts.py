"""Traditional to Simplified Chinese, for readers of `zh-Hans`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from dsl.model import Label
from whereas.phrases import Language, say, words_language

if TYPE_CHECKING:
    from opencc import OpenCC

T = TypeVar("T")
Say: TypeAlias = Callable[..., str]

NAMES = ("case", "title", "id", "category", "scheme", "path", "cites", "because")
"""Fields that hold names and not words: what a user wrote, and ids."""


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("hk2s")


def simplified(text: str) -> str:
    """The text in Simplified characters."""
    return text if text.isascii() else str(_converter().convert(text))


def spoken(lang: Language) -> Say:
    """`say` in the language of a report."""

    def said(key: str, **holes: object) -> str:
        words = say(key, words_language(lang), **holes)
        return simplified(words) if lang == "zh-Hans" else words

    return said


def in_script(words: Label, lang: Language) -> str:
    """Words of a book in the language and script of a report."""
    return words.en if lang == "en" else words.zh if lang == "zh-Hant" else simplified(words.zh)


def scripted(view: T, lang: Language) -> T:
    """Words, or a tree of tuples of them, in the script of a report; names are left alone."""
    return cast("T", _simplify(view)) if lang == "zh-Hans" else view


def _simplify(value: object) -> object:
    match value:
        case str():
            return simplified(value)
        case tuple():
            names = getattr(value, "_fields", None)
            if names is None:
                return tuple(_simplify(item) for item in value)
            words = [item if name in NAMES else _simplify(item) for name, item in zip(names, value, strict=True)]
            return type(value)._make(words)  # type: ignore[attr-defined]
        case _:
            return value
