"""What every labelled clause of a category comes to in a complete case: sections 2 and 3 of docs/semantics.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from dsl import model as m
from tests.oracle.meaning import Law, Names, Thing, World, clause_holds, decided, elements, world_of

Spot = tuple[tuple[str, ...], frozenset[tuple[str, str]]]
"""A clause by its labels, and the addresses the variables of `some` and `every` around it stand for."""


def clauses_hold(book: m.Book, category: str, root: Thing, readings: Mapping[str, str], law: Law) -> dict[Spot, bool]:
    """Whether each labelled clause holds, exceptions to it considered; those inside terms are left out."""
    it = book.categories[category]
    world = world_of(book, root, readings, law)
    world = replace(world, forced=dict(decided(world, it)))
    parts = (it.needs, *([it.bars] if it.bars is not None else []))
    return dict(found for part in parts for found in inside(world, world.givens, part, (), {}))


def inside(
    world: World, names: Names, clause: m.Clause, path: tuple[str, ...], bound: Mapping[str, str]
) -> Iterator[tuple[Spot, bool]]:
    """A clause and those inside it."""
    if clause.label is not None:
        yield ((*path, clause.label), frozenset(bound.items())), clause_holds(world, names, clause, path)
        path = (*path, clause.label)
    match clause.cond:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            below = items
        case m.Not(item):
            below = (item,)
        case m.ByReading(reading, branches):
            below = (dict(branches)[world.readings[reading]],)
        case m.Quantified(_, var, where, entity, body):
            for element in elements(names, where, entity):
                yield from inside(world, {**names, var: element}, body, path, {**bound, var: element.address})
            return
        case _:
            return
    for item in below:
        yield from inside(world, names, item, path, bound)
