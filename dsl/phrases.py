"""Key phrases looked up in the stored documents of their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from dsl.diagnostics import Diagnostic, Label
from dsl.model import Book, Place, Source
from dsl.parse import parse
from dsl.syntax import Line, Node, Token

_BLANK = re.compile(r"\s+")


def verify(book: Book, documents: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """A finding for each key phrase that does not stand exactly once in its source's document, blanks left out.

    documents: texts by the names that sources give them; phrases of a source without one of these are not looked up.
    """
    texts = {
        source.id: _BLANK.sub("", documents[source.document])
        for source in book.sources.values()
        if source.document is not None and source.document in documents
    }
    found: list[Diagnostic] = []
    for file, text in book.texts.items():
        for source_id, phrase in _cited(parse(text, file).value or ()):
            if source_id in texts:
                count = texts[source_id].count(_BLANK.sub("", phrase.text))
                if count != 1:
                    found.append(_astray(book.sources[source_id], phrase, file, count))
    return tuple(found)


def _cited(lines: Iterable[Line]) -> Iterator[tuple[str, Token]]:
    """Every key phrase with the source it is said to stand in."""
    for line in lines:
        statements: tuple[Node, ...] = (line.head,) if line.head and line.kind == "says" else ()
        for node in (*statements, *(a for a in line.attrs if a.kind == "cites")):
            phrase = node.token(4)
            if phrase is not None:
                yield node.text(1), phrase
        yield from _cited(line.lines)


def _astray(source: Source, phrase: Token, file: str, count: int) -> Diagnostic:
    place = Place(file, phrase.start, phrase.end)
    if count:
        message, label = f"a key phrase stands {count} times in its document", "shows no one place"
        help = "choose a longer or rarer phrase, of at most 24 characters"
    else:
        message, label = "a key phrase is not in its document", "not found"
        help = "copy the phrase from the document, at most 24 characters"
    return Diagnostic("A404", message, Label(place, label), notes=(f"looked for in `{source.document}`",), help=help)
