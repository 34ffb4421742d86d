"""The small changes of a book that its examples should notice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from dsl.edits import Edit, edits
from dsl.model import Book, Row
from whereas.noticing import Examples, reach, words


class Mutant(Struct, frozen=True):
    """A change of a book that examples should notice.

    edits: the first stands for all; rows of a list that look alike to every rule are edited one by one, and the
    mutant is killed if the examples notice one of these. categories: those asked about that it reaches.
    """

    edits: tuple[Edit, ...]
    categories: tuple[str, ...]

    @property
    def edit(self) -> Edit:
        """The edit that is shown."""
        return self.edits[0]

    @property
    def id(self) -> str:
        """The id of the edit that is shown."""
        return self.edit.id


def mutants(book: Book, categories: Iterable[str]) -> tuple[Mutant, ...]:
    """Every mutant that reaches some categories, in the order of the book."""
    asked = dict.fromkeys(categories)
    reached = reach(book)
    text = "\n".join(book.texts[e.facts_place.file] if e.facts_place else e.facts for e in book.examples.values())
    known = set(words(text)) | {w for e in book.examples.values() for _, v in e.changes for w in words(v)}
    gathered: dict[Any, list[Edit]] = {}
    for edit in edits(book):
        gathered.setdefault(_alike(book, edit), []).append(edit)
    out = []
    for alike in gathered.values():
        mine = tuple(c for c in asked if reached[c] & alike[0].touched)
        if not mine:
            continue
        if len(alike) > 1:
            # Of rows that no example names one is enough: what nobody names, no example can notice.
            named = [e for e in alike if (row := _row(book, e)) is not None and row.key in known]
            out.append(Mutant(tuple(named or alike[:1]), mine))
        else:
            out.append(Mutant(tuple(alike), mine))
    return tuple(out)


def _alike(book: Book, edit: Edit) -> Any:
    """The same for edits of rows that differ in nothing but their key."""
    row = _row(book, edit)
    if row is None:
        return edit.id
    before, after = (text.replace(row.key, "", 1) for text in (edit.before, edit.after))
    return edit.where, row.start, row.end, before, after


def _row(book: Book, edit: Edit) -> Row | None:
    """The row of a table that an edit leaves out or moves."""
    table = next((id for kind, id in edit.touched if kind == "tables"), None)
    if table is None or not edit.before.startswith("row "):
        return None
    key = edit.before.split(" ", 2)[1]
    kept = {id(r) for r in edit.book.tables[table].rows}
    return next((r for r in book.tables[table].rows if r.key == key and id(r) not in kept), None)


def killer(of: Examples, mutant: Mutant) -> str | None:
    """An example that notices a mutant; None if none does."""
    return next((by for edit in mutant.edits if (by := of.notices(edit, mutant.categories)) is not None), None)
