"""Questions of the law about facts a case tells.

A list with gaps, or a value not yet known, leaves the law open. The case raises such a question where some comparison
asks it and every fact the comparison reads is told; see docs/semantics.md, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dsl.case import Absent
from dsl.checks import children
from dsl.model import Aggregate, Book, Call, Compare, Cond, Member, OneOf, Param, Path, Quantified, Truth, Window
from solver.cells import Instance
from solver.compiled import Compiled, reads
from solver.evaluate import Env, LawGap, LawVar, Slack, Unread, test_fn
from solver.facts import Facts, read_paths
from solver.lower import rename

Leaf = tuple[Callable[[Env], bool], tuple[Path, ...], tuple[str, ...]]
"""A comparison as a function, the facts it reads outside totals, and the lists of the variables it adds."""


def told_questions(compiled: Compiled, facts: Facts, env: Env, instance: Instance) -> frozenset[LawVar]:
    """The questions of the law that a test, or a filter of its totals, raises about facts the case tells."""
    test, places = instance
    spec = compiled.tests[test].spec
    if any(p >= facts.lists[name].written for name, p in zip(spec.lists, places, strict=True)):
        return frozenset()
    out: set[LawVar] = set()
    bound = list(zip(spec.lists, places, strict=True))
    for leaf, paths, lists in _leaves(compiled, test):
        for more in _places(facts, lists):
            out |= _asked(leaf, paths, [*bound, *more], facts, env)
    return frozenset(out)


def _places(facts: Facts, lists: tuple[str, ...]) -> Iterator[list[tuple[str, int]]]:
    """Every choice of written elements."""
    if not lists:
        yield []
        return
    items = facts.lists.get(lists[0])
    for i in range(items.written if items else 0):
        for rest in _places(facts, lists[1:]):
            yield [(lists[0], i), *rest]


def _asked(
    leaf: Callable[[Env], bool], paths: tuple[Path, ...], bound: list[tuple[str, int]], facts: Facts, env: Env
) -> set[LawVar]:
    """The question one comparison asks at one place, if all it reads is told."""
    names = {f"#{i}": at for i, at in enumerate(bound)}
    if any(type(facts.get(read_paths(p, names))) is Absent for p in paths):
        return set()
    before, env.els = env.els, tuple(facts.element(name, i).facts for name, i in bound)
    try:
        leaf(env)
    except LawGap as gap:
        return {gap.var}
    except (Unread, Slack):
        pass
    finally:
        env.els = before
    return set()


def _leaves(compiled: Compiled, test: int) -> tuple[Leaf, ...]:
    """The comparisons in a test and its filters that can ask the law; worked out once."""
    if test not in compiled.lawful:
        spec = compiled.tests[test].spec
        found = _inside(spec.cond, compiled.book, len(spec.lists), ())
        compiled.lawful[test] = tuple(_ready(cond, compiled.book, len(spec.lists) + len(lists), lists) for cond, lists in found)
    return compiled.lawful[test]


def _ready(cond: Cond, book: Book, n: int, lists: tuple[str, ...]) -> Leaf:
    return test_fn(cond, book, {f"#{i}": i for i in range(n)}), reads(cond, book).paths, lists


def _inside(cond: Cond, book: Book, n: int, lists: tuple[str, ...]) -> Iterator[tuple[Cond, tuple[str, ...]]]:
    """Comparisons of a condition, terms opened up, variables numbered on from `n`."""
    match cond:
        case Call(term, args):
            meaning = book.terms[term]
            names: dict[str, str] = {}
            things: dict[str, Path] = {}
            for (param, _), arg in zip(meaning.params, args, strict=True):
                if arg.base.startswith("#") and not arg.steps:
                    names[param] = arg.base
                else:
                    things[param] = arg
            yield from _inside(rename(meaning.means.cond, names, things), book, n, lists)
        case Quantified(_, var, path, _, body):
            yield from _inside(rename(body.cond, {var: f"#{n}"}, {}), book, n + 1, (*lists, str(path)))
        case Compare() | OneOf() | Member() | Window() | Truth():
            for total in _totals(cond):
                if total.where is not None:
                    where = rename(total.where, {total.var: f"#{n}"}, {})
                    yield from _inside(where, book, n + 1, (*lists, str(total.list)))
            if isinstance(cond, Member) or _reads_parameter(cond, book):
                yield _without_filters(cond), lists
        case _:
            for child in children(cond):
                yield from _inside(child.cond, book, n, lists)


def _totals(thing: Any) -> Iterator[Aggregate]:
    if isinstance(thing, Aggregate):
        yield thing
    elif is_dataclass(thing) and not isinstance(thing, type):
        for f in fields(thing):
            yield from _totals(getattr(thing, f.name))


def _reads_parameter(cond: Cond, book: Book) -> bool:
    """Whether a comparison reads a parameter that is not known at all times."""
    def visit(x: Any) -> Iterator[str]:
        if isinstance(x, Param):
            yield x.id
        elif isinstance(x, tuple):
            for item in x:
                yield from visit(item)
        elif is_dataclass(x) and not isinstance(x, type):
            for f in fields(x):
                yield from visit(getattr(x, f.name))

    return any(row.value is None for name in visit(_without_filters(cond)) for row in book.parameters[name].values)


def _without_filters(thing: Any) -> Any:
    """A comparison with its totals unfiltered: what is asked of the law beside the filters."""
    if isinstance(thing, Aggregate):
        return replace(thing, where=None)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{f.name: _without_filters(getattr(thing, f.name)) for f in fields(thing)})
    return thing

