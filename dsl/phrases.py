"""Key phrases looked up in the stored documents of their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dsl.citations import Support, supports
from dsl.diagnostics import Diagnostic, Label
from dsl.model import RULES, Book, Place, Source
from dsl.parse import parse
from dsl.syntax import Token

_BLANK = re.compile(r"\s+")


def written(book: Book) -> tuple[Support, ...]:
    """Every citation and reference of a book, file by file."""
    rules = {file: text for file, text in book.texts.items() if file.endswith(RULES)}
    return tuple(s for file, text in rules.items() for s in supports(parse(text, file).value or (), file))


def verify(book: Book, documents: Mapping[str, str], found: Iterable[Support] | None = None) -> tuple[Diagnostic, ...]:
    """A finding for each key phrase that does not stand exactly once in its source's document, blanks left out.

    documents: texts by the names that sources give them; phrases of a source without one of these are not looked up.
    found: what `written` found in the book, if it was asked before.
    """
    texts = {
        source.id: _BLANK.sub("", documents[source.document])
        for source in book.sources.values()
        if source.document is not None and source.document in documents
    }
    out: list[Diagnostic] = []
    for support in written(book) if found is None else found:
        phrase, source = support.phrase, support.source
        if phrase is not None and source is not None and source.text in texts:
            count = texts[source.text].count(_BLANK.sub("", phrase.text))
            if count != 1:
                out.append(_astray(book.sources[source.text], phrase, support.file, count))
    return tuple(out)


def _astray(source: Source, phrase: Token, file: str, count: int) -> Diagnostic:
    place = Place(file, phrase.start, phrase.end)
    if count:
        message, label = f"a key phrase stands {count} times in its document", "shows no one place"
        help = "choose a longer or rarer phrase, of at most 24 characters"
    else:
        message, label = "a key phrase is not in its document", "not found"
        help = "copy the phrase from the document, at most 24 characters"
    return Diagnostic("A404", message, Label(place, label), notes=(f"looked for in `{source.document}`",), help=help)
