"""What is wrong with a word in a case, before it is known where the word stands."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from dsl.model import Value


class Problem(Struct, frozen=True):
    """What is wrong with a word, without its place. `value`: what it is taken for if that does no harm."""

    code: str
    message: str
    label: str
    help: str | None = None
    notes: tuple[str, ...] = ()
    value: Value | None = None


def shown(text: str, most: int = 40) -> str:
    """User text as it stands in a message: in backticks, on one line, not too long."""
    text = " ".join(text.split()) or text
    return f"`{text if len(text) <= most else text[: most - 3] + '...'}`"


def plain(text: str) -> str:
    """The text with full-width forms made ordinary and outer space gone."""
    return unicodedata.normalize("NFKC", text).strip()
