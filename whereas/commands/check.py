"""`check`: findings about a book."""

from __future__ import annotations

from dsl.diagnostics import OPTION
from whereas import driver
from whereas.commands.shared import BAD_INPUT, FINDINGS, OK, as_data, book_texts, counted, show, write, write_json
from whereas.options import Settings, book_path, moved


def check(given: Settings, place: str | None) -> int:
    """Findings about a book."""
    where = book_path(place, given.argv) or given.book
    result = driver.load_book(where)
    diagnostics, texts = moved(result.diagnostics, given.argv, str(where or driver.shipped()))
    texts = {**book_texts(where), **texts}
    unread = result.value is None and all(d.primary.place.file == OPTION for d in diagnostics)
    if given.json:
        write_json({"version": 1, "diagnostics": as_data(diagnostics, texts)})
    elif diagnostics:
        show(diagnostics, texts, to_stdout=not unread)
    elif result.value is not None:
        book = result.value
        categories, examples = len(book.categories), len(book.examples)
        found = f"{counted(categories, 'category', 'categories')}, {counted(examples, 'example', 'examples')}"
        write(f"{book.id}: {found}, no findings\n")
    return BAD_INPUT if unread else FINDINGS if diagnostics else OK
