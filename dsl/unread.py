"""Facts that are declared and asked of people, and that no rule reads."""

from __future__ import annotations

from collections.abc import Iterator

from dsl.diagnostics import Diagnostic, Label
from dsl.model import FILING, Book, EntityOf, Fact, Place, Scalar
from dsl.scope import Names
from dsl.syntax import Token


def unread(book: Book, names: Names) -> Iterator[Diagnostic]:
    """Facts and givens that nothing reads; a book without categories is a vocabulary, of which nothing is said."""
    if not book.categories:
        return
    yield from _named_otherwise(book, names)
    for name, fact in book.givens.items():
        d = names.of("given").get(name)
        if d is not None and name != FILING and ("fact", name) not in names.used:
            yield _unread(fact, d.file, d.name)
    for entity in book.entities.values():
        d = names.of("entity")[entity.id]
        lines = {line.head.text(0): line.head.token(0) for line in d.line.under("fact") if line.head}
        for fact in entity.facts:
            token = lines.get(fact.id)
            shown = fact.type == Scalar("text") or isinstance(fact.type, EntityOf)
            if token is not None and not shown and ("fact", f"{entity.id}.{fact.id}") not in names.used:
                yield _unread(fact, d.file, token)


def _unread(fact: Fact, file: str, at: Token) -> Diagnostic:
    return Diagnostic(
        "A421",
        f"no rule reads `{fact.id}`",
        Label(Place(file, at.start, at.end), "whatever is told of it, every answer stays the same"),
        help="delete it, or write the condition that reads it",
    )


def _named_otherwise(book: Book, names: Names) -> Iterator[Diagnostic]:
    """A date filled in with today where none is called the day of filing."""
    if FILING in book.givens:
        return
    for name, fact in book.givens.items():
        if fact.default == "today":
            d = names.of("given")[name]
            yield Diagnostic(
                "A420",
                f"the day of filing is not called `{FILING}`",
                Label(Place(d.file, d.name.start, d.name.end), "`when`, `whatif` and `audit` do not move this day"),
                help=f"call it `{FILING}`, here and wherever it is read",
            )
            return
