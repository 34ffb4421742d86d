"""Hypothesis strategies for the people of a book, and for edits of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from hypothesis import reject
from hypothesis import strategies as st

from dsl.edits import Edit, Part
from dsl.edits import edits as edits_of
from dsl.nearby import Kind
from whereas.testing.books import Book
from whereas.testing.growing import Growing, Pick, begun
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
    pick = _picking(draw)
    aim = aims[pick(len(aims))] if pick(8 if near else 3) else None
    land = book.landscape(categories)
    for left in reversed(range(_ATTEMPTS)):
        growing, reached = _grown(begun(book, land, {}, aim, readings), pick, longest, patient=not left)
        if reached:
            break
    if pick(2) and growing.told:
        # One step away, whatever was aimed at.
        a = growing.told[pick(len(growing.told))]
        growing.put(a, growing.values(a), pick, aimed=False)
    if not growing.sound():
        reject()
    return Person(book, growing.case())


_ATTEMPTS = 4
"""How often somebody is begun anew before one is taken who does not reach what was aimed at."""


def _grown(bare: Growing, pick: Pick, longest: int, *, patient: bool) -> tuple[Growing, bool]:
    """Somebody filled in, and whether the aim is reached.

    Facts of the whole case come first, then how long lists are, then all the rest.
    """
    whole_case = [a for a in bare.addresses() if a.list is None and len(a.steps) == 1]
    bare.fill(whole_case, pick)
    given = {a: bare.s.facts.get(a) for a in whole_case}
    sizes: dict[str, int] = {}
    growing = bare
    for path in bare.land.lists:
        first = pick(longest + 1)
        for n in range(longest + 1):
            more = sizes | {path: (first + n) % (longest + 1)}
            growing = begun(bare.book, bare.land, more, bare.aim, bare.readings, given, [*whole_case])
            if not growing.hopeless():
                break
        sizes = growing.sizes
    return growing, growing.fill(growing.addresses(), pick, patient=patient)


def _picking(draw: st.DrawFn) -> Pick:
    """A number under another."""
    return lambda n: draw(st.integers(0, n - 1)) if n > 1 else 0


def edits(
    book: Book, *, kinds: Collection[Kind] | None = None, parts: Collection[Part] | None = None
) -> st.SearchStrategy[Edit]:
    """Small edits of the book: thresholds, dates, connectives, quantifiers, exceptions, members, readings.

    `Book(edit.book)` is the edited book, `edit.words` says what was done, `person.under(...)` asks somebody again.
    `kinds`, `parts`: those of `dsl.edits`.
    """
    found = list(edits_of(book.checked, kinds=kinds, parts=parts))
    return st.sampled_from(found) if found else st.nothing()
