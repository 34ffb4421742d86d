"""A rule book as tests use it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dsl import model
from dsl.diagnostics import Diagnostic
from dsl.suggest import nearest
from whereas import driver

if TYPE_CHECKING:
    from dsl.case import Case
    from solver.compiled import Compiled
    from whereas.testing.landscape import Landscape
    from whereas.testing.person import Person


class RefusedError(ValueError):
    """A book or a case that cannot be used; the message is what the command line would print."""


def refused(found: Iterable[Diagnostic], texts: Mapping[str, str]) -> RefusedError:
    """The findings of a stage as an exception."""
    from dsl.render import render_all

    return RefusedError("\n" + render_all(found, texts))


class Book:
    """A checked book, compiled when it is first asked something.

    `Book("policy/hk")` reads a folder or a `.rules` file, `Book()` the book that comes with the project; a checked
    book (`edit.book`, say) is taken as it is.
    """

    def __init__(
        self, source: str | os.PathLike[str] | model.Book | None = None, *, seconds: float | None = 10
    ) -> None:
        """Read a book; RefusedError if it has errors. `seconds`: how long one verdict is worked at; None: for ever."""
        self.seconds = seconds
        if isinstance(source, model.Book):
            self.checked = source
            return
        path = None if source is None else Path(source)
        result = driver.load_book(path)
        if result.value is None:
            read = driver.book_files(path)
            raise refused(result.diagnostics, {**(read.value[0] if read.value else {}), "<option>": str(path)})
        self.checked = result.value

    @property
    def categories(self) -> tuple[str, ...]:
        """The ids of all categories, in the order of the book."""
        return tuple(self.checked.categories)

    @cached_property
    def compiled(self) -> Compiled:
        """The book ready to answer."""
        from solver.compiled import compile_book

        return compile_book(self.checked)

    def chosen(self, names: Iterable[str] | None) -> tuple[str, ...]:
        """The category of each name, or all categories of the scheme of that name. None: all of the book."""
        if names is None:
            return self.categories
        if isinstance(names, str):
            names = (names,)
        out: dict[str, None] = {}
        for name in names:
            within = [c for c in self.categories if c.split(".")[0] == name]
            found = [name] if name in self.categories else within
            if not found:
                near = nearest(name, [*self.categories, *self.checked.schemes])
                raise RefusedError(
                    f"the book has no scheme or category `{name}`" + (f"; write `{near}`" if near else "")
                )
            out |= dict.fromkeys(found)
        return tuple(out)

    def landscape(self, categories: tuple[str, ...]) -> Landscape:
        """What categories read; worked out once."""
        from whereas.testing.landscape import landscape

        if categories not in self._landscapes:
            self._landscapes[categories] = landscape(self.compiled, categories)
        return self._landscapes[categories]

    @cached_property
    def _landscapes(self) -> dict[tuple[str, ...], Landscape]:
        return {}

    def person(self, text: str, **changes: object) -> Person:
        """The person of a case file, given as text; RefusedError if it has errors."""
        from whereas.testing.person import read

        return read(self, text).with_(**changes)

    def of(self, case: Case) -> Person:
        """The person of a case that was read elsewhere."""
        from whereas.testing.person import Person

        return Person(self, case)

    def __repr__(self) -> str:
        """By name."""
        return f"<Book {self.checked.id}: {len(self.categories)} categories>"
