"""`sources`: what a book rests on, and whether it is borne out."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dsl.diagnostics import Diagnostic
from dsl.model import Book
from whereas import driver
from whereas.commands.shared import FINDINGS, OK, as_data, coloured, show, the_book, width, write, write_json
from whereas.options import RefusedError, Settings, book_path, moved, refused

if TYPE_CHECKING:
    from dsl.citations import Support


class _Told(NamedTuple):
    """What one question comes to. texts: those beside the book that findings point into."""

    data: Mapping[str, object]
    words: str
    diagnostics: Sequence[Diagnostic]
    texts: Mapping[str, str] = {}


def sources(given: Settings, place: str | None, folder: str | None, sheet: str | None) -> int:
    """What a book rests on; or whether its stored documents bear it out, or what became of a fact sheet."""
    from dsl.phrases import written

    book = the_book(given, book_path(place, given.argv))
    found = written(book)
    told = [_listed(given, book, found)] if folder is None and sheet is None else []
    told += [_verified(given, book, found, folder)] if folder is not None else []
    told += [_accounted(given, book, found, sheet)] if sheet is not None else []
    diagnostics = [d for part in told for d in part.diagnostics]
    data: dict[str, object] = {"version": 1}
    texts = dict(book.texts)
    for part in told:
        data |= part.data
        texts |= part.texts
    if given.json:
        write_json(data | {"diagnostics": as_data(diagnostics, texts)})
    else:
        write("\n".join(part.words for part in told))
        if diagnostics:
            show(diagnostics, texts, to_stdout=True, first=False)
    return FINDINGS if diagnostics else OK


def _listed(given: Settings, book: Book, found: Sequence[Support]) -> _Told:
    """Everything a book rests on; a finding for each weak source that nothing excuses."""
    from whereas.sources import sources_json, sources_view, unexcused
    from whereas.sources_text import sources_text

    view = sources_view(book, found, given.lang)
    words = sources_text(view, width=width(), colour=coloured(sys.stdout))
    return _Told(sources_json(view), words, unexcused(book, found))


def _verified(given: Settings, book: Book, found: Sequence[Support], folder: str) -> _Told:
    """Stored documents against their hashes and key phrases; one that cannot be read refuses the command."""
    from dsl.phrases import verify
    from whereas.sources import changed, documents_json, hashes, looked_up, stored
    from whereas.sources_text import documents_text

    read = driver.documents(book, Path(folder))
    if read.value is None:
        raise RefusedError(*moved(read.diagnostics, given.argv, folder))
    documents = stored(book, hashes(Path(folder), read.value), found)
    missing = verify(book, read.value, found)
    count = looked_up(book, found)
    words = documents_text(
        documents, count, count - len(missing), given.lang, width=width(), colour=coloured(sys.stdout)
    )
    data = {"documents": documents_json(documents), "phrases": count}
    return _Told(data, words, [*changed(book, documents), *missing])


def _accounted(given: Settings, book: Book, found: Sequence[Support], name: str) -> _Told:
    """Every entry of a fact sheet: in the rules, said to be none, or left out."""
    from whereas.sources import accounted, astray, entries, facts_json, left_out
    from whereas.sources_text import facts_text

    read = driver.read_input(name)
    if read.value is None:
        raise RefusedError(*moved(read.diagnostics, given.argv, name))
    if not entries(read.value):
        raise refused(
            given.argv, "U702", f"cannot read `{name}`", name, "no line begins with the id of an entry",
            help="name a fact sheet, in which entries begin with an id such as `TTPS-020`",
        )  # fmt: skip
    all_of_them = accounted(book, read.value, found, given.lang)
    words = facts_text(all_of_them, name, given.lang, width=width(), colour=coloured(sys.stdout))
    diagnostics = [*left_out(read.value, name, all_of_them), *astray(book, read.value, name, found)]
    return _Told({"facts": facts_json(all_of_them)}, words, diagnostics, {name: read.value})
