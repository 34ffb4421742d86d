"""What stands inside a condition or a value of a checked book, and the same with something else in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dsl.model import Aggregate, All, AnyOf, AtLeast, ByReading, Clause, Cond, Expr, Not, Path, Quantified

T = TypeVar("T")


def _fields(thing: Any) -> tuple[str, ...]:
    """The names of what a node is made of; nothing for a plain value."""
    kind = type(thing)
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = kind.__struct_fields__ if issubclass(kind, Struct) else ()
    return names


_NAMES: dict[type, tuple[str, ...]] = {}
"""Fields by kind of node: asking its class each time takes longer than looking at what they hold."""


def directly(thing: Any) -> Iterator[Any]:
    """What a node is made of: the items of a tuple, the fields of a struct, of anything else nothing."""
    if type(thing) is tuple:
        yield from thing
    else:
        for name in _fields(thing):
            yield getattr(thing, name)


def everything(thing: Any) -> Iterator[Any]:
    """A node and all that stands inside it, from left to right; terms are not opened up."""
    todo = [thing]
    while todo:
        part = todo.pop()
        yield part
        todo += reversed(part if type(part) is tuple else [getattr(part, name) for name in _fields(part)])


def found(thing: Any, kind: type[T]) -> Iterator[T]:
    """Everything of a kind in a node, the node itself included."""
    return (part for part in everything(thing) if isinstance(part, kind))


def children(cond: Cond) -> tuple[Clause, ...]:
    """The clauses directly inside a condition."""
    match cond:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return items
        case Not(item):
            return (item,)
        case Quantified(body=body):
            return (body,)
        case ByReading(_, branches):
            return tuple(c for _, c in branches)
        case _:
            return ()


def rebuilt(thing: Any, change: Callable[[Any], Any]) -> Any:
    """A node with each of its parts changed; the same object where no part is another."""
    if type(thing) is tuple:
        made = tuple([change(part) for part in thing])
        return thing if all(a is b for a, b in zip(made, thing, strict=True)) else made
    changed = {}
    for name in _fields(thing):
        before = getattr(thing, name)
        after = change(before)
        if after is not before:
            changed[name] = after
    return replace(thing, **changed) if changed else thing


def substituted(thing: Any, given: Mapping[str, Expr]) -> Any:
    """A node with values in place of names; its own variables are renamed where a value is called like one of them."""
    match thing:
        case Path(base, steps) if base in given:
            it = given[base]
            return Path(it.base, (*it.steps, *steps)) if isinstance(it, Path) else it
        case Aggregate(var=var) | Quantified(var=var):
            taken = {path.base for it in given.values() for path in found(it, Path)}
            fresh = var
            while fresh in taken:
                fresh += "_"
            inner = {**given, var: Path(fresh)}
            # The list and the window stand outside the variable's reach.
            outer = ("list", "after", "before")
            changed = {
                name: substituted(getattr(thing, name), given if name in outer else inner) for name in _fields(thing)
            }
            return replace(thing, **(changed | {"var": fresh}))
        case _:
            return rebuilt(thing, lambda part: substituted(part, given))
