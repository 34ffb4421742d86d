"""Hypothesis strategies for the people of a book, and for edits of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hypothesis import reject
from hypothesis import strategies as st

from whereas.testing.books import Book
from whereas.testing.growing import Growing
from whereas.testing.person import Person


def people(
    book: Book,
    *,
    categories: Iterable[str] | None = None,
    near: Iterable[str] = (),
    readings: Mapping[str, str] | None = None,
    longest: int = 2,
) -> st.SearchStrategy[Person]:
    """Complete people: every fact that the categories read is told, and every invariant holds.

    Args:
        book: the book.
        categories: ids of categories or schemes; facts that none of them reads are left out. By default those of
            `near`, and without it all of the book.
        near: categories that most of these people qualify for, or would but for one fact; by default anything goes,
            with every category of `categories` now and then aimed at.
        readings: values of readings that the people choose.
        longest: elements in a list at most.

    Values are those at which some condition turns and those beside them, dates counted from the other dates of the
    person. Shrinks to empty lists, round dates, small numbers and truths that do not hold.
    """
    aims = book.chosen(near) if near else ()
    read = book.chosen(categories) if categories is not None else aims or book.categories
    return _people(book, tuple(dict.fromkeys((*read, *aims))), aims or read, readings or {}, longest, near=bool(aims))


def near_boundary(
    book: Book, category: str, *, readings: Mapping[str, str] | None = None, longest: int = 2
) -> st.SearchStrategy[Person]:
    """People one step from the other verdict on a category: who just qualify, or would but for one fact."""
    return people(book, near=[category], readings=readings, longest=longest)


@st.composite
def _people(
    draw: st.DrawFn,
    book: Book,
    categories: tuple[str, ...],
    aims: tuple[str, ...],
    readings: Mapping[str, str],
    longest: int,
    *,
    near: bool,
) -> Person:
    land = book.landscape(categories)
    pick = _picking(draw)
    aim = aims[pick(len(aims))] if near or pick(3) else None
    sizes: dict[str, int] = {}
    for path in land.lists:
        size = draw(st.integers(0, longest))
        for n in range(longest + 1):
            tried = sizes | {path: (size + n) % (longest + 1)}
            if aim is None or not Growing(book, land, tried, aim, readings).hopeless():
                sizes = tried
                break
        else:
            sizes[path] = size
    growing = Growing(book, land, sizes, aim, readings)
    growing.fill(pick)
    if pick(2):
        _step(growing, pick)
    if not growing.sound():
        reject()
    return Person(book, growing.case())


def _picking(draw: st.DrawFn) -> Callable[[int], int]:
    """A number under another."""
    return lambda n: draw(st.integers(0, n - 1)) if n > 1 else 0


def _step(growing: Growing, pick: Callable[[int], int]) -> None:
    """Let one fact be another, whatever is aimed at."""
    if growing.told:
        a = growing.told[pick(len(growing.told))]
        growing.put(a, growing.values(a), pick, aimed=False)
