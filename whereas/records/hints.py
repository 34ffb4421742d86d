"""Where evidence is looked for first: completions that the solver's own search finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dsl import model as m
from dsl.case import Absent
from solver.compiled import Compiled
from solver.facts import Items, Thing
from solver.witness import completion, readers
from whereas.records import meaning as mn
from whereas.records.check import Checked
from whereas.records.facts import case_of

Hint = Callable[[str, bool], mn.World | None]
"""By category and verdict, a world in which it holds (or fails), or nearly so; None if none was found."""


def hints(compiled: Compiled, c: Checked) -> Hint:
    """Completions of a record's case."""
    told = case_of(c.book, c.body, presumed=True)
    chosen = {name: r.default for name, r in c.book.readings.items()} | dict(c.world.readings)
    favourable = _favourable(c.book) if c.body["asked"]["judgements"] == "presumed" else {}
    compiled = replace(compiled, book=c.book)

    def hint(category: str, wanted: bool) -> mn.World | None:
        found = completion(compiled, told, category, wanted, chosen, favourable, readers(compiled, category))
        if found is None:
            return None
        facts = {at: v for at, v in _flat(found.root) if c.world.facts.get(at) != v}
        closed = {at for at in facts if at in c.world.open} | (c.world.open & set(found.lists))
        return replace(c.world, facts={**c.world.facts, **facts}, open=c.world.open - closed, memo={})

    return hint


def _favourable(book: m.Book) -> Mapping[str, Sequence[str]]:
    """By entity the judgements that are presumed of it."""
    return {
        name: [f.id for f in entity.facts if f.judgement and book.judgements[f.judgement].mode == "presumed"]
        for name, entity in book.entities.items()
    }


def _flat(facts: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """Facts with a value by address, and how many elements each list has."""
    for name, it in facts.items():
        here = f"{at}.{name}" if at else name
        match it:
            case Thing():
                yield from _flat(it.facts, here)
            case Items():
                yield here, len(it.items)
                for i, thing in enumerate(it.items):
                    yield from _flat(thing.facts, f"{here}[{i}]")
            case Absent():
                pass
            case _ if name != "#":
                yield here, it
