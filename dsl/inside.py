"""What stands inside a condition or a value of a checked book, and the same with something else in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import astuple, replace

from dsl.model import Aggregate, All, AnyOf, AtLeast, ByReading, Clause, Cond, Expr, Not, Path, Quantified

T = TypeVar("T")


def directly(thing: Any) -> tuple[Any, ...]:
    """What a node is made of: the items of a tuple, the fields of a struct, of anything else nothing."""
    return thing if type(thing) is tuple else astuple(thing) if isinstance(thing, Struct) else ()


def everything(thing: Any) -> Iterator[Any]:
    """A node and all that stands inside it, from left to right; terms are not opened up."""
    return found(thing, object)


def found(thing: Any, kind: type[T]) -> Iterator[T]:
    """Everything of a kind in a node, the node itself included, from left to right."""
    todo = [thing]
    while todo:
        part = todo.pop()
        if isinstance(part, kind):
            yield part
        if type(part) is tuple:
            todo += part[::-1]
        elif isinstance(part, Struct):
            todo += astuple(part)[::-1]


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
    for name in thing.__struct_fields__ if isinstance(thing, Struct) else ():
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
                name: substituted(getattr(thing, name), given if name in outer else inner)
                for name in thing.__struct_fields__
            }
            return replace(thing, **(changed | {"var": fresh}))
        case _:
            return rebuilt(thing, lambda part: substituted(part, given))
