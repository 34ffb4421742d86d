"""Which clauses an edit of a declaration touches, and for whom these decide a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dsl.inside import everything
from dsl.model import (
    All,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Category,
    Clause,
    Member,
    Not,
    Param,
    Path,
    Quantified,
    Term,
)
from solver.compiled import Compiled
from solver.undecided import Forced

Declared = tuple[str, str]
"""A declaration: its field in the book and its id."""


def uses(book: Book, thing: Any, memo: dict[str, frozenset[Declared]]) -> frozenset[Declared]:
    """The declarations that what is said in a node can turn on, terms opened up. memo: by term what was found of it."""
    out: set[Declared] = set()
    for part in everything(thing):
        match part:
            case Param(id):
                out.add(("parameters", id))
            case Member(table=table):
                out.add(("tables", table))
            case ByReading(reading):
                out.add(("readings", reading))
            case Path(base, steps):
                last = steps[-1] if steps else base
                if last in book.judgements:
                    out.add(("judgements", last))
            case Call(term):
                if term not in memo:
                    memo[term] = frozenset()
                    memo[term] = uses(book, book.terms[term].means, memo)
                out |= {("terms", term), *memo[term]}
            case _:
                pass
    return frozenset(out)


Pair = tuple[Clause, Clause | None]
"""A clause, and what it is in an edited book; None if it is left out there."""


def edited(old: Book, new: Book, touched: Iterable[Declared]) -> list[Pair] | None:
    """The smallest clauses of a book that say something else in an edited one; None if that is not all.

    Of a clause left out it is that clause: who does not come to it under the book does not miss it.
    """
    out: list[Pair] = []
    for kind, id in touched:
        if kind not in ("terms", "categories"):
            continue
        found = _edited(getattr(old, kind)[id], getattr(new, kind)[id])
        if found is None:
            return None
        out += found
    return out


def _edited(a: Any, b: Any) -> list[Pair] | None:
    match a, b:
        case _ if a is b:
            return []
        case Term(), Term():
            return _edited(a.means, b.means)
        case Category(), Category() if len(a.overrides) == len(b.overrides) and (a.bars is None) is (b.bars is None):
            pairs = zip(a.overrides, b.overrides, strict=True)
            if any(x is not y and (x.target, x.effect, x.over) != (y.target, y.effect, y.over) for x, y in pairs):
                return None
            both = ((c.needs, c.bars, *(o.when for o in c.overrides)) for c in (a, b))
            return _together([_edited(x, y) for x, y in zip(*both, strict=True)])
        case Clause(), Clause():
            return _inside(a, b)
        case _:
            return None


def _inside(a: Clause, b: Clause) -> list[Pair] | None:
    """The clauses touched in one that is edited: those below, where it is put together as before; else itself."""
    old: Any = a.cond
    new: Any = b.cond
    match old, new:
        case (All(), All()) | (AnyOf(), AnyOf()):
            kept = {id(c) for c in new.items}
            if len(new.items) < len(old.items):
                return [(c, None) for c in old.items if id(c) not in kept]
            if len(new.items) == len(old.items):
                return _together([_edited(x, y) for x, y in zip(old.items, new.items, strict=True)])
        case AtLeast(), AtLeast() if old.n == new.n and len(old.items) == len(new.items):
            return _together([_edited(x, y) for x, y in zip(old.items, new.items, strict=True)])
        case Not(), Not():
            return _edited(old.item, new.item)
        case Quantified(), Quantified() if (old.kind, old.var, old.list) == (new.kind, new.var, new.list):
            return _edited(old.body, new.body)
        case ByReading(), ByReading() if old.reading == new.reading and len(old.branches) == len(new.branches):
            return _together([_edited(x, y) for (_, x), (_, y) in zip(old.branches, new.branches, strict=True)])
        case _:
            pass
    return [(a, b)]


def _together(parts: list[list[Pair] | None]) -> list[Pair] | None:
    out: list[Pair] = []
    for part in parts:
        if part is None:
            return None
        out += part
    return out


class Lines(Struct, frozen=True):
    """What the gates and tests of compiled rules speak of, by declaration, in totals and filters too.

    clauses: by clause (its identity, which editions share) its gates. gates: of single lines. tests: of each test.
    """

    clauses: Mapping[int, frozenset[int]]
    gates: Mapping[int, frozenset[Declared]]
    tests: tuple[frozenset[Declared], ...]

    def touched(self, clauses: Iterable[Clause], declared: frozenset[Declared]) -> frozenset[int]:
        """The gates of some clauses, and those of lines that speak of some declarations."""
        own = (self.clauses.get(id(c), frozenset()) for c in clauses)
        return frozenset(g for g, said in self.gates.items() if said & declared).union(*own)


def lines(compiled: Compiled) -> Lines:
    """What the lines of a compiled book speak of."""
    memo: dict[str, frozenset[Declared]] = {}
    clauses: dict[int, frozenset[int]] = {}
    gates: dict[int, frozenset[Declared]] = {}
    for gate in compiled.program.gates:
        c = gate.clause
        if c is not None:
            clauses[id(c)] = clauses.get(id(c), frozenset()) | {gate.id}
            if gate.kind == "test" or (gate.kind == "reading" and not isinstance(c.cond, ByReading)):
                gates[gate.id] = uses(compiled.book, c.cond, memo)
    return Lines(clauses, gates, tuple(uses(compiled.book, t.spec.asked or t.spec.cond, memo) for t in compiled.tests))


def deciding(plain: Forced, root: int) -> frozenset[int]:
    """The gates by which somebody's verdict was found, of those that were looked at: if none is another, neither is it.

    plain: the rules as far as they were looked at for the verdict (`solver.turned.told_alone`).
    """
    memo, gates = plain.memo, plain.program.gates
    seen: set[tuple[int, tuple[int, ...]]] = set()
    todo: list[tuple[int, tuple[int, ...]]] = [(root, ())]
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        gate, places = gates[key[0]], key[1]
        below = [(i.gate, tuple((*places, e)[a] for a in i.args)) for i in gate.inputs for e in _places(plain, key[0])]
        held = [k for k in below if k in memo]
        settles = {"all": False, "every": False, "any": True, "some": True}.get(gate.kind)
        if settles is not None and memo.get(key) is settles:
            held = [k for k in held if memo[k] is settles]
        todo += held
    return frozenset(g for g, _ in seen)


def _places(plain: Forced, gate: int) -> Iterator[int]:
    """The places of the elements a gate looks at; one that matters to nothing where it looks at none."""
    over = plain.program.gates[gate].over
    return iter(range(plain.written.get(over, 0) + plain.blanks.get(over, 0))) if over is not None else iter((0,))
