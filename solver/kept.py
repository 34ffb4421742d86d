"""What of a compiled book is worth keeping between runs, as plain values: its program, and its trees as grown so far.

Trees are kept as nested tuples: `(key, {found: tree})` where something is looked at, `(None, held, met)` where a
category comes to something. They are made nodes again one by one, as people get there. They tell which tests some
person met and whether these held, and nothing of a fact.
"""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import astuple, replace

from solver.assess import read_facts
from solver.compiled import Compiled, Looked, Trees, made_ready
from solver.landmarks import Marks
from solver.lower import Program
from solver.questions import Spot, spots
from solver.reads import Reads
from solver.run import CLINGO
from solver.seen import shown_as_line
from solver.trees import Choice, Node, There

T = TypeVar("T")

MOST_NODES = 20_000
"""How many nodes are kept, those near the roots before others."""

_WORTH = 1.05
"""How much larger trees must have become to be kept anew."""


class Prepared(Struct, frozen=True):
    """A book with all that is worked out about it before the first case.

    program: of the book without the texts it was read from, which are half of its bytes; texts: their names.
    tests, invariants: what each of them reads and compares with. read: see `solver.assess.read_facts`. lawful: the
    comparisons in each test that can ask the law. reached: the tests a category reads, and those it needs. leaves:
    whether each gate is shown as one line.
    """

    program: Program
    texts: tuple[str, ...]
    tests: tuple[Looked, ...]
    invariants: tuple[tuple[Reads, Marks], ...]
    read: frozenset[tuple[str, ...]]
    lawful: dict[int, tuple[Spot, ...]]
    reached: dict[tuple[str, str], frozenset[int]]
    leaves: dict[int, bool]


def prepared(compiled: Compiled) -> Prepared:
    """All that is worked out about a book before the first case."""
    tests = tuple(Looked(ready.reads, ready.marks, ready.score, ready.gappy) for ready in compiled.tests)
    invariants = tuple((invariant.reads, invariant.marks) for invariant in compiled.invariants)
    program = _with_texts(compiled.program, {})
    lawful = {ready.spec.id: spots(compiled, ready.spec.id) for ready in compiled.tests}
    for category in compiled.book.categories:
        compiled.used(category)
        compiled.needed(category)
    leaves = {gate.id: shown_as_line(compiled, gate) for gate in compiled.program.gates}
    names, read = tuple(compiled.book.texts), read_facts(compiled)
    return alike_made_one(Prepared(program, names, tests, invariants, read, lawful, compiled.reached, leaves))


def compiled_again(kept: Prepared, files: Mapping[str, str]) -> Compiled:
    """The compiled book. `files`: those it was made of, by name."""
    program = _with_texts(kept.program, {name: files[name] for name in kept.texts})
    compiled = made_ready(program, kept.tests, kept.invariants)
    compiled.unread, compiled.lawful = kept.read, kept.lawful
    compiled.reached, compiled.leaves = kept.reached, kept.leaves
    return compiled


def alike_made_one(thing: T) -> T:
    """The same with parts that are alike made one: a third fewer bytes, read again in two thirds of the time."""
    met: dict[int, Any] = {}
    made: dict[Any, Any] = {}

    def one(thing: Any) -> Any:
        key = id(thing)
        if key in met:
            return met[key]
        kind = type(thing)
        if isinstance(thing, Struct | tuple | frozenset):
            parts = [one(part) for part in (astuple(thing) if isinstance(thing, Struct) else thing)]
            alike = (kind, *map(id, parts))  # not their values: 1 and True are not alike
            if alike not in made:
                made[alike] = _of_kind(kind, parts)
            met[key] = made[alike]
        elif kind is dict:
            met[key] = {one(name): one(value) for name, value in thing.items()}
        else:
            met[key] = made.setdefault((kind, thing), thing)
        return met[key]

    return one(thing)  # type: ignore[no-any-return]


def _of_kind(kind: Any, parts: Sequence[Any]) -> Any:
    """A struct, a set or a tuple, named or not, of its parts."""
    if issubclass(kind, Struct):
        return kind(*parts)
    return tuple.__new__(kind, parts) if issubclass(kind, tuple) else frozenset(parts)


def _with_texts(program: Program, texts: dict[str, str]) -> Program:
    return replace(program, book=replace(program.book, texts=texts))


def solver_version() -> str:
    """What has confirmed the answers that stand in trees."""
    return CLINGO


def has_grown(compiled: Compiled) -> bool:
    """Whether trees have become enough larger to be kept anew."""
    trees = compiled.trees
    return bool(trees.roots) and trees.size > trees.planted * _WORTH and trees.planted < MOST_NODES


def written(compiled: Compiled, most: int = MOST_NODES) -> bytes | None:
    """The trees of a book as bytes, what is furthest from the roots left out; None if they cannot be written."""
    trees: dict[str, Any] = {}
    count = 0
    todo: deque[tuple[Any, dict[Any, Any], Any]] = deque(
        (root, trees, category) for category, root in {**compiled.trees.kept, **compiled.trees.roots}.items()
    )
    while todo and count < most:
        node, into, found = todo.popleft()
        count += 1
        key, held, met, below = _parts(node)
        if key is None:
            into[found] = (None, held, met)
            continue
        inner: dict[Any, Any] = {}
        into[found] = (key, inner)
        todo.extend((child, inner, answer) for answer, child in below.items())
    try:
        return marshal.dumps((count, trees))
    except ValueError:  # nested deeper than it can write
        return None


def _parts(node: Any) -> tuple[Any, bool | None, tuple[str, ...], dict[Any, Any]]:
    """The key of a node, what it comes to, and what is below, for a node or a kept one."""
    if isinstance(node, Node):
        key = node.key if not isinstance(node.key, Choice | There) else tuple(node.key)
        return key, node.held, node.met, {**(node.kept or {}), **node.below}
    if node[0] is None:
        return None, node[1], node[2], {}
    return node[0], None, (), node[1]


def plant(compiled: Compiled, data: bytes) -> None:
    """Give a book the trees that were written; bytes that are no trees are passed over."""
    try:
        count, trees = marshal.loads(data)  # noqa: S302  our own bytes, their hash checked
        compiled.trees = Trees(size=count, kept=dict(trees), planted=count)
    except (EOFError, TypeError, ValueError):
        return
