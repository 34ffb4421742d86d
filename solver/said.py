"""What of a declaration decides anything, and what it speaks of: how two editions of it are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from dsl.inside import directly, rebuilt
from dsl.model import (
    Book,
    ByReading,
    Call,
    Category,
    Clause,
    Entity,
    Member,
    Override,
    Param,
    Parameter,
    Reading,
    Row,
    Score,
    Table,
    Term,
)


def bare(thing: Any) -> Any:
    """A clause, or what stands in one, without words and citations: what of it decides anything."""
    match thing:
        case Clause(label, cond):
            return Clause(label, bare(cond))
        case Score():
            return replace(rebuilt(thing, bare), words=None)
        case _:
            return rebuilt(thing, bare)


def rules_of(c: Category) -> Any:
    """What of a category its verdicts rest on."""
    targets = tuple(Override(o.label, o.target, o.effect, bare(o.when), o.over) for o in c.overrides)
    # Without exceptions no label means anything.
    needs, bars = bare(c.needs), None if c.bars is None else bare(c.bars)
    return (needs, bars, targets) if c.overrides else (_unlabelled(needs), _unlabelled(bars), targets)


def _unlabelled(thing: Any) -> Any:
    if isinstance(thing, Clause):
        return Clause(None, _unlabelled(thing.cond))
    return rebuilt(thing, _unlabelled)


def uses_of(thing: Term | Category | Entity) -> frozenset[tuple[str, str]]:
    """What a declaration speaks of, by kind and id; columns of tables too. Remembered: editions share them."""
    known = _USES.get(id(thing))
    if known is None or known[0] is not thing:
        if len(_USES) > _MOST_REMEMBERED:
            _USES.clear()
        known = _USES[id(thing)] = (thing, frozenset(uses_in(thing)))
    return known[1]


_USES: dict[int, tuple[Any, frozenset[tuple[str, str]]]] = {}
_MOST_REMEMBERED = 20_000


def uses_in(thing: Any) -> Iterator[tuple[str, str]]:
    """What a condition or declaration speaks of, by kind and id; `undated`: a table asked without a date."""
    match thing:
        case Category():
            for clause in (thing.needs, thing.bars, *(o.when for o in thing.overrides)):
                yield from uses_in(clause)
        case Term():
            yield from uses_in(thing.means)
        case Entity():
            yield from uses_in(thing.invariants)
        case Clause():
            yield from uses_in(thing.cond)
        case Param(name):
            yield "parameters", name
        case Member(table=table):
            yield "tables", table
            yield from (("columns", column) for column, _ in thing.rows)
            if thing.on is None:
                yield "undated", table
            yield from uses_in((thing.value, thing.on))
        case Call(term):
            yield "terms", term
        case ByReading(reading, branches):
            yield "readings", reading
            yield from uses_in(branches)
        case _:
            for part in directly(thing):
                yield from uses_in(part)


def values_said(p: Parameter) -> Any:
    """What a parameter says, without words and citations."""
    return p.type, p.event, tuple((row.start, row.value) for row in p.values)


def branches_said(r: Reading) -> Any:
    """The values of a reading."""
    return frozenset(v for v, _ in r.values)


def meaning_said(t: Term) -> Any:
    """What a term means, without words and citations."""
    return t.params, bare(t.means)


def columns_read(book: Book) -> frozenset[str]:
    """The columns of tables that some rule looks at."""
    return frozenset(name for kind, name in all_uses(book) if kind == "columns")


def all_uses(book: Book) -> set[tuple[str, str]]:
    """What all rules of a book speak of."""
    spoken = set(uses_in(book.invariants))
    for declared in (book.terms, book.categories, book.entities):
        for it in declared.values():
            spoken |= uses_of(it)
    return spoken


def rows_said(t: Table, columns: frozenset[str]) -> Any:
    """What a table says, as far as rules look at it; the order of its rows means nothing."""
    rows = frozenset((r.key, *row_said(r, columns)) for r in t.rows)
    return t.key_type, rows, tuple((c.kind, c.start, c.end) for c in t.coverage)


def row_said(r: Row, columns: frozenset[str]) -> tuple[Any, ...]:
    """What a row says besides its key, as far as rules look at it."""
    return r.start, r.end, frozenset((c, v) for c, v in r.columns if c in columns)


def readings_under(thing: Any, book: Book) -> set[str]:
    """The readings something turns on, terms opened up."""
    out: set[str] = set()
    seen: set[str] = set()
    todo: list[Any] = [thing]
    while todo:
        part = todo.pop()
        match part:
            case ByReading(reading):
                out.add(reading)
            case Call(term) if term not in seen:
                seen.add(term)
                todo.append(book.terms[term].means)
            case _:
                pass
        todo += directly(part)
    return out
