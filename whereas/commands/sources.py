"""`sources`: what a book rests on, and whether it is borne out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dsl.diagnostics import Diagnostic
from dsl.model import Book
from whereas import driver
from whereas.commands.shared import FINDINGS, OK, as_data, coloured, show, the_book, width, write, write_json
from whereas.options import RefusedError, Settings, book_path, moved, refused

if TYPE_CHECKING:
    from dsl.citations import Support


def sources(given: Settings, place: str | None, folder: str | None, sheet: str | None) -> int:
    """What a book rests on; or whether its stored documents bear it out, or what became of a fact sheet."""
    from dsl.phrases import written
    from whereas.sources import sources_json, sources_view, unexcused

    book = the_book(given, book_path(place, given.argv))
    found = written(book)
    data: dict[str, object] = {"version": 1}
    texts = dict(book.texts)
    diagnostics: list[Diagnostic] = []
    parts: list[str] = []
    if folder is None and sheet is None:
        from whereas.sources_text import sources_text

        view = sources_view(book, found, given.lang)
        diagnostics += unexcused(book, found)
        data |= sources_json(view)
        parts += [] if given.json else [sources_text(view, width=width(), colour=coloured(sys.stdout))]
    if folder is not None:
        diagnostics += _verified(given, book, found, folder, data, parts)
    if sheet is not None:
        diagnostics += _accounted(given, book, found, sheet, data, parts, texts)
    if given.json:
        write_json(data | {"diagnostics": as_data(diagnostics, texts)})
    else:
        write("\n".join(parts))
        if diagnostics:
            show(diagnostics, texts, to_stdout=True, first=False)
    return FINDINGS if diagnostics else OK


def _verified(
    given: Settings, book: Book, found: Sequence[Support], folder: str, data: dict[str, object], parts: list[str]
) -> list[Diagnostic]:
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
    data |= {"documents": documents_json(documents), "phrases": count}
    if not given.json:
        shown = documents_text(
            documents, count, count - len(missing), given.lang, width=width(), colour=coloured(sys.stdout)
        )
        parts.append(shown)
    return [*changed(book, documents), *missing]


def _accounted(
    given: Settings,
    book: Book,
    found: Sequence[Support],
    name: str,
    data: dict[str, object],
    parts: list[str],
    texts: dict[str, str],
) -> list[Diagnostic]:
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
    texts[name] = read.value
    all_of_them = accounted(book, read.value, found, given.lang)
    data["facts"] = facts_json(all_of_them)
    if not given.json:
        parts.append(facts_text(all_of_them, name, given.lang, width=width(), colour=coloured(sys.stdout)))
    return [*left_out(read.value, name, all_of_them), *astray(book, read.value, name, found)]
