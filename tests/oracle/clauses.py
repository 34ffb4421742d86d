"""What every labelled clause of a category comes to in a complete case: sections 2 and 3 of docs/semantics.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from msgspec.structs import replace

from dsl import model as m
from tests.oracle.meaning import (
    Law,
    Names,
    Place,
    Same,
    Thing,
    World,
    clause_means,
    elements_of,
    meaning_of,
    outermost,
    world_of,
)

Spot = tuple[tuple[str, ...], frozenset[tuple[str, str]]]
"""A clause by its labels, and the addresses the variables of `some` and `every` around it stand for."""

Spots = Callable[[World, Names, Mapping[str, str]], Iterator[tuple[Spot, bool]]]
"""Whether each labelled clause inside a condition holds; told the addresses of the variables around it."""


def clauses_hold(book: m.Book, category: str, root: Thing, readings: Mapping[str, str], law: Law) -> dict[Spot, bool]:
    """Whether each labelled clause holds, exceptions to it considered; those inside terms are left out."""
    world = meaning_of(Same(book), category).in_world(world_of(root, readings, law))
    return dict(found for part in parts_of(Same(book), category) for found in part(world, world.givens, {}))


@lru_cache(maxsize=256)
def parts_of(same: Same, category: str) -> tuple[Spots, ...]:
    """The needs and the bars of a category."""
    it = same.book.categories[category]
    at = outermost(same.book, (o.target for o in it.overrides))
    return tuple(spots(at, part) for part in (it.needs, it.bars) if part is not None)


def spots(at: Place, clause: m.Clause) -> Spots:
    """A clause and those inside it."""
    labelled = clause.label is not None
    holds = clause_means(at, clause)
    if clause.label is not None:
        at = replace(at, path=(*at.path, clause.label))
    inside = below(at, clause.cond)
    path = at.path

    def found(world: World, names: Names, bound: Mapping[str, str]) -> Iterator[tuple[Spot, bool]]:
        if labelled:
            yield (path, frozenset(bound.items())), holds(world, names)
        yield from inside(world, names, bound)

    return found


def below(at: Place, cond: m.Cond) -> Spots:
    """The clauses inside a condition."""
    match cond:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            each = [spots(at, item) for item in items]
        case m.Not(item):
            each = [spots(at, item)]
        case m.ByReading(reading, branches):
            by_value = {value: spots(at, branch) for value, branch in branches}
            return lambda world, names, bound: by_value[world.readings[reading]](world, names, bound)
        case m.Quantified(_, var, where, entity, body):
            listed, inner = elements_of(where), spots(at.within(var, entity), body)
            return lambda world, names, bound: (
                found for it in listed(names) for found in inner(world, {**names, var: it}, {**bound, var: it.address})
            )
        case _:
            each = []
    return lambda world, names, bound: (found for it in each for found in it(world, names, bound))
